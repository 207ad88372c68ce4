"""Debounce and batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.journal.sample import batch, begin, debounce, event, grouped, run_of, stands, start

from beeflow.engine.journal.records import Admission, Filter, Start

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import Journal


def quiet(seconds: float = 30.0, limit: float | None = None, key: str = "k") -> Start:
    return start(delay=debounce(seconds, limit, key))


def collect(seconds: float = 60.0, limit: float | None = None, key: str = "k") -> Start:
    return start(delay=batch(seconds, limit, key))


async def test_a_debounce_waits_until_it_is_quiet(journal: Journal) -> None:
    receipt = await begin(journal, "a", quiet(30.0), at=100.0)

    assert receipt.runs == ("r-1",)
    assert receipt.moved.ready == ()
    assert receipt.fresh == ()
    assert receipt.moved.wake_at == 130.0
    run = await run_of(journal, "r-1")
    assert (run.status, run.wake_at, run.started_at) == ("delayed", 130.0, None)
    early = await journal.due(129.9)
    assert (early.ready, early.wake_at) == ((), 130.0)
    due = await journal.due(130.0)
    assert (due.ready, due.wake_at) == (("r-1",), None)
    run = await run_of(journal, "r-1")
    assert (run.status, run.wake_at, run.started_at) == ("ready", None, 130.0)


async def test_the_last_of_a_debounce_runs_and_the_others_are_recorded(journal: Journal) -> None:
    await begin(journal, "a", quiet(30.0), at=100.0)
    receipt = await begin(journal, "b", quiet(30.0), at=120.0)

    assert receipt.runs == ("r-2",)
    assert receipt.moved.wake_at == 150.0
    assert receipt.dropped == receipt.moved.cancelled == ()
    first = await run_of(journal, "r-1")
    assert (first.status, first.outcome, first.reason) == ("done", "skipped", "debounced")
    assert (first.ended_at, first.wake_at) == (120.0, None)
    assert (await journal.due(149.0)).ready == ()
    assert (await journal.due(150.0)).ready == ("r-2",)


async def test_the_longest_wait_of_a_debounce_counts_from_the_first_of_its_series(
    journal: Journal,
) -> None:
    for key, at in (("a", 100.0), ("b", 125.0), ("c", 150.0)):
        receipt = await begin(journal, key, quiet(30.0, 60.0), at=at)

    assert receipt.moved.wake_at == 160.0
    assert (await journal.due(160.0)).ready == ("r-3",)


async def test_a_debounce_that_is_over_is_not_taken_over_though_nobody_looked(
    journal: Journal,
) -> None:
    await begin(journal, "a", quiet(30.0), at=100.0)
    await begin(journal, "b", quiet(30.0), at=130.0)

    moved = await journal.due(160.0)

    assert moved.ready == ("r-1", "r-2")


async def test_a_debounce_is_of_one_key_and_one_recipe(journal: Journal) -> None:
    await begin(journal, "a", quiet(key="x"))
    await begin(journal, "b", quiet(key="y"))
    await begin(journal, "c", start("other", delay=debounce(key="x")))

    assert (await journal.due(200.0)).ready == ("r-1", "r-2", "r-3")


async def test_a_batch_is_one_run_for_all_of_its_window(journal: Journal) -> None:
    first = await begin(journal, "a", collect(60.0), at=100.0)
    second = await begin(journal, "b", collect(60.0), at=130.0)
    third = await begin(journal, "c", collect(60.0), at=159.0)

    assert first.runs == ("r-1",)
    assert first.moved.wake_at == 160.0
    assert second.runs == third.runs == second.moved.ready == ()
    assert (await journal.due(159.0)).ready == ()
    assert (await journal.due(160.0)).ready == ("r-1",)
    opened = await journal.run("r-1")
    assert opened is not None
    assert [one.key for one in opened.events] == ["a", "b", "c"]
    assert opened.run.event == "e-1"


async def test_a_full_batch_goes_at_once_and_the_next_event_begins_another(
    journal: Journal,
) -> None:
    await begin(journal, "a", collect(60.0, 2), at=100.0)
    full = await begin(journal, "b", collect(60.0, 2), at=110.0)
    after = await begin(journal, "c", collect(60.0, 2), at=120.0)

    assert full.moved.ready == ("r-1",)
    assert full.runs == ()
    assert full.fresh == ()
    assert (await run_of(journal, "r-1")).started_at == 110.0
    assert after.runs == ("r-2",)
    assert after.moved.wake_at == 180.0


async def test_a_batch_of_one_goes_at_once(journal: Journal) -> None:
    receipt = await begin(journal, "a", collect(60.0, 1))

    assert receipt.moved.ready == ("r-1",)
    assert (await run_of(journal, "r-1")).wake_at is None


async def test_a_batch_whose_window_is_over_takes_no_more_though_nobody_looked(
    journal: Journal,
) -> None:
    await begin(journal, "a", collect(60.0), at=100.0)
    receipt = await begin(journal, "b", collect(60.0), at=160.0)

    assert receipt.runs == ("r-2",)
    assert (await journal.due(300.0)).ready == ("r-1", "r-2")


async def test_batches_are_kept_apart_by_key_and_from_debounces(journal: Journal) -> None:
    await begin(journal, "a", collect(key="x"), collect(key="y"), quiet(key="x"))

    assert (await journal.due(200.0)).ready == ("r-3", "r-1", "r-2")


async def test_a_full_batch_joins_its_group(journal: Journal) -> None:
    await begin(journal, "a", grouped())
    receipt = await begin(journal, "b", grouped(delay=batch(60.0, 1)))

    assert receipt.moved.ready == ()
    assert await stands(journal, "r-2") == ["queued"]


async def test_a_run_that_has_left_its_batch_collects_no_more(journal: Journal) -> None:
    await begin(journal, "a", collect(60.0), at=100.0)
    await journal.cancel("r-1", 110.0)

    receipt = await begin(journal, "b", collect(60.0), at=120.0)

    assert receipt.runs == ("r-2",)


async def test_an_event_of_a_batch_counts_its_run(journal: Journal) -> None:
    await begin(journal, "a", collect())
    await begin(journal, "b", collect())
    await journal.admit(Admission(event("c")))

    listed = await journal.events(Filter())

    assert [(kept.key, runs) for kept, runs in listed] == [("c", 0), ("b", 1), ("a", 1)]
    assert [run.id for run in await journal.runs(Filter(event="e-2"))] == ["r-1"]
    assert [run.id for run in await journal.runs(Filter(event="e-3"))] == []
    assert [kept.key for kept, _ in await journal.events(Filter(recipe="greet"))] == ["b", "a"]
