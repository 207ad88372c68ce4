"""Shrinking: what became free is given back, nothing else changes, and want of room harms none."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import DONE, begin, event, record, records_of

from beeflow.engine.journal.records import Admission
from beeflow.engine.journal.sqlite import SqliteJournal, checking, shrinking
from beeflow.errors import JournalBroken, JournalFull

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_file_is_smaller_by_what_was_pruned(folder: Path) -> None:
    path = folder / "beeflow.db"
    journal = await SqliteJournal.open(path)
    for key in ("a", "b"):
        await journal.admit(Admission(event(f"large-{key}", body=b'"' + b"x" * 500_000 + b'"')))
    await begin(journal, "kept", at=900.0)
    await journal.save("r-1", (record("x"),))
    assert (await journal.prune(500.0)).freed is None
    freed = (await journal.prune(500.0, shrink=True)).freed

    assert freed is not None
    assert freed > 990_000
    assert shrinking.size_of(path) < 500_000
    await journal.save("r-1", (record("y"),))
    await journal.finish("r-1", (), DONE, 950.0)
    assert list(await records_of(journal, "r-1")) == ["x", "y"]
    assert (await begin(journal, "large-a")).status == "conflict"
    await journal.close()
    assert checking.check(path).findings == ()


class Failing(sqlite3.Connection):
    """Fails to be vacuumed."""

    code = sqlite3.SQLITE_FULL

    def execute(self, sql: str, *args: object) -> sqlite3.Cursor:
        if sql == "VACUUM":
            error = sqlite3.OperationalError("no")
            error.sqlite_errorcode = self.code
            raise error
        return super().execute(sql, *args)  # type: ignore[arg-type]  # as they came


def test_want_of_room_and_other_faults_are_told_apart(folder: Path) -> None:
    path = folder / "beeflow.db"
    with closing(Failing(path)) as db:
        with pytest.raises(JournalFull, match="takes as much again as it holds"):
            shrinking.shrink(db, path)
        db.code = sqlite3.SQLITE_IOERR_FSYNC
        with pytest.raises(sqlite3.OperationalError):
            shrinking.shrink(db, path)


async def test_without_room_for_it_everything_else_goes_on(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")

    def full(_db: sqlite3.Connection) -> None:
        raise JournalFull("no room")

    with pytest.raises(JournalFull, match="no room"):
        await journal._writer.alone(full)

    assert journal.trouble is None
    assert (await begin(journal, "a")).status == "accepted"
    await journal.close()


async def test_a_fault_of_the_disk_is_one_here_too(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")

    def broken(_db: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise error

    with pytest.raises(JournalBroken):
        await journal._writer.alone(broken)

    assert journal.trouble is not None
    await journal.close()
