"""A copy of a journal, also while it is written: one moment of it, whole, in one file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.engine.journal.sqlite import reading
from beeflow.engine.journal.sqlite.faults import translated
from beeflow.engine.journal.sqlite.lock import at_peace
from beeflow.engine.journal.sqlite.opening import open_for_reading, real_file
from beeflow.errors import JournalBroken, JournalFull

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from sqlite3 import Connection

    from beeflow.engine.journal.records import Counts

_WRITING: Final = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE}
)
"""Errors that only the copy can have: the journal is read."""

PAGES: Final = 1024
"""Pages copied between two signs of life."""


class Copied(msgspec.Struct, frozen=True):
    """What a copy holds. `size` is in bytes."""

    size: int
    counts: Counts


def back_up(
    source: Path, target: Path, shown: Callable[[int, int], None] = lambda _done, _all: None
) -> Copied:
    """Copy the journal `source` into the empty file `target`, and check the copy; blocks.

    `shown` is told pages done and pages in all. Raises `JournalFull` where `target` has no room,
    and `JournalBroken` for a journal whose copy is damaged, and so is it.
    """
    source = real_file(source)
    with translated(source, writing=False), at_peace(source):
        db = open_for_reading(source, earlier=True)
        try:
            _copy(db, target, shown)
        finally:
            db.close()
            # Of a copy that found no room SQLite leaves the file by which it would undo it.
            target.with_name(f"{target.name}-journal").unlink(missing_ok=True)
    return _verified(source, target)


def _copy(db: Connection, target: Path, shown: Callable[[int, int], None]) -> None:
    """Copy page by page, in one view of the journal: else each commit would begin it anew."""
    with closing(sqlite3.connect(target, isolation_level=None)) as copy, reading.one_view(db):
        db.execute("PRAGMA schema_version").fetchone()  # the view begins with the first look
        try:
            db.backup(copy, pages=PAGES, progress=lambda _, left, all_: shown(all_ - left, all_))
            # One file, and none beside it, wherever it is taken.
            copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in _WRITING:
                raise
            raise JournalFull(f"there is no room for the copy {target}: {error}") from error


def _verified(source: Path, target: Path) -> Copied:
    with closing(open_for_reading(target, earlier=True)) as copy:
        found = [str(row[0]) for row in copy.execute("PRAGMA quick_check(3)")]
        if found != ["ok"]:
            raise JournalBroken(
                f"the copy of {source} is damaged, and so is what it was made of: "
                f"{'; '.join(found)}"
            )
        return Copied(target.stat().st_size, reading.counts(copy))
