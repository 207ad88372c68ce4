"""Care of the journal: pruning by the hour, and looking for room while there is none."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from beeflow.daemon import care
from beeflow.daemon.care import Care, watching_place, watching_room
from beeflow.engine.journal.records import Pruned
from beeflow.engine.journal.sqlite import SqliteJournal, faults
from beeflow.errors import JournalBroken, JournalFull

if TYPE_CHECKING:
    from pathlib import Path

    from daemon.conftest import House


class Clock:
    """Stands at one instant."""

    def now(self) -> float:
        return 1000.0

    async def sleep(self, _seconds: float) -> None:
        await asyncio.Event().wait()


class Pruning:
    """Notes from when on it is pruned."""

    def __init__(self) -> None:
        self.before: list[float] = []
        self.pruned = asyncio.Event()

    async def prune(self, before: float) -> Pruned:
        self.before.append(before)
        self.pruned.set()
        return Pruned(2, 3)


async def test_what_is_older_than_the_retention_goes_at_the_start_and_every_hour(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    journal = Pruning()
    kept = Care(journal, Clock(), 100.0)  # type: ignore[arg-type]  # only prunes
    kept.alarm.start()
    await asyncio.wait_for(journal.pruned.wait(), 5)
    await kept.alarm.stop()

    assert journal.before == [900.0]
    assert "pruned 2 runs and 3 events" in caplog.text
    assert await kept._ring(1000.0) == 1000.0 + care.PACE


async def test_without_a_retention_nothing_ever_goes() -> None:
    journal = Pruning()
    assert await Care(journal, Clock(), None)._ring(1000.0) is None  # type: ignore[arg-type]  # only prunes
    assert journal.before == []


async def test_a_full_journal_is_looked_at_until_it_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(care, "LOOK", 0.001)
    journal = await SqliteJournal.open(tmp_path / "beeflow.db")
    tries: list[int] = []
    really = journal.try_room

    async def try_room() -> None:
        tries.append(1)
        if len(tries) in {2, 3}:
            raise JournalFull("still full")
        await really()

    monkeypatch.setattr(journal, "try_room", try_room)
    async with watching_room(journal):
        journal._run_full(JournalFull("full"))
        async with asyncio.timeout(5):
            while "has room again" not in caplog.text:  # noqa: ASYNC110 - a log has no event
                await asyncio.sleep(0.001)
        assert journal.trouble is None
    assert len(tries) == 4  # one at the start
    assert "webhooks are answered with 503" in caplog.text
    await journal.close()


@pytest.mark.parametrize("name", ["beeflow.db", "beeflow.db-wal"])
async def test_a_journal_that_is_taken_away_is_acknowledged_to_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(care, "LOOK", 0.001)
    journal = await SqliteJournal.open(tmp_path / "beeflow.db")
    async with watching_place(journal):
        await journal.prune(0.0, shrink=True)
        await journal.require_place()
        assert not journal.broken.is_set()
        (tmp_path / name).rename(tmp_path / "elsewhere")
        (tmp_path / name).touch()
        await asyncio.wait_for(journal.broken.wait(), 5)
    with pytest.raises(JournalBroken, match=rf"{name} was moved, replaced or deleted"):
        await journal.mark({"a": 1})
    await journal.close()


async def test_a_place_that_cannot_be_looked_at_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(care, "LOOK", 0.001)
    journal = await SqliteJournal.open(tmp_path / "beeflow.db")
    looked: asyncio.Queue[None] = asyncio.Queue()

    async def fail() -> None:
        looked.put_nowait(None)
        raise PermissionError("not now")

    monkeypatch.setattr(journal, "require_place", fail)
    async with watching_place(journal):
        for _ in range(2):
            await asyncio.wait_for(looked.get(), 5)
    assert "cannot be told: not now" in caplog.text
    assert not journal.broken.is_set()
    await journal.close()


async def test_a_journal_that_has_no_room_from_the_start_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = await SqliteJournal.open(tmp_path / "beeflow.db")
    monkeypatch.setattr(faults, "ENOUGH", 1 << 60)
    async with watching_room(journal):
        assert journal.trouble == "there is no room for the journal"
    await journal.close()


async def test_a_daemon_that_has_no_room_is_not_ready_and_says_why(house: House) -> None:
    async with house.open():
        journal = house.up.journal
        assert list(house.up.hand.troubles()) == []
        journal.full.set()
        assert list(house.up.hand.troubles()) == ["there is no room for the journal"]
        assert list(house.up.hand.hindrances()) == []
