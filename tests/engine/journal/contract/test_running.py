"""Carrying out a run: saving, parking, finishing; and what comes due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from engine.journal.sample import (
    DONE,
    batch,
    begin,
    debounce,
    event,
    grouped,
    output_of,
    record,
    records_of,
    run_of,
    stands,
    start,
    wait,
)

from beeflow.engine.commands import Claim, Ending, Fault, Pass, WriteState
from beeflow.engine.journal.protocol import Journal
from beeflow.engine.journal.records import Admission, Ended, Filter, Moved, PlannedEvent, Record
from beeflow.errors import Failure, StaleRun

Change = Callable[[Journal, str], Awaitable[object]]

CHANGES: dict[str, Change] = {
    "save": lambda journal, run: journal.save(run, (record("a"),)),
    "save nothing": lambda journal, run: journal.save(run, ()),
    "park": lambda journal, run: journal.park(run, (record("a"),), 900.0, (wait(run),)),
    "park nothing": lambda journal, run: journal.park(run, (), None),
    "finish": lambda journal, run: journal.finish(
        run, (record("a"),), DONE, 200.0, Admission(event("follow"))
    ),
    "finish nothing": lambda journal, run: journal.finish(run, (), DONE, 200.0),
    "state": lambda journal, run: journal.change_state(
        run, "greet", record("a"), WriteState("a", {"x": 1}, {}, ())
    ),
    "claim": lambda journal, run: journal.claim(run, "greet", record("a"), Claim("a", "o", "k")),
    "release": lambda journal, run: journal.release(
        run, "greet", record("a"), Claim("a", "o", "k")
    ),
    "pass": lambda journal, run: journal.passes(
        run, "greet", record("a"), Pass("a", "k", 60.0), 100.0
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_run_that_is_done_takes_nothing_more(journal: Journal, change: str) -> None:
    await begin(journal, "a", start(), start())
    await journal.finish("r-1", (record("z"),), DONE, 150.0)

    with pytest.raises(StaleRun, match="r-1"):
        await CHANGES[change](journal, "r-1")

    assert list(await records_of(journal, "r-1")) == ["z"]
    assert await journal.state("greet") == {}
    assert await journal.event("e-2") is None
    assert await journal.claim("r-2", "greet", record("c"), Claim("c", "o", "k"))
    assert await journal.passes("r-2", "greet", record("p"), Pass("p", "k", 60.0), 100.0)
    assert (await run_of(journal, "r-1")).ended_at == 150.0


@pytest.mark.parametrize("run", ["r-7", "e-1", "nonsense", "r-0", "r-" + "9" * 30, ""])
@pytest.mark.parametrize("change", CHANGES)
async def test_a_run_that_is_not_there_takes_nothing(
    journal: Journal, change: str, run: str
) -> None:
    with pytest.raises(StaleRun):
        await CHANGES[change](journal, run)


async def test_records_come_back_as_they_were(journal: Journal) -> None:
    failure = Failure("http", "no", 503, open=True, retry_after=2.5, detail={"body": ["x"]})
    records = (
        Record("conditions", "decide", "done", 1.0, 1.5, {"value": True}, True),
        Record("actions/1", "wait", "open", 2.0, until=700.25),
        Record("actions/0#1", "call", "failed", 3.0, 4.0, {"a": "ü\0"}, None, failure),
        Record("actions/0#2", "call", "done", 5.0, 6.0, None, {"n": [1, 2.5, None, False, ""]}),
    )
    await begin(journal, "a")

    await journal.save("r-1", records[:1])
    await journal.save("r-1", records[1:])

    assert await records_of(journal, "r-1") == {one.path: one for one in records}
    assert list(await records_of(journal, "r-1")) == [one.path for one in records]


async def test_a_record_replaces_the_one_of_its_path_and_keeps_its_place(
    journal: Journal,
) -> None:
    await begin(journal, "a")
    await journal.save("r-1", (record("a", "open"), record("b")))

    await journal.save("r-1", (record("a", output=1), record("a", output=2)))

    kept = await records_of(journal, "r-1")
    assert list(kept) == ["a", "b"]
    assert kept["a"].output == 2


async def test_records_belong_to_their_run(journal: Journal) -> None:
    await begin(journal, "a", start(), start())

    await journal.save("r-1", (record("a", output=1),))
    await journal.save("r-2", (record("a", output=2),))

    assert await output_of(journal, "r-1", "a") == 1
    assert await output_of(journal, "r-2", "a") == 2


async def test_what_utf8_cannot_hold_is_replaced(journal: Journal) -> None:
    await begin(journal, "a")

    await journal.save("r-1", (record("a", output={"t": "\ud800x"}),))

    assert await output_of(journal, "r-1", "a") == {"t": "?x"}


async def test_what_is_not_data_is_refused_and_leaves_nothing(journal: Journal) -> None:
    await begin(journal, "a")

    with pytest.raises(TypeError):
        await journal.save("r-1", (record("a"), record("b", output=object())))

    assert await records_of(journal, "r-1") == {}


async def test_a_parked_run_sleeps_until_its_time(journal: Journal) -> None:
    await begin(journal, "a")

    moved = await journal.park("r-1", (record("a", "open", until=500.0),), 500.0)

    assert (moved.ready, moved.wake_at) == ((), 500.0)
    run = await run_of(journal, "r-1")
    assert (run.status, run.wake_at) == ("waiting", 500.0)
    assert (await records_of(journal, "r-1"))["a"].until == 500.0


async def test_a_run_may_sleep_without_a_time(journal: Journal) -> None:
    await begin(journal, "a")

    moved = await journal.park("r-1", (), None, (wait("r-1"),))

    assert moved.wake_at is None
    assert (await journal.due(1e12)).ready == ()


async def test_a_run_that_is_to_stop_does_not_fall_asleep(journal: Journal) -> None:
    await begin(journal, "a")
    await journal.cancel("r-1", 110.0)

    moved = await journal.park("r-1", (record("a"),), 900.0)

    assert (moved.ready, moved.stopping, moved.wake_at) == (("r-1",), ("r-1",), None)
    assert await stands(journal, "r-1") == ["ready"]
    assert "a" in await records_of(journal, "r-1")


async def test_finishing_keeps_how_it_ended(journal: Journal) -> None:
    await begin(journal, "a")
    fault = Fault(
        Failure("http", "no", 404),
        "post",
        "actions/0",
        "slack.post",
        "x > 1",
        (("x", 0),),
        "go.yaml",
        7,
    )

    await journal.finish(
        "r-1", (record("a"),), Ending("failed", "it broke", fault, {"n": 1}), 250.0
    )

    opened = await journal.run("r-1")
    assert opened is not None
    run = opened.run
    assert (run.status, run.outcome, run.reason, run.ended_at) == (
        "done",
        "failed",
        "it broke",
        250.0,
    )
    assert run.ending is not None
    assert run.ending["outcome"] == "failed"
    assert run.ending["result"] == {"n": 1}
    told = run.ending["fault"]
    assert isinstance(told, dict)
    assert told["operands"] == [["x", 0]]
    assert (told["file"], told["line"], told["action"]) == ("go.yaml", 7, "slack.post")
    assert list(opened.records) == ["a"]


async def test_a_plain_ending_is_whole_too(journal: Journal) -> None:
    await begin(journal, "a")

    await journal.finish("r-1", (), Ending("succeeded", "all sent"), 250.0)

    assert (await run_of(journal, "r-1")).ending == {
        "outcome": "succeeded",
        "reason": "all sent",
        "fault": None,
        "result": None,
    }


async def test_finishing_ends_a_run_that_was_to_stop(journal: Journal) -> None:
    await begin(journal, "a")
    await journal.cancel("r-1", 110.0)

    await journal.finish("r-1", (), Ending("cancelled"), 250.0)

    opened = await journal.run("r-1")
    assert opened is not None
    assert not opened.stopping


async def test_the_event_that_tells_of_the_end_is_admitted_with_it(journal: Journal) -> None:
    await begin(journal, "a", start(), start("sleeper"))
    await journal.park("r-2", (), None, (wait("r-2", topic="run"),))
    follow = Admission(
        event("run/r-1", 200.0, source="run", type="run"),
        (start("after", cause="r-1", depth=2), start("later", delay=batch(60.0))),
        marks=(("m", 1),),
        wakes=lambda _: True,
    )

    moved = await journal.finish("r-1", (), DONE, 200.0, follow)

    assert moved.ready == ("r-3", "r-2")
    assert [woken.result for woken in moved.woken] == [{"event": "e-2"}]
    assert moved.wake_at == 260.0
    after = await run_of(journal, "r-3")
    assert (after.recipe, after.event, after.cause, after.depth) == ("after", "e-2", "r-1", 2)
    assert await journal.marks("") == {"m": 1}


async def test_the_next_of_the_group_is_released_before_the_follow_up(journal: Journal) -> None:
    await begin(journal, "a", grouped(), grouped())

    moved = await journal.finish(
        "r-1", (), DONE, 200.0, Admission(event("follow"), (grouped("drop"),))
    )

    assert moved.ready == ("r-2",)
    assert await stands(journal, "r-3") == ["skipped"]


async def test_a_follow_up_that_is_known_already_starts_nothing(journal: Journal) -> None:
    await begin(journal, "known")
    await begin(journal, "a")

    moved = await journal.finish("r-2", (), DONE, 200.0, Admission(event("known"), (start(),)))

    assert moved.ready == ()
    assert await stands(journal, "r-2") == ["succeeded"]
    assert await journal.run("r-3") is None


# --- due and ready ---------------------------------------------------------------------------


async def test_runs_come_due_in_order_of_their_time(journal: Journal) -> None:
    await begin(journal, "a", *[start()] * 4)
    for run, wake_at in (("r-1", 300.0), ("r-2", 200.0), ("r-3", 200.0), ("r-4", 400.0)):
        await journal.park(run, (), wake_at)

    moved = await journal.due(300.0)

    assert moved.ready == ("r-2", "r-3", "r-1")
    assert moved.wake_at == 400.0
    assert await stands(journal, "r-1", "r-4") == ["ready", "waiting"]
    assert (await run_of(journal, "r-1")).started_at == 100.0


async def test_due_takes_so_many_and_says_that_there_are_more(journal: Journal) -> None:
    await begin(journal, "a", *[start()] * 3)
    for run in ("r-1", "r-2", "r-3"):
        await journal.park(run, (), 200.0)

    first = await journal.due(250.0, limit=2)
    second = await journal.due(250.0, limit=2)

    assert (first.ready, first.wake_at) == (("r-1", "r-2"), 200.0)
    assert (second.ready, second.wake_at) == (("r-3",), None)


async def test_nothing_is_due_where_nothing_sleeps(journal: Journal) -> None:
    await begin(journal, "a")

    moved = await journal.due(1e12)

    assert (moved.ready, moved.wake_at) == ((), None)


async def test_one_due_may_cancel_another_that_is_due(journal: Journal) -> None:
    await begin(journal, "a", grouped("restart", delay=batch(30.0)), grouped())
    await journal.park("r-2", (), 140.0)

    moved = await journal.due(140.0)

    assert moved.ready == ("r-1",)
    assert moved.cancelled == ("r-2",)


async def test_ready_runs_are_listed_page_by_page(journal: Journal) -> None:
    await begin(journal, "a", *[start()] * 5, grouped(), grouped())
    await journal.park("r-2", (), 900.0)
    await journal.finish("r-4", (), DONE, 200.0)

    pages = [await journal.ready(limit=2)]
    while pages[-1]:
        pages.append(await journal.ready(pages[-1][-1], limit=2))

    assert pages == [("r-1", "r-3"), ("r-5", "r-6"), ()]


async def test_a_page_begins_after_a_run(journal: Journal) -> None:
    with pytest.raises(StaleRun, match="nonsense"):
        await journal.ready("nonsense")


async def test_lone_surrogates_stand_in_nobodys_way(journal: Journal) -> None:
    odd = "x\ud800"
    await begin(journal, "a", start(), start())

    assert await journal.claim("r-1", "greet", record("c"), Claim("c", "o", odd))
    assert not await journal.claim("r-2", "greet", record("c"), Claim("c", "o", odd))
    await journal.release("r-1", "greet", record("c"), Claim("c", "o", odd))
    assert await journal.passes("r-1", "greet", record("p"), Pass("p", odd, 60.0), 100.0)
    await journal.mark({odd: odd})
    await journal.plan([PlannedEvent(odd, 1.0, 1.0, {"t": odd}), odd], 1.0)
    await journal.finish("r-1", (), Ending("failed", odd, result={odd: odd}), 200.0)

    assert await journal.event(odd) is None
    assert await journal.runs(Filter(recipe=odd, type=odd)) == []
    assert await journal.planned_refs() == {}
    assert len(await journal.marks("x")) == 1
    assert await stands(journal, "r-1") == ["failed"]


async def test_all_that_end_are_told_of_whatever_way(journal: Journal) -> None:
    """By their own end, by a later one of their group, by a debounce, for want of a place."""
    await begin(journal, "a", grouped("restart"), at=100.0)
    await journal.park("r-1", (), None)
    restarted = await begin(journal, "b", grouped("restart"), at=110.0)
    await begin(journal, "c", start(delay=debounce()), at=120.0)
    debounced = await begin(journal, "d", start(delay=debounce()), at=121.0)
    dropped = await begin(journal, "e", grouped("drop"), at=130.0)
    finished = await journal.finish("r-2", (), Ending("failed", "no"), 140.0)

    def told(moved: Moved) -> list[tuple[str, str, str]]:
        return [(one.run, one.outcome, one.event) for one in moved.ended]

    assert told(restarted.moved) == [("r-1", "cancelled", "e-1")]
    assert told(debounced.moved) == [("r-3", "skipped", "e-3")]
    assert told(dropped.moved) == [("r-5", "skipped", "e-5")]
    assert finished.ended == (Ended("r-2", "greet", "e-2", "failed", "no", 110.0, 140.0),)
