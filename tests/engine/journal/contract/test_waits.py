"""Waits: what meets them, and what becomes of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import (
    DONE,
    begin,
    event,
    output_of,
    record,
    records_of,
    run_of,
    stands,
    start,
    wait,
)

from beeflow.engine.commands import Ending
from beeflow.engine.journal.records import Admission, Receipt, Record, StoredWait, Woken

if TYPE_CHECKING:
    from beeflow.engine.event import NewEvent
    from beeflow.engine.journal.protocol import Journal
    from beeflow.types import Json

PATH = "actions/0"


def opened(path: str = PATH) -> Record:
    return record(path, "open", kind="wait_for", until=900.0, input={"webhook": ["poll.created"]})


def arrival(key: str = "poll", kind: str = "poll.created", **changes: object) -> NewEvent:
    return event(key, 200.0, type=kind, **changes)


async def arrive(journal: Journal, new: NewEvent) -> Receipt:
    return await journal.admit(Admission(new, wakes=lambda _: True))


async def sleep(journal: Journal, *waits: StoredWait, until: float | None = 900.0) -> None:
    """Begin the run r-1 and let it sleep on these waits."""
    await begin(journal, "begin")
    await journal.park("r-1", (opened(),), until, waits)


async def test_a_webhook_meets_a_wait_and_wakes_the_run(journal: Journal) -> None:
    await sleep(journal, wait("r-1"))

    receipt = await arrive(journal, arrival())

    assert receipt.moved.ready == ("r-1",)
    assert receipt.moved.woken == (Woken("r-1", PATH, {"event": "e-2"}),)
    run = await run_of(journal, "r-1")
    assert (run.status, run.wake_at, run.started_at) == ("ready", None, 100.0)
    kept = (await records_of(journal, "r-1"))[PATH]
    assert (kept.status, kept.output, kept.ended_at) == ("done", {"event": "e-2"}, 200.0)
    assert (kept.kind, kept.started_at, kept.until) == ("wait_for", 100.0, 900.0)
    assert kept.input == {"webhook": ["poll.created"]}


async def test_a_wait_is_met_once(journal: Journal) -> None:
    await sleep(journal, wait("r-1"))
    await arrive(journal, arrival("one"))
    await journal.park("r-1", (), None)

    receipt = await arrive(journal, arrival("two"))

    assert receipt.moved.woken == ()
    assert await output_of(journal, "r-1", PATH) == {"event": "e-2"}
    assert await stands(journal, "r-1") == ["waiting"]


@pytest.mark.parametrize(
    ("topic", "kind", "met"),
    [
        ("poll.created", "poll.created", True),
        ("poll.created", "poll.created.late", False),
        ("poll.created", "poll.create", False),
        ("*", "poll.created", True),
        ("video.upload.*", "video.upload.done", True),
        ("video.upload.*", "video.upload", False),
        ("video.*.done", "video.upload.part.done", True),
        ("*.created", "poll.created", True),
        ("*.created", "poll.created.late", False),
        ("poll.*.created", "poll.created", False),
        ("poll.create?", "poll.created", False),
    ],
)
async def test_a_topic_is_a_type_or_a_pattern(
    journal: Journal, topic: str, kind: str, met: bool
) -> None:
    await sleep(journal, wait("r-1", topic=topic))

    receipt = await arrive(journal, arrival(kind=kind))

    assert (receipt.moved.ready == ("r-1",)) is met


@pytest.mark.parametrize("topic", ["poll.created", "poll.*"])
@pytest.mark.parametrize(
    ("mine", "its", "met"),
    [
        ("E1", "E1", True),
        ("E1", "E2", False),
        ("E1", None, True),
        (None, "E1", True),
        (None, None, True),
    ],
)
async def test_the_same_event_is_meant_where_both_have_one(
    journal: Journal, topic: str, mine: str | None, its: str | None, met: bool
) -> None:
    await sleep(journal, wait("r-1", topic=topic, event_ref=mine))

    receipt = await arrive(journal, arrival(event_ref=its))

    assert (receipt.moved.ready == ("r-1",)) is met


async def test_the_predicate_is_given_the_wait_and_decides(journal: Journal) -> None:
    asked: list[StoredWait] = []
    mine = wait("r-1", event_ref="E1", match={"data.state": {"in": [1, 2]}})
    await sleep(journal, mine)

    def refuse(one: StoredWait) -> bool:
        asked.append(one)
        return False

    receipt = await journal.admit(Admission(arrival(), wakes=refuse))

    assert asked == [mine]
    assert receipt.moved.woken == ()
    assert await stands(journal, "r-1") == ["waiting"]


async def test_waits_are_asked_in_the_order_in_which_they_were_registered(
    journal: Journal,
) -> None:
    asked: list[str] = []
    await begin(journal, "begin", start(), start(), start())
    await journal.park("r-2", (), None, (wait("r-2", topic="*"),))
    await journal.park("r-1", (), None, (wait("r-1"),))
    await journal.park("r-3", (), None, (wait("r-3"),))

    def note(one: StoredWait) -> bool:
        asked.append(one.run)
        return True

    receipt = await journal.admit(Admission(arrival(), wakes=note))

    assert asked == ["r-2", "r-1", "r-3"]
    assert receipt.moved.ready == ("r-2", "r-1", "r-3")


async def test_without_a_predicate_nobody_is_woken(journal: Journal) -> None:
    await sleep(journal, wait("r-1"))

    receipt = await journal.admit(Admission(arrival()))

    assert receipt.moved.woken == ()


async def test_any_of_several_topics_meets_a_wait(journal: Journal) -> None:
    await sleep(journal, wait("r-1"), wait("r-1", topic="poll.*"), wait("r-1", topic="video.new"))

    receipt = await arrive(journal, arrival())

    assert receipt.moved.woken == (Woken("r-1", PATH, {"event": "e-2"}),)
    await journal.park("r-1", (), None)
    assert (await arrive(journal, arrival("late", "video.new"))).moved.woken == ()


async def test_other_waits_of_a_woken_run_stay(journal: Journal) -> None:
    await sleep(journal, wait("r-1", "a"), wait("r-1", "b", topic="video.new"))
    await arrive(journal, arrival("one"))

    await journal.park("r-1", (), 900.0)
    receipt = await arrive(journal, arrival("two", "video.new"))

    assert receipt.moved.woken == (Woken("r-1", "b", {"event": "e-3"}),)
    assert receipt.moved.ready == ("r-1",)


async def test_a_wait_met_before_the_run_is_parked_keeps_it_up(journal: Journal) -> None:
    await begin(journal, "begin")
    await journal.save("r-1", (opened(),), (wait("r-1"),))

    receipt = await arrive(journal, arrival())
    assert receipt.moved.woken == (Woken("r-1", PATH, {"event": "e-2"}),)
    assert receipt.moved.ready == ()
    moved = await journal.park("r-1", (record("actions/1"),), 900.0)

    assert (moved.ready, moved.wake_at) == (("r-1",), None)
    run = await run_of(journal, "r-1")
    assert (run.status, run.wake_at) == ("ready", None)
    assert await output_of(journal, "r-1", PATH) == {"event": "e-2"}
    assert list(await records_of(journal, "r-1")) == [PATH, "actions/1"]


async def test_that_it_was_met_is_told_once(journal: Journal) -> None:
    await begin(journal, "begin")
    await journal.save("r-1", (opened(),), (wait("r-1"),))
    await arrive(journal, arrival())
    await journal.park("r-1", (), 900.0)

    moved = await journal.park("r-1", (), 900.0)

    assert (moved.ready, moved.wake_at) == ((), 900.0)


async def test_a_met_wait_is_not_opened_again_by_what_the_run_had_not_heard(
    journal: Journal,
) -> None:
    await begin(journal, "begin")
    await journal.save("r-1", (opened(),), (wait("r-1"),))
    await arrive(journal, arrival())

    moved = await journal.park("r-1", (opened(), record("b")), 900.0, (wait("r-1"),))

    assert moved.ready == ("r-1",)
    assert await output_of(journal, "r-1", PATH) == {"event": "e-2"}
    assert "b" in await records_of(journal, "r-1")
    assert (await arrive(journal, arrival("again"))).moved.woken == ()


async def test_a_run_that_took_its_answer_may_sleep_again(journal: Journal) -> None:
    await begin(journal, "begin")
    await journal.save("r-1", (opened(),), (wait("r-1"),))
    await arrive(journal, arrival())

    moved = await journal.park("r-1", (record(PATH, output={"event": "e-2"}),), 900.0)

    assert (moved.ready, moved.wake_at) == ((), 900.0)


@pytest.mark.parametrize("status", ["done", "failed"])
async def test_a_wait_whose_record_is_closed_is_over(journal: Journal, status: str) -> None:
    await begin(journal, "begin")
    await journal.save("r-1", (opened(),), (wait("r-1"),))
    closed = record(PATH, output={"timed_out": True})
    if status == "failed":
        closed = record(PATH, "failed")
    await journal.save("r-1", (closed,))

    receipt = await arrive(journal, arrival())

    assert receipt.moved.woken == ()
    assert (await records_of(journal, "r-1"))[PATH] == closed


async def test_registering_a_wait_again_replaces_it(journal: Journal) -> None:
    asked: list[StoredWait] = []
    await sleep(journal, wait("r-1", match={"a": 1}))
    await journal.park("r-1", (), 900.0, (wait("r-1", match={"a": 2}),))

    def note(one: StoredWait) -> bool:
        asked.append(one)
        return True

    await journal.admit(Admission(arrival(), wakes=note))

    assert asked == [wait("r-1", match={"a": 2})]


async def test_a_run_whose_time_has_come_still_hears_its_webhook(journal: Journal) -> None:
    await sleep(journal, wait("r-1"), until=150.0)
    assert (await journal.due(150.0)).ready == ("r-1",)

    receipt = await arrive(journal, arrival())

    assert receipt.moved.woken == (Woken("r-1", PATH, {"event": "e-2"}),)
    assert receipt.moved.ready == ()
    assert (await journal.park("r-1", (), 900.0)).ready == ("r-1",)


async def test_an_ended_run_waits_for_nothing(journal: Journal) -> None:
    await begin(journal, "begin")
    await journal.save("r-1", (opened(),), (wait("r-1"),))
    await journal.finish("r-1", (), DONE, 150.0)

    assert (await arrive(journal, arrival())).moved.woken == ()


async def test_a_wait_without_a_record_gets_one_when_it_is_met(journal: Journal) -> None:
    await begin(journal, "begin")
    await journal.park("r-1", (), None, (wait("r-1"),))

    await arrive(journal, arrival())

    kept = (await records_of(journal, "r-1"))[PATH]
    assert (kept.status, kept.kind, kept.started_at) == ("done", "wait_for", 200.0)


# --- for the end of another run --------------------------------------------------------------


async def test_the_end_of_a_run_wakes_those_who_wait_for_it(journal: Journal) -> None:
    await begin(journal, "begin", start(), start("child"))
    child = record(PATH, "open", kind="run", output={"run_id": "r-2"})
    await journal.park("r-1", (child,), None, (wait("r-1", topic="run:r-2"),))

    moved = await journal.finish("r-2", (), Ending("failed", "no", None, {"n": [1, 2]}), 200.0)

    told: Json = {"outcome": "failed", "run_id": "r-2", "result": {"n": [1, 2]}}
    assert moved.ready == ("r-1",)
    assert moved.woken == (Woken("r-1", PATH, told),)
    kept = (await records_of(journal, "r-1"))[PATH]
    assert (kept.status, kept.output, kept.ended_at) == ("done", told, 200.0)


async def test_a_run_that_has_ended_already_is_not_waited_for(journal: Journal) -> None:
    await begin(journal, "begin", start(), start("child"))
    await journal.finish("r-2", (), Ending("succeeded", result={"n": 1}), 200.0)

    moved = await journal.park("r-1", (opened(),), None, (wait("r-1", topic="run:r-2"),))

    told: Json = {"outcome": "succeeded", "run_id": "r-2", "result": {"n": 1}}
    assert moved.ready == ("r-1",)
    assert moved.woken == (Woken("r-1", PATH, told),)
    assert await stands(journal, "r-1") == ["ready"]


async def test_it_is_not_waited_for_where_the_wait_is_saved_first(journal: Journal) -> None:
    await begin(journal, "begin", start(), start("child"))
    await journal.finish("r-2", (), DONE, 200.0)
    await journal.save("r-1", (opened(),), (wait("r-1", topic="run:r-2"),))

    moved = await journal.park("r-1", (), None)

    assert moved.ready == ("r-1",)
    told: Json = {"outcome": "succeeded", "run_id": "r-2", "result": None}
    assert await output_of(journal, "r-1", PATH) == told


async def test_a_cancelled_run_is_told_of_too(journal: Journal) -> None:
    await begin(journal, "begin", start(), start("child"))
    await journal.park("r-1", (opened(),), None, (wait("r-1", topic="run:r-2"),))
    await journal.park("r-2", (), None)

    moved = await journal.cancel("r-2", 200.0)

    told: Json = {"outcome": "cancelled", "run_id": "r-2", "result": None}
    assert moved.woken == (Woken("r-1", PATH, told),)


@pytest.mark.parametrize("topic", ["run:r-99", "run:", "run:nonsense", "run:e-1"])
async def test_a_run_that_is_not_there_is_waited_for(journal: Journal, topic: str) -> None:
    await begin(journal, "begin")

    moved = await journal.park("r-1", (opened(),), None, (wait("r-1", topic=topic),))

    assert moved.ready == ()
    assert await stands(journal, "r-1") == ["waiting"]


async def test_patterns_do_not_mean_the_end_of_runs(journal: Journal) -> None:
    await begin(journal, "begin", start(), start("child"))
    await journal.park("r-1", (opened(),), None, (wait("r-1", topic="*"),))

    assert (await journal.finish("r-2", (), DONE, 200.0)).woken == ()
