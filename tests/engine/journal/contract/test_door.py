"""Admitting events: duplicates, conflicts, cancels, and what travels along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from engine.journal.sample import (
    DONE,
    HASH,
    begin,
    debounce,
    event,
    grouped,
    record,
    run_of,
    stands,
    start,
    wait,
)

from beeflow.engine.commands import Ending, Fault
from beeflow.engine.journal.records import (
    Admission,
    Cancel,
    Filter,
    PlanChange,
    PlannedEvent,
    Run,
    StoredWait,
)
from beeflow.errors import Failure

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import Journal


async def test_an_event_is_kept_with_its_runs(journal: Journal) -> None:
    receipt = await journal.admit(
        Admission(
            event("a", 100.5, event_ref="E1"),
            (
                start(inputs={"n": [1, {"x": None}]}, event_ref="E1", depth=3, cause="r-9"),
                start("other", trigger=2),
            ),
        )
    )

    assert receipt.event_id == "e-1"
    assert receipt.status == "accepted"
    assert receipt.runs == ("r-1", "r-2")
    assert receipt.dropped == ()
    assert receipt.moved.ready == ("r-1", "r-2")
    kept = await journal.run("r-1")
    assert kept is not None
    assert kept.run == Run(
        id="r-1",
        recipe="greet",
        recipe_hash=HASH,
        event="e-1",
        status="ready",
        trigger=0,
        created_at=100.5,
        started_at=100.5,
        depth=3,
        cause="r-9",
        event_ref="E1",
        inputs={"n": [1, {"x": None}]},
    )
    assert [one.id for one in kept.events] == ["e-1"]
    assert kept.events[0].payload == {"type": "event.updated.status", "data": {"key": "a"}}
    assert kept.events[0].event_ref == "E1"
    assert kept.records == {}
    assert not kept.stopping


async def test_fresh_runs_need_not_be_read_back(journal: Journal) -> None:
    receipt = await begin(journal, "a", start(inputs={"a": 1}), grouped(), grouped())

    assert [run.id for run in receipt.fresh] == ["r-1", "r-2"]
    assert receipt.moved.ready == ("r-1", "r-2")
    for run in receipt.fresh:
        assert run == await run_of(journal, run.id)


async def test_a_run_that_is_to_stop_at_once_is_not_fresh(journal: Journal) -> None:
    receipt = await begin(journal, "a", grouped("restart"), grouped("restart"))

    assert receipt.moved.stopping == ("r-1",)
    assert receipt.fresh == ()
    assert await stands(journal, "r-1", "r-2") == ["ready", "queued"]


async def test_an_event_without_starts_is_kept(journal: Journal) -> None:
    receipt = await journal.admit(Admission(event("a")))

    assert receipt.runs == ()
    assert [(kept.id, runs) for kept, runs in await journal.events(Filter())] == [("e-1", 0)]


async def test_the_same_key_again_is_a_duplicate_that_starts_nothing(journal: Journal) -> None:
    first = await begin(journal, "a")
    again = await journal.admit(
        Admission(
            event("a", 900.0),
            (start(),),
            cancels=(Cancel("greet", None),),
            marks=(("m", 1),),
            wakes=lambda _: pytest.fail("a duplicate wakes nobody"),
        )
    )

    assert (again.event_id, again.status) == (first.event_id, "duplicate")
    assert again.runs == again.moved.ready == ()
    assert again.fresh == ()
    assert await stands(journal, *first.runs) == ["ready"]
    assert await journal.marks("") == {}
    assert (await journal.counts()).events == 1


async def test_another_body_under_the_same_key_is_a_conflict_and_the_first_stays(
    journal: Journal,
) -> None:
    await begin(journal, "a")

    again = await journal.admit(Admission(event("a", body=b'{"other": true}'), (start(),)))

    assert (again.event_id, again.status, again.runs) == ("e-1", "conflict", ())
    kept = await journal.event("e-1")
    assert kept is not None
    assert "other" not in kept.payload


@pytest.mark.parametrize(
    ("at", "status"),
    [(50.0, "duplicate"), (109.9, "duplicate"), (110.0, "accepted"), (500.0, "accepted")],
)
async def test_a_key_with_a_window_is_free_again_after_it(
    journal: Journal, at: float, status: str
) -> None:
    await journal.admit(Admission(event("a", 100.0, window=10.0)))

    again = await journal.admit(Admission(event("a", at, window=10.0), (start(),)))

    assert again.status == status
    assert again.event_id == ("e-2" if status == "accepted" else "e-1")


async def test_a_window_begins_anew_with_the_event_that_was_accepted(journal: Journal) -> None:
    for at in (100.0, 110.0):
        await journal.admit(Admission(event("a", at, window=10.0)))

    third = await journal.admit(Admission(event("a", 119.0, window=10.0)))

    assert (third.event_id, third.status) == ("e-2", "duplicate")
    assert len(await journal.events(Filter())) == 2


async def test_a_denied_start_is_recorded_as_ended(journal: Journal) -> None:
    fault = Fault(Failure("template", "no such name"), "concurrency", "concurrency")
    ending = Ending("failed", "its group could not be evaluated", fault)

    receipt = await begin(journal, "a", start(deny=ending, delay=debounce(), group="g"))

    assert receipt.runs == ("r-1",)
    assert receipt.dropped == receipt.moved.ready == ()
    assert receipt.fresh == ()
    run = await run_of(journal, "r-1")
    assert (run.status, run.outcome, run.reason) == ("done", "failed", ending.reason)
    assert (run.created_at, run.started_at, run.ended_at) == (100.0, None, 100.0)
    assert run.ending is not None
    assert run.ending["fault"] == {
        "failure": {
            "kind": "template",
            "message": "no such name",
            "status": None,
            "open": False,
            "retryable": False,
            "retry_after": None,
            "detail": None,
        },
        "step": "concurrency",
        "path": "concurrency",
        "action": None,
        "expression": None,
        "operands": [],
        "file": None,
        "line": None,
    }


# --- cancels ---------------------------------------------------------------------------------


async def test_a_cancel_reaches_runs_wherever_they_stand(journal: Journal) -> None:
    ref: dict[str, Any] = {"event_ref": "E1"}
    await begin(
        journal,
        "a",
        grouped(**ref),
        grouped(**ref),
        start(**ref),
        start(delay=debounce(), **ref),
        start(**ref),
    )
    await journal.park("r-3", (), 500.0)
    await journal.finish("r-5", (), DONE, 101.0)

    receipt = await journal.admit(Admission(event("gone", 200.0), cancels=(Cancel("greet", "E1"),)))

    assert receipt.moved.stopping == ("r-1",)
    assert receipt.moved.cancelled == ("r-2", "r-3", "r-4")
    assert receipt.moved.ready == ()
    assert await stands(journal, "r-1", "r-2", "r-3", "r-4", "r-5") == [
        "ready",
        "cancelled",
        "cancelled",
        "cancelled",
        "succeeded",
    ]
    cancelled = await run_of(journal, "r-2")
    assert (cancelled.reason, cancelled.ended_at) == ("cancelled by e-2", 200.0)
    stopping = await journal.run("r-1")
    assert stopping is not None
    assert stopping.stopping


async def test_a_cancel_means_its_recipe_its_event_and_runs_without_one(journal: Journal) -> None:
    await begin(
        journal,
        "a",
        start("one", event_ref="E1"),
        start("one", event_ref="E2"),
        start("one"),
        start("two", event_ref="E1"),
    )
    for run in ("r-1", "r-2", "r-3", "r-4"):
        await journal.park(run, (), None)

    receipt = await journal.admit(Admission(event("b"), cancels=(Cancel("one", "E1"),)))

    assert receipt.moved.cancelled == ("r-1", "r-3")


async def test_a_cancel_without_an_event_means_all_runs_of_the_recipe(journal: Journal) -> None:
    await begin(journal, "a", start(event_ref="E1"), start(event_ref="E2"), start())
    for run in ("r-1", "r-2", "r-3"):
        await journal.park(run, (), None)

    receipt = await journal.admit(Admission(event("b"), cancels=(Cancel("greet", None),)))

    assert receipt.moved.cancelled == ("r-1", "r-2", "r-3")


async def test_cancels_come_before_the_starts_of_the_same_event(journal: Journal) -> None:
    await begin(journal, "a", grouped())
    await journal.park("r-1", (), None)

    receipt = await journal.admit(
        Admission(event("b"), (grouped("drop"),), (Cancel("greet", None),))
    )

    assert receipt.moved.cancelled == ("r-1",)
    assert receipt.moved.ready == ("r-2",)
    assert receipt.dropped == ()


async def test_a_cancelled_sleeper_leaves_its_place_to_the_next(journal: Journal) -> None:
    await begin(journal, "a", grouped(event_ref="E1"), grouped(event_ref="E2"))
    await journal.park("r-1", (), None)

    receipt = await journal.admit(Admission(event("b", 150.0), cancels=(Cancel("greet", "E1"),)))

    assert receipt.moved.cancelled == ("r-1",)
    assert receipt.moved.ready == ("r-2",)
    assert (await run_of(journal, "r-2")).started_at == 150.0


async def test_what_one_event_cancels_it_does_not_wake(journal: Journal) -> None:
    await begin(journal, "a")
    await journal.park("r-1", (), None, (wait("r-1"),))

    receipt = await journal.admit(
        Admission(
            event("b", type="poll.created"),
            cancels=(Cancel("greet", None),),
            wakes=lambda _: True,
        )
    )

    assert receipt.moved.cancelled == ("r-1",)
    assert receipt.moved.woken == ()
    assert receipt.moved.ready == ()


async def test_one_that_is_woken_by_a_cancelled_run_and_cancelled_itself_is_cancelled(
    journal: Journal,
) -> None:
    await begin(journal, "a", start(), start())
    await journal.park("r-1", (), None)
    await journal.park("r-2", (), None, (wait("r-2", topic="run:r-1"),))

    receipt = await journal.admit(Admission(event("b"), cancels=(Cancel("greet", None),)))

    assert receipt.moved.cancelled == ("r-1", "r-2")
    assert receipt.moved.ready == ()
    assert await stands(journal, "r-1", "r-2") == ["cancelled", "cancelled"]


async def test_a_wait_that_a_cancelled_run_met_is_not_met_by_the_event_as_well(
    journal: Journal,
) -> None:
    await begin(journal, "a", start("child"), start("parent"))
    await journal.park("r-1", (), None)
    either = (wait("r-2", topic="run:r-1"), wait("r-2", topic="poll.created"))
    await journal.save("r-2", (record("actions/0", "open"),), either)

    receipt = await journal.admit(
        Admission(
            event("b", type="poll.created"),
            cancels=(Cancel("child", None),),
            wakes=lambda _: True,
        )
    )

    told = {"outcome": "cancelled", "run_id": "r-1", "result": None}
    assert [woken.result for woken in receipt.moved.woken] == [told]


# --- plan and marks --------------------------------------------------------------------------


async def test_plan_and_marks_are_written_with_the_event(journal: Journal) -> None:
    planned = PlannedEvent("E1", 5000.0, 100.0, {"title": "Launch"})
    await journal.mark({"old": 1})

    await journal.admit(
        Admission(
            event("a"),
            plan=(PlanChange("E1", planned), PlanChange("E2", None)),
            marks=(("new", {"n": 1}), ("old", None)),
        )
    )

    assert await journal.planned_ref("E1") == planned
    assert await journal.marks("") == {"new": {"n": 1}}


async def test_a_deleted_event_leaves_the_plan(journal: Journal) -> None:
    await journal.plan([PlannedEvent("E1", 5000.0, 100.0, {})], 100.0)

    await journal.admit(Admission(event("a"), plan=(PlanChange("E1", None),)))

    assert await journal.planned_ref("E1") is None


# --- all or nothing --------------------------------------------------------------------------


async def test_a_predicate_that_breaks_leaves_nothing_of_the_event(journal: Journal) -> None:
    def broken(_: StoredWait) -> bool:
        raise RuntimeError("no answer")

    await begin(journal, "a", grouped("restart"))
    await journal.park("r-1", (), None, (wait("r-1"),))
    await begin(journal, "other", start("sleeper"))
    await journal.park("r-2", (), None, (wait("r-2"),))

    with pytest.raises(RuntimeError, match="no answer"):
        await journal.admit(
            Admission(event("b", type="poll.created"), (grouped("restart"),), wakes=broken)
        )

    assert await stands(journal, "r-1", "r-2") == ["waiting", "waiting"]
    again = await journal.admit(
        Admission(event("b", type="poll.created"), (grouped("restart"),), wakes=lambda _: False)
    )
    assert (again.event_id, again.status, again.runs) == ("e-3", "accepted", ("r-3",))


async def test_a_follow_up_that_breaks_leaves_the_run_as_it_was(journal: Journal) -> None:
    def broken(_: StoredWait) -> bool:
        raise RuntimeError("no answer")

    await begin(journal, "a", start(), start())
    await journal.park("r-2", (), None, (wait("r-2", topic="run"),))
    follow = Admission(event("end", source="run", type="run"), wakes=broken)

    with pytest.raises(RuntimeError, match="no answer"):
        await journal.finish("r-1", (record("actions/0"),), DONE, 200.0, follow)

    assert await stands(journal, "r-1") == ["ready"]
    opened = await journal.run("r-1")
    assert opened is not None
    assert opened.records == {}
