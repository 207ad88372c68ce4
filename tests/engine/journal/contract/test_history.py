"""Looking at what was: lists, filters, counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import (
    DONE,
    begin,
    debounce,
    event,
    grouped,
    record,
    records_of,
    start,
)

from beeflow.engine.commands import Ending
from beeflow.engine.journal.records import Admission, Counts, Filter, Standing

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import Journal


@pytest.fixture
async def told(journal: Journal) -> Journal:
    """A journal with a little history in it."""
    await begin(journal, "a", start("one"), start("two"), at=100.0)
    await begin(journal, "b", start("one"), at=200.0)
    await journal.admit(
        Admission(
            event("c", 300.0, type="video.new", source="studio", payload_id="payload-a"),
            (start("two"),),
        )
    )
    await journal.finish("r-1", (), DONE, 310.0)
    await journal.finish("r-2", (), Ending("failed", "no"), 320.0)
    return journal


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), "r-4 r-3 r-2 r-1"),
        (Filter(limit=2), "r-4 r-3"),
        (Filter(limit=0), "r-4 r-3 r-2 r-1"),
        (Filter(recipe="one"), "r-3 r-1"),
        (Filter(outcome="failed"), "r-2"),
        (Filter(status="ready"), "r-4 r-3"),
        (Filter(status="done"), "r-2 r-1"),
        (Filter(since=200.0), "r-4 r-3"),
        (Filter(type="video.new"), "r-4"),
        (Filter(source="main"), "r-3 r-2 r-1"),
        (Filter(event="e-1"), "r-2 r-1"),
        (Filter(event="e-1", recipe="two", status="done"), "r-2"),
        (Filter(event="e-1", type="video.new"), ""),
        (Filter(event="e-9"), ""),
        (Filter(event="nonsense"), ""),
        (Filter(recipe="one", limit=1), "r-3"),
        (Filter(recipe="none"), ""),
    ],
)
async def test_runs_are_listed_newest_first(told: Journal, wanted: Filter, found: str) -> None:
    assert " ".join([run.id for run in await told.runs(wanted)]) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), "e-3:1 e-2:1 e-1:2"),
        (Filter(limit=1), "e-3:1"),
        (Filter(limit=0), "e-3:1 e-2:1 e-1:2"),
        (Filter(since=200.0), "e-3:1 e-2:1"),
        (Filter(type="video.new"), "e-3:1"),
        (Filter(source="main"), "e-2:1 e-1:2"),
        (Filter(event="e-2"), "e-2:1"),
        (Filter(event="nonsense"), ""),
        (Filter(recipe="two"), "e-3:1 e-1:2"),
        (Filter(outcome="failed"), "e-1:2"),
        (Filter(status="ready", source="main"), "e-2:1"),
        (Filter(recipe="one", outcome="failed"), ""),
    ],
)
async def test_events_are_listed_newest_first_with_the_number_of_their_runs(
    told: Journal, wanted: Filter, found: str
) -> None:
    listed = await told.events(wanted)

    assert " ".join([f"{kept.id}:{runs}" for kept, runs in listed]) == found


async def test_an_event_is_found_by_its_id_and_by_its_payloads(told: Journal) -> None:
    by_id = await told.event("e-1")
    newest = await told.event("payload-a")
    other = await told.event("payload-b")

    assert by_id is not None
    assert newest is not None
    assert other is not None
    assert (by_id.key, newest.key, other.key) == ("a", "c", "b")
    assert by_id.payload_id == "payload-a"
    assert by_id.received_at == 100.0


@pytest.mark.parametrize("event_id", ["e-9", "e-0", "e-01", "r-1", "payload", "", "e-" + "9" * 40])
async def test_an_event_that_is_not_there_is_none(told: Journal, event_id: str) -> None:
    assert await told.event(event_id) is None


async def test_our_id_comes_before_a_payload_that_looks_like_it(journal: Journal) -> None:
    await journal.admit(Admission(event("a", payload_id="e-2")))
    await journal.admit(Admission(event("b", payload_id="e-77")))

    ours, its = await journal.event("e-2"), await journal.event("e-77")

    assert ours is not None
    assert its is not None
    assert (ours.key, its.key) == ("b", "b")


@pytest.mark.parametrize("run_id", ["r-9", "e-1", "nonsense", ""])
async def test_a_run_that_is_not_there_is_none(told: Journal, run_id: str) -> None:
    assert await told.run(run_id) is None


async def test_all_is_counted(told: Journal) -> None:
    await begin(told, "d", grouped(), grouped(), start(delay=debounce()))
    await told.park("r-3", (), None)

    assert await told.counts() == Counts(
        events=4,
        runs={"done": 2, "ready": 2, "queued": 1, "delayed": 1, "waiting": 1},
        outcomes={"succeeded": 1, "failed": 1},
    )


async def test_an_empty_journal_counts_nothing(journal: Journal) -> None:
    assert await journal.counts() == Counts(0, {}, {})
    assert await journal.standing() == Standing({}, 0)
    assert await journal.events(Filter()) == []
    assert await journal.runs(Filter()) == []
    assert await journal.ready() == ()


async def test_what_a_reader_was_given_is_its_own(journal: Journal) -> None:
    await begin(journal, "a")
    given = {"list": [1]}
    await journal.save("r-1", (record("a", output=given),))

    given["list"].append(2)

    assert (await records_of(journal, "r-1"))["a"].output == {"list": [1]}


async def test_what_is_in_hand_is_counted(told: Journal) -> None:
    await begin(told, "d", start("one", delay=debounce()))
    await told.park("r-3", (), None)
    await told.finish("r-4", (), Ending("unknown"), 330.0)

    assert await told.standing() == Standing({"waiting": 1, "delayed": 1}, 1)
