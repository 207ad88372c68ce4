"""How many runs of one recipe may be unfinished: the number, the message, and who is counted."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import batch, begin, debounce, grouped, run_of, stands, start
from support.stage import stage

from beeflow.engine.commands import Ending
from beeflow.engine.journal import policy
from beeflow.engine.journal.sqlite import SqliteJournal, migrations

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.engine.journal.protocol import Journal

DONE = Ending("succeeded")
FAILED = Ending("failed", "because")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two runs be too many for a third."""
    monkeypatch.setattr(policy, "UNFINISHED", 2)


async def test_the_number_is_a_hundred_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert policy.UNFINISHED == 100_000


async def test_one_run_too_many_is_recorded_as_failed_with_the_reason(journal: Journal) -> None:
    for key in "abc":
        receipt = await begin(journal, key)

    assert receipt.runs == ("r-3",)
    assert receipt.moved.ready == ()
    assert receipt.fresh == ()
    assert await stands(journal, "r-1", "r-2", "r-3") == ["ready", "ready", "failed"]
    run = await run_of(journal, "r-3")
    assert run.reason.startswith("2 runs of `greet` have not ended yet, and no more may wait: ")
    assert "cancel some, or let fewer begin" in run.reason
    assert run.ending is not None
    fault = run.ending["fault"]
    assert isinstance(fault, dict)
    assert fault["failure"]["kind"] == "limit"  # type: ignore[call-overload,index]  # as encoded


async def test_other_recipes_have_room_of_their_own(journal: Journal) -> None:
    for key in "abc":
        await begin(journal, key, start(), start("other"))

    assert await stands(journal, "r-4", "r-5", "r-6") == ["ready", "failed", "failed"]
    assert await stands(journal, "r-1", "r-2", "r-3") == ["ready", "ready", "ready"]


@pytest.mark.parametrize("outcome", [DONE, FAILED])
async def test_a_run_that_ends_makes_room(journal: Journal, outcome: Ending) -> None:
    for key in "ab":
        await begin(journal, key)
    await journal.finish("r-1", (), outcome, 110.0)

    await begin(journal, "c")

    assert await stands(journal, "r-3") == ["ready"]


async def test_waiting_queued_and_collecting_runs_count(journal: Journal) -> None:
    await begin(journal, "a", grouped())
    await begin(journal, "b", grouped())
    await journal.park("r-1", (), None)
    await begin(journal, "c", grouped())
    await begin(
        journal, "d", start("late", delay=batch(key="x")), start("late", delay=batch(key="y"))
    )
    await begin(journal, "e", start("late"))

    assert await stands(journal, "r-1", "r-2", "r-3") == ["waiting", "queued", "failed"]
    assert await stands(journal, "r-4", "r-5", "r-6") == ["delayed", "delayed", "failed"]


async def test_a_cancelled_run_makes_room(journal: Journal) -> None:
    await begin(journal, "a", grouped())
    await begin(journal, "b", grouped())
    await journal.cancel("r-2", 105.0)

    await begin(journal, "c", grouped())

    assert await stands(journal, "r-3") == ["queued"]


async def test_what_joins_a_run_that_collects_needs_no_room(journal: Journal) -> None:
    await begin(journal, "a", start(delay=batch(limit=9)), start(delay=debounce()))
    await begin(journal, "b", start(delay=batch(limit=9)), start(delay=debounce()))
    await begin(journal, "c", start(delay=batch(limit=9, key="other")))

    opened = await journal.run("r-1")
    assert opened is not None
    assert len(opened.events) == 2
    assert await stands(journal, "r-1", "r-2", "r-3") == ["delayed", "skipped", "delayed"]
    assert await stands(journal, "r-4") == ["failed"]


async def test_a_person_may_open_a_run_again_though_there_is_no_room(journal: Journal) -> None:
    await begin(journal, "a")
    await journal.finish("r-1", (), FAILED, 110.0)
    for key in "bc":
        await begin(journal, key)
    await journal.retry("r-1", 120.0)
    await journal.finish("r-2", (), DONE, 130.0)

    await begin(journal, "d")

    assert await stands(journal, "r-1", "r-4") == ["ready", "failed"]


async def test_a_child_for_which_there_is_no_room_fails_its_caller(journal: Journal) -> None:
    caller = "trigger: {webhook: event.created}\nactions:\n  - run: recipe-2\n"
    child = "actions:\n  - wait: 1h\n"
    async with stage(caller, child, journal=journal) as one:
        for ref in ("E1", "E2"):
            await one.webhook("event.created", {"event_ref": ref})
        made = one.book.get("recipe-2")
        assert made is not None
        await one.manual(made)
        assert (await one.outcomes("recipe-2"))[-1] == "failed"
        await one.pass_time(3600)
        assert await one.outcomes() == ["succeeded", "succeeded"]


async def test_the_count_is_taken_over_from_a_journal_without_one(tmp_path: Path) -> None:
    path = tmp_path / "beeflow.db"
    db = sqlite3.connect(path, isolation_level=None)
    first = migrations.load()[:1]
    migrations.migrate(db, str(path), first)
    for status in ("ready", "waiting", "done"):
        db.execute(
            "INSERT INTO run (recipe, recipe_hash, event, status, trigger_index, group_mode,"
            " created_at, depth) VALUES ('greet', 'x', 1, ?, 0, 'queue', 1.0, 1)",
            (status,),
        )
    db.close()
    journal = await SqliteJournal.open(path)
    receipt = await begin(journal, "a")
    assert await stands(journal, *receipt.runs) == ["failed"]
    await journal.close()
