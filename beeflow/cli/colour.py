"""What depends on a terminal: colour, and a sign of life from what takes long."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def colour_wanted() -> bool:
    """Return whether to colour stdout, as `rich` does, which takes time to import."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in {"dumb", "unknown"}:
        return False
    return sys.stdout.isatty()


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show on stderr that something is being done, where stderr is a terminal."""
    if not sys.stderr.isatty() or os.environ.get("TERM") in {"dumb", "unknown"}:
        yield
        return
    # Without a terminal there is nothing to show, and no reason to import what shows it.
    from rich.console import Console  # noqa: PLC0415

    with Console(stderr=True).status(f"{what} …"):
        yield
