"""Reading a journal out: every event and run once, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.journal.sample import DONE, batch, begin, event, record, start

from beeflow.engine.journal.records import Admission
from beeflow.engine.journal.sqlite import SqliteHistory, SqliteJournal, exporting
from beeflow.engine.journal.sqlite.exporting import exported, measure

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


async def ids(path: Path, since: float | None = None, limit: int = 0) -> list[tuple[str, ...]]:
    history = SqliteHistory(path)
    extent = await measure(history, since, limit)
    found = [one async for one in exported(history, extent)]
    assert extent.events == len(found)
    return [(one.event.id, *(run.run.id for run in one.runs)) for one in found]


async def test_all_is_read_in_pages_while_the_journal_is_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    journal = await SqliteJournal.open(folder / "beeflow.db")
    for number in range(5):
        await begin(journal, f"k{number}", at=100.0 + number)

    assert await ids(journal.path) == [(f"e-{one}", f"r-{one}") for one in range(1, 6)]
    assert await ids(journal.path, 103.0) == [("e-4", "r-4"), ("e-5", "r-5")]
    assert await ids(journal.path, 101.0, 3) == [(f"e-{one}", f"r-{one}") for one in (3, 4, 5)]
    assert await ids(journal.path, 1e9) == []
    await journal.close()
    assert await ids(journal.path, None, 1) == [("e-5", "r-5")]


async def test_a_batch_is_read_once_with_all_its_events(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await begin(journal, "a", start(delay=batch()))
    await begin(journal, "b", start(delay=batch()))

    history = SqliteHistory(journal.path)
    first, second = [one async for one in exported(history, await measure(history, None, 0))]

    assert [one.id for one in first.runs[0].events] == ["e-1", "e-2"]
    assert second.runs == ()
    await journal.close()


async def test_what_was_pruned_is_left_out(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await begin(journal, "a", at=100.0)
    await journal.finish("r-1", (record("a"),), DONE, 150.0)
    await journal.admit(Admission(event("b", 900.0)))
    await journal.prune(500.0)

    assert await ids(journal.path) == [("e-2",)]
    await journal.close()
