"""Pruning: what goes, and what must stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import DONE, batch, begin, debounce, event, grouped, record, start, wait

from beeflow.engine.commands import Ending, Pass
from beeflow.engine.journal.records import Admission, Filter, Pruned
from beeflow.errors import NothingFound, StaleRun

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import Journal


async def finished(journal: Journal, key: str, at: float, ended_at: float) -> str:
    """Let an event's run end; returns its id."""
    (run,) = (await begin(journal, key, at=at)).runs
    await journal.finish(run, (record("a"),), DONE, ended_at)
    return run


async def test_old_runs_go_with_their_events_and_records(journal: Journal) -> None:
    old = await finished(journal, "old", 100.0, 150.0)
    new = await finished(journal, "new", 900.0, 950.0)

    assert (await journal.prune(500.0)).runs == 1

    assert await journal.run(old) is None
    assert await journal.event("e-1") is None
    assert await journal.event("payload-old") is None
    assert [run.id for run in await journal.runs(Filter())] == [new]
    assert [kept.id for kept, _ in await journal.events(Filter())] == ["e-2"]
    counts = await journal.counts()
    assert (counts.events, dict(counts.runs)) == (1, {"done": 1})


async def test_a_run_is_as_old_as_its_end(journal: Journal) -> None:
    await finished(journal, "a", 100.0, 500.0)

    assert (await journal.prune(500.0)).runs == 0
    assert await journal.event("e-1") is not None
    assert (await journal.prune(500.1)).runs == 1
    assert await journal.event("e-1") is None


async def test_what_is_pending_stays_with_its_events(journal: Journal) -> None:
    await begin(journal, "a", grouped(), grouped(), start(), start(delay=debounce()))
    await journal.park("r-3", (record("a"),), None, (wait("r-3"),))

    assert (await journal.prune(1e12)).runs == 0

    for run in ("r-1", "r-2", "r-3", "r-4"):
        opened = await journal.run(run)
        assert opened is not None
        assert [one.key for one in opened.events] == ["a"]
    opened = await journal.run("r-3")
    assert opened is not None
    assert list(opened.records) == ["a"]
    woken = await journal.admit(Admission(event("p", type="poll.created"), wakes=lambda _: True))
    assert woken.moved.ready == ("r-3",)


async def test_all_events_of_a_pending_batch_stay(journal: Journal) -> None:
    await begin(journal, "a", start(delay=batch()))
    await begin(journal, "b", start(delay=batch()))

    await journal.prune(1e12)

    opened = await journal.run("r-1")
    assert opened is not None
    assert [one.key for one in opened.events] == ["a", "b"]


async def test_the_event_that_met_a_wait_stays_while_its_run_is_pending(journal: Journal) -> None:
    await begin(journal, "a")
    await journal.park("r-1", (), None, (wait("r-1"),))
    await journal.admit(Admission(event("p", type="poll.created"), wakes=lambda _: True))

    await journal.prune(1e12)
    assert await journal.event("e-2") is not None

    await journal.finish("r-1", (), DONE, 200.0)
    assert (await journal.prune(1e12)).runs == 1
    assert await journal.event("e-2") is None


@pytest.mark.parametrize(("other", "status"), [(False, "duplicate"), (True, "conflict")])
async def test_a_key_is_known_after_its_event_is_gone(
    journal: Journal, other: bool, status: str
) -> None:
    await finished(journal, "a", 100.0, 150.0)
    await journal.prune(1e12)
    again = event("a", body=b"{}") if other else event("a")

    receipt = await journal.admit(Admission(again, (start(),)))

    assert (receipt.event_id, receipt.status, receipt.runs) == ("e-1", status, ())


@pytest.mark.parametrize(("window", "status"), [(1000.0, "duplicate"), (300.0, "accepted")])
async def test_a_key_with_a_window_is_kept_as_long_as_that(
    journal: Journal, window: float, status: str
) -> None:
    await journal.admit(Admission(event("a", 100.0, window=window)))
    await journal.prune(500.0)
    assert await journal.event("e-1") is None

    receipt = await journal.admit(Admission(event("a", 450.0, window=window)))

    assert receipt.status == status


async def test_a_key_that_was_used_again_belongs_to_the_later_event(journal: Journal) -> None:
    await journal.admit(Admission(event("a", 100.0, window=10.0)))
    await journal.admit(Admission(event("a", 400.0, window=1000.0)))

    await journal.prune(300.0)

    assert [kept.id for kept, _ in await journal.events(Filter())] == ["e-2"]
    again = await journal.admit(Admission(event("a", 410.0)))
    assert (again.event_id, again.status) == ("e-2", "duplicate")


async def test_ids_are_never_used_twice(journal: Journal) -> None:
    await journal.admit(Admission(event("w", 100.0, window=1.0)))
    await finished(journal, "a", 100.0, 150.0)
    await journal.prune(1e12)

    receipt = await begin(journal, "b")

    assert (receipt.event_id, receipt.runs) == ("e-3", ("r-2",))


async def test_a_pruned_run_takes_nothing_more(journal: Journal) -> None:
    run = await finished(journal, "a", 100.0, 150.0)
    await journal.prune(1e12)

    with pytest.raises(StaleRun):
        await journal.save(run, (record("a"),))
    with pytest.raises(NothingFound):
        await journal.retry(run, 200.0)


async def test_windows_of_throttles_go_when_they_are_over(journal: Journal) -> None:
    await begin(journal, "a", start(), start(), start())
    throttle = Pass("t", "k", 60.0)
    await journal.passes("r-1", "greet", record("t"), throttle, 100.0)
    await journal.passes("r-2", "greet", record("t"), throttle, 200.0)

    await journal.prune(200.0)

    assert not await journal.passes("r-3", "greet", record("t"), throttle, 210.0)
    assert await journal.passes("r-3", "greet", record("t"), throttle, 100.0)


async def test_an_unknown_outcome_stays_until_a_person_has_answered(journal: Journal) -> None:
    await begin(journal, "a", at=100.0)
    call = record("actions/0#1", "open")
    await journal.finish("r-1", (call,), Ending("unknown"), 150.0)

    assert await journal.prune(1e12) == Pruned(0, 0)
    opened = await journal.run("r-1")
    assert opened is not None
    assert [one.key for one in opened.events] == ["a"]

    await journal.resolve("r-1", "actions/0#1", record("actions/0#1"), 200.0)
    await journal.finish("r-1", (), DONE, 250.0)
    assert await journal.prune(1e12) == Pruned(1, 1)


async def test_events_that_started_nothing_are_counted_too(journal: Journal) -> None:
    await journal.admit(Admission(event("a", 100.0)))
    await journal.admit(Admission(event("b", 600.0)))

    assert await journal.prune(500.0) == Pruned(0, 1)


async def test_how_much_was_given_back_is_told_where_it_was_asked_for(journal: Journal) -> None:
    await finished(journal, "a", 100.0, 150.0)

    assert (await journal.prune(0.0)).freed is None
    pruned = await journal.prune(1e12, shrink=True)
    assert (pruned.runs, pruned.events) == (1, 1)
    assert pruned.freed is not None


async def test_pruning_twice_prunes_nothing_more(journal: Journal) -> None:
    for number in range(300):
        await finished(journal, f"k{number}", 100.0, 150.0)

    assert (await journal.prune(1e12)).runs == 300
    assert (await journal.prune(1e12)).runs == 0
    assert (await journal.counts()).events == 0
