"""The tables themselves: what SQLite must not take for damage."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from engine.journal.sample import begin, record

from beeflow.engine.commands import Pass
from beeflow.engine.journal.sqlite import SqliteJournal, migrations

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_journal_with_a_throttle_opens_again(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await begin(journal, "a")
    assert await journal.passes("r-1", "greet", record("t"), Pass("t", "k", 60.0), 100.0)
    await journal.close()

    again = await SqliteJournal.open(folder / "beeflow.db")
    await begin(again, "b")
    assert not await again.passes("r-2", "greet", record("t"), Pass("t", "k", 60.0), 130.0)
    await again.close()


def test_the_columns_of_a_key_stand_first_where_the_table_is_its_key(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "beeflow.db", isolation_level=None)
    migrations.migrate(db, "beeflow.db", migrations.load())
    tables = [row[1] for row in db.execute("PRAGMA table_list") if row[4]]
    assert {"throttle", "ledger", "mark"} <= set(tables)
    for table in tables:
        places = [row[5] for row in db.execute(f"PRAGMA table_info({table})")]
        key = [place for place in places if place]
        assert places[: len(key)] == list(range(1, len(key) + 1)), table
    db.close()
