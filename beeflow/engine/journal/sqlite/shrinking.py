"""Writing the file anew without the room that became free in it."""

from __future__ import annotations

import sqlite3
import tempfile
from typing import TYPE_CHECKING, Final

from beeflow.errors import JournalFull

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection

_NO_ROOM: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE})
"""Either may be for want of room in the folder for scratch files, which is not the journal's."""


def shrink(db: Connection, path: Path) -> int:
    """Write the journal anew, outside of any transaction; returns by how many bytes it shrank.

    Raises `JournalFull` where there is no room for that; nothing has changed then.
    """
    before = _pages(db)
    try:
        db.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode not in _NO_ROOM:
            raise
        raise JournalFull(
            f"there is no room to write the journal {path} anew: that takes as much again as it "
            f"holds, beside it and in {tempfile.gettempdir()}; nothing was lost"
        ) from error
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return (before - _pages(db)) * int(db.execute("PRAGMA page_size").fetchone()[0])


def _pages(db: Connection) -> int:
    return int(db.execute("PRAGMA page_count").fetchone()[0])


def size_of(path: Path) -> int:
    """Return the bytes of the file and its log."""
    log = path.with_name(f"{path.name}-wal")
    return path.stat().st_size + (log.stat().st_size if log.exists() else 0)
