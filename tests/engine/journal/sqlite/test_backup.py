"""Copies of a journal: one moment of it, whole, also while it is written."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import begin

from beeflow.engine.journal.records import Filter
from beeflow.engine.journal.sqlite import SqliteJournal, backup
from beeflow.engine.journal.sqlite.backup import back_up
from beeflow.engine.journal.sqlite.checking import check
from beeflow.errors import JournalBroken, JournalFull, NothingFound

if TYPE_CHECKING:
    from pathlib import Path


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


async def test_a_copy_is_taken_while_the_journal_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "PAGES", 1)
    path, target = folder / "beeflow.db", folder / "copy.db"
    journal = await SqliteJournal.open(path)
    for number in range(50):
        await begin(journal, f"k{number}")
    seen: list[tuple[int, int]] = []
    loop = asyncio.get_running_loop()

    def meanwhile(done: int, pages: int) -> None:
        """Commit something after each page: a copy that began anew each time would never end."""
        seen.append((done, pages))
        asyncio.run_coroutine_threadsafe(begin(journal, f"m{len(seen)}"), loop).result(10)

    copied = await asyncio.to_thread(back_up, path, target, meanwhile)

    assert len(seen) == seen[-1][1]
    assert seen[-1][0] == seen[-1][1]
    assert copied.counts.events == 50
    assert copied.size == target.stat().st_size
    assert (await journal.counts()).events == 50 + len(seen)
    await journal.close()
    assert names(folder) == ["beeflow.db", "beeflow.db.lock", "copy.db"]


async def test_a_copy_put_in_the_journals_place_goes_on_from_there(folder: Path) -> None:
    path, target = folder / "beeflow.db", folder / "copy.db"
    journal = await SqliteJournal.open(path)
    await begin(journal, "a")
    target.touch(0o600)
    back_up(path, target)
    await begin(journal, "b")
    await journal.close()

    target.replace(path)

    journal = await SqliteJournal.open(path)
    assert journal.missing == 0
    assert [event.key for event, _ in await journal.events(Filter())] == ["a"]
    assert (await begin(journal, "b")).event_id == "e-2"
    await journal.close()
    assert [one for one in check(path).findings if "recipe" not in one] == []


async def test_a_journal_at_rest_is_copied_without_leaving_anything_beside_it(folder: Path) -> None:
    path, target = folder / "beeflow.db", folder / "copy.db"
    journal = await SqliteJournal.open(path)
    await begin(journal, "a")
    await journal.close()

    assert back_up(path, target).counts.runs == {"ready": 1}

    assert names(folder) == ["beeflow.db", "beeflow.db.lock", "copy.db"]


async def test_a_copy_that_has_no_room_says_so(folder: Path) -> None:
    path, target = folder / "beeflow.db", folder / "copy.db"
    await (await SqliteJournal.open(path)).close()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 * 1024, before[1]))
    try:
        with pytest.raises(JournalFull, match="there is no room for the copy"):
            back_up(path, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not any(name.endswith("-journal") for name in names(folder))


async def test_damage_is_not_copied_unseen(folder: Path) -> None:
    path, target = folder / "beeflow.db", folder / "copy.db"
    journal = await SqliteJournal.open(path)
    for number in range(100):
        await begin(journal, f"k{number}")
    await journal.close()
    db = sqlite3.connect(path)
    page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'").fetchone()[0]
    db.close()
    whole = bytearray(path.read_bytes())
    whole[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(whole)

    with pytest.raises(JournalBroken, match="is damaged"):
        back_up(path, target)


def test_without_a_journal_there_is_nothing_to_copy(folder: Path) -> None:
    with pytest.raises(NothingFound):
        back_up(folder / "beeflow.db", folder / "copy.db")
