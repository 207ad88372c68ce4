"""Where the journal is, and how much that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.cli.options import Setup


def journal_path(setup: Setup) -> Path:
    """Return the journal's file; raises `UsageError` where it is no file."""
    if setup.config.journal.url is not None:
        raise UsageError("`journal.url`: only a journal in a file can be looked after here")
    return setup.config.journal.path


def sized(size: int) -> str:
    """Return a number of bytes for people: `512 bytes`, `1.5 MiB`."""
    for factor, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= factor:
            return f"{size / factor:,.1f} {unit}"
    return f"{size} bytes"
