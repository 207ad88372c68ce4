"""Whether this user may use the journal's files, asked before anything there is touched."""

from __future__ import annotations

import os
import pwd
from typing import TYPE_CHECKING

from beeflow.engine.journal.sqlite.opening import own_files
from beeflow.errors import JournalError

if TYPE_CHECKING:
    from pathlib import Path

_MEND = "run beeflow as the user that owns the journal, or let this one have it (chown, chmod)"


def require_writable(path: Path) -> None:
    """Raise `JournalError` where this user may not write a journal, its companions or its folder.

    The folder, too: SQLite keeps the log beside the file.
    """
    folder = path.absolute().parent
    for one in (*own_files(path), folder):
        needed = os.R_OK | os.W_OK | (os.X_OK if one == folder else 0)
        if one.exists() and not os.access(one, needed):
            raise JournalError(
                f"{one} {_is_whose(one)}, and may not be written by {_us()}: {_MEND}"
            )


def _is_whose(path: Path) -> str:
    there = path.stat()
    return f"belongs to {_name(there.st_uid)} (mode {there.st_mode & 0o777:o})"


def _us() -> str:
    return _name(os.geteuid())


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"
