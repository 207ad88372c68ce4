"""Deleting what a reader found: looked at again before it goes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from engine.journal.sample import begin, event, run_of, start

from beeflow.engine.commands import Ending
from beeflow.engine.journal.records import Admission, Filter, Pruned
from beeflow.engine.journal.sqlite import SqliteJournal, pruning
from beeflow.recipe.model import Bundle

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection


async def test_a_run_that_was_retried_meanwhile_stays(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await begin(journal, "a")
    await begin(journal, "b")
    for run in ("r-1", "r-2"):
        await journal.finish(run, (), Ending("failed"), 150.0)
    found = await journal.read(pruning.old_runs, 1e12)
    assert found == [1, 2]
    await journal.retry("r-1", 200.0)

    def delete(db: Connection) -> int:
        return pruning.delete_runs(db, found, 1e12)

    assert await journal._writer.do(delete) == 1

    assert (await run_of(journal, "r-1")).status == "ready"
    assert [run.id for run in await journal.runs(Filter())] == ["r-1"]
    await journal.close()


async def test_all_is_pruned_slice_by_slice(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    number = pruning.SLICE * 2 + 1
    for key in range(number):
        await begin(journal, f"k{key}")
        await journal.finish(f"r-{key + 1}", (), Ending("succeeded"), 150.0)

    assert await journal.prune(1e12) == Pruned(number, number)

    assert await journal.events(Filter()) == []
    await journal.close()


async def test_what_another_pruning_took_meanwhile_is_not_counted_again(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    for key, window in (("goes", 10.0), ("stays", None)):
        await journal.admit(Admission(event(key, window=window), ()))
    pruned = await asyncio.gather(journal.prune(1e12), journal.prune(1e12))
    assert [one.events for one in pruned] == [2, 0]
    await journal.close()


async def test_texts_go_that_no_run_is_pinned_to_and_that_are_not_live(folder: Path) -> None:
    path = folder / "beeflow.db"
    text = Bundle("greet.yaml", (("greet.yaml", "name: x"),))
    journal = await SqliteJournal.open(path)
    for recipe_hash in ("a" * 64, "b" * 64, "c" * 64):
        await journal.keep_bundle(recipe_hash, text)
    await begin(journal, "pinned", start(recipe_hash="a" * 64))
    assert (await journal.prune(0.0)).texts == 0
    await journal.close()

    journal = await SqliteJournal.open(path)
    await journal.keep_bundle("b" * 64, text)
    assert (await journal.prune(0.0)).texts == 1
    assert await journal.bundle("a" * 64) == text
    assert await journal.bundle("b" * 64) == text
    assert await journal.bundle("c" * 64) is None
    await journal.close()
