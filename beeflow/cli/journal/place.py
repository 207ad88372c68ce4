"""Where the journal is, and how much that is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from beeflow.engine.journal.sqlite.opening import own_files
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.cli.options import Setup


def journal_path(setup: Setup) -> Path:
    """Return the journal's file; raises `UsageError` where it is no file."""
    if setup.config.journal.url is not None:
        raise UsageError("`journal.url`: only a journal in a file can be looked after here")
    return setup.config.journal.path


def require_apart(target: Path, journal: Path) -> None:
    """Raise `UsageError` for a file to write that is the journal, or one of its companions."""
    there = os.path.realpath(target)
    for one in own_files(journal):
        if os.path.realpath(one) == there or _are_one(one, target):
            raise UsageError(f"{target} belongs to the journal {journal}: name another file")


def _are_one(one: Path, other: Path) -> bool:
    """Whether two names lead to one file."""
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False


def sized(size: int) -> str:
    """Return a number of bytes for people: `512 bytes`, `1.5 MiB`."""
    for factor, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= factor:
            return f"{size / factor:,.1f} {unit}"
    return f"{size} bytes"
