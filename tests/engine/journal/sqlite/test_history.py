"""Reading while another writes, and where nobody does."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import begin, record

from beeflow.engine.journal.records import Filter
from beeflow.engine.journal.sqlite import SqliteHistory, SqliteJournal
from beeflow.errors import JournalBroken, JournalError, JournalTooNew, NothingFound

if TYPE_CHECKING:
    from pathlib import Path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_history_is_read_while_a_daemon_writes(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    history = SqliteHistory(folder / "beeflow.db")
    for number in range(3):
        await begin(journal, f"k{number}")
        assert (await history.counts()).events == number + 1
    await journal.save("r-1", (record("a"),))

    opened = await history.run("r-1")

    assert opened is not None
    assert list(opened.records) == ["a"]
    assert len(await history.events(Filter())) == 3
    assert len(await history.runs(Filter(limit=2))) == 2
    assert await history.event("e-9") is None
    assert await history.state("greet") == {}
    assert await history.bundle("x") is None
    assert (await begin(journal, "next")).status == "accepted"
    await journal.close()


async def test_a_reader_does_not_hold_up_the_writer(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await begin(journal, "a")
    reader = sqlite3.connect(f"file:{folder}/beeflow.db?mode=ro", uri=True)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM event").fetchone() == (1,)

    await asyncio.wait_for(begin(journal, "b"), 5)

    assert reader.execute("SELECT count(*) FROM event").fetchone() == (1,)
    reader.close()
    await journal.close()


async def test_reading_where_nobody_writes_leaves_no_trace(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await begin(journal, "a")
    await journal.close()
    before = names(folder)
    assert before == {"beeflow.db", "beeflow.db.lock"}

    assert (await SqliteHistory(folder / "beeflow.db").counts()).events == 1

    assert names(folder) == before


async def test_where_there_is_no_journal_none_is_made(folder: Path) -> None:
    with pytest.raises(NothingFound, match=r"there is no journal .*beeflow\.db: `beeflow serve`"):
        await SqliteHistory(folder / "beeflow.db").counts()

    assert names(folder) == set()


async def test_a_path_with_odd_characters_is_a_path(folder: Path) -> None:
    path = folder / "a b?mode=x#%41&ü.db"
    journal = await SqliteJournal.open(path)
    await begin(journal, "a")

    assert (await SqliteHistory(path).counts()).events == 1

    await journal.close()
    assert path.exists()


async def test_a_later_journal_is_refused(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await journal.close()
    db = sqlite3.connect(folder / "beeflow.db")
    db.execute("PRAGMA user_version = 99")
    db.close()

    with pytest.raises(JournalTooNew, match="form 99"):
        await SqliteHistory(folder / "beeflow.db").counts()


async def test_what_is_no_journal_is_refused(folder: Path) -> None:
    (folder / "text").write_text("not a database " * 1000)
    (folder / "empty").touch()

    with pytest.raises(JournalBroken, match="not a database"):
        await SqliteHistory(folder / "text").counts()
    with pytest.raises(JournalError, match="form 0"):
        await SqliteHistory(folder / "empty").counts()


async def test_a_journal_that_may_not_be_read_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "beeflow.db").touch()
    monkeypatch.setattr(os, "access", lambda *_: False)

    with pytest.raises(JournalError, match=r"beeflow\.db may not be read by this user"):
        await SqliteHistory(folder / "beeflow.db").counts()


async def test_a_long_reading_does_not_hold_up_others(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await begin(journal, "a")
    started, done = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def long(_: sqlite3.Connection) -> str:
        loop.call_soon_threadsafe(started.set)
        asyncio.run_coroutine_threadsafe(done.wait(), loop).result(30)
        return "over"

    reading = asyncio.create_task(journal.read(long))
    await started.wait()
    assert (await journal.counts()).events == 1
    assert (await begin(journal, "b")).status == "accepted"
    done.set()
    assert await reading == "over"
    await journal.close()
