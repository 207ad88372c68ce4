"""The command line: `beeflow`, one file a command, each loaded only when it is asked for."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Final

from beeflow.cli.ending import run as carry_out  # `run` is a command, and its module's name
from beeflow.cli.group import beeflow

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


_COLLECT_AFTER: Final = 5_000
"""New objects after which Python looks for garbage: a start makes many, and hardly any of it."""


def main(args: Sequence[str] | None = None) -> None:
    """Carry out one command line (default: that of this process) and exit with its code."""
    gc.set_threshold(_COLLECT_AFTER)
    sys.exit(carry_out(beeflow, sys.argv[1:] if args is None else args))
