"""Concurrency groups: queue, drop, restart, parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.journal.sample import DONE, begin, debounce, event, grouped, run_of, stands, start

from beeflow.engine.journal.records import Admission, Cancel

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import Journal


async def test_without_a_group_all_run_side_by_side(journal: Journal) -> None:
    for mode in ("queue", "drop", "restart", "parallel"):
        limited = start(mode=mode, max=1)
        receipt = await begin(journal, mode, limited, limited, limited)
        assert receipt.moved.ready == receipt.runs
        assert receipt.moved.stopping == receipt.dropped == ()


async def test_groups_are_of_one_value_and_one_recipe(journal: Journal) -> None:
    receipt = await begin(
        journal,
        "a",
        start("one", group="g", mode="queue"),
        start("two", group="g", mode="queue"),
        start("one", group="h", mode="queue"),
        start("one", group="g", mode="queue"),
    )

    assert receipt.moved.ready == ("r-1", "r-2", "r-3")
    assert await stands(journal, "r-4") == ["queued"]


async def test_a_queue_goes_on_in_order_of_arrival(journal: Journal) -> None:
    for key in "abc":
        await begin(journal, key, grouped())
    assert await stands(journal, "r-1", "r-2", "r-3") == ["ready", "queued", "queued"]

    first = await journal.finish("r-1", (), DONE, 200.0)
    second = await journal.finish("r-2", (), DONE, 300.0)
    third = await journal.finish("r-3", (), DONE, 400.0)

    assert (first.ready, second.ready, third.ready) == (("r-2",), ("r-3",), ())
    run = await run_of(journal, "r-3")
    assert (run.created_at, run.started_at, run.ended_at) == (100.0, 300.0, 400.0)


async def test_a_sleeping_run_keeps_its_place(journal: Journal) -> None:
    await begin(journal, "a", grouped())
    await journal.park("r-1", (), None)

    await begin(journal, "b", grouped())

    assert await stands(journal, "r-1", "r-2") == ["waiting", "queued"]


async def test_a_queue_takes_so_many_who_wait_and_drops_the_rest(journal: Journal) -> None:
    receipts = [await begin(journal, key, grouped("queue", 2)) for key in "abcd"]

    assert [receipt.dropped for receipt in receipts] == [(), (), (), ("r-4",)]
    assert receipts[3].runs == ("r-4",)
    run = await run_of(journal, "r-4")
    assert (run.status, run.outcome) == ("done", "skipped")
    assert run.reason == "dropped: 2 runs of its group wait already"
    await journal.finish("r-1", (), DONE, 200.0)
    assert (await begin(journal, "e", grouped("queue", 2))).dropped == ()


async def test_a_queue_of_none_drops_while_one_runs(journal: Journal) -> None:
    receipt = await begin(journal, "a", grouped("queue", 0), grouped("queue", 0))

    assert receipt.moved.ready == ("r-1",)
    assert receipt.dropped == ("r-2",)


async def test_drop_drops_while_any_of_the_group_has_not_ended(journal: Journal) -> None:
    await begin(journal, "a", grouped("drop"))
    dropped = await begin(journal, "b", grouped("drop"), at=150.0)
    await journal.park("r-1", (), None)
    still = await begin(journal, "c", grouped("drop"))
    await journal.finish("r-1", (), DONE, 200.0)
    free = await begin(journal, "d", grouped("drop"))

    assert (dropped.dropped, still.dropped, free.dropped) == (("r-2",), ("r-3",), ())
    assert dropped.moved.ready == ()
    assert dropped.fresh == ()
    run = await run_of(journal, "r-2")
    assert (run.outcome, run.ended_at, run.started_at) == ("skipped", 150.0, None)
    assert run.reason == "dropped: another run of its group has not ended"


async def test_a_restart_cancels_those_who_wait_and_takes_their_place(journal: Journal) -> None:
    await begin(journal, "a", grouped(), grouped())
    await journal.park("r-1", (), None)

    receipt = await begin(journal, "b", grouped("restart"), at=150.0)

    assert receipt.moved.cancelled == ("r-1", "r-2")
    assert receipt.moved.ready == ("r-3",)
    run = await run_of(journal, "r-1")
    assert (run.outcome, run.ended_at) == ("cancelled", 150.0)
    assert run.reason == "a newer run of its group took its place"


async def test_a_restart_goes_behind_one_that_has_yet_to_stop(journal: Journal) -> None:
    await begin(journal, "a", grouped("restart"))

    receipt = await begin(journal, "b", grouped("restart"))

    assert receipt.moved.stopping == ("r-1",)
    assert receipt.moved.ready == receipt.moved.cancelled == ()
    assert await stands(journal, "r-1", "r-2") == ["ready", "queued"]
    assert (await journal.finish("r-1", (), DONE, 200.0)).ready == ("r-2",)


async def test_the_last_of_many_restarts_remains(journal: Journal) -> None:
    await begin(journal, "a", grouped("restart"))
    await begin(journal, "b", grouped("restart"))

    receipt = await begin(journal, "c", grouped("restart"))

    assert receipt.moved.stopping == ("r-1",)
    assert receipt.moved.cancelled == ("r-2",)
    assert (await journal.finish("r-1", (), DONE, 200.0)).ready == ("r-3",)


async def test_parallel_starts_so_many_and_lets_the_rest_wait_their_turn(journal: Journal) -> None:
    receipt = await begin(journal, "a", *[grouped("parallel", 2)] * 4)

    assert receipt.moved.ready == ("r-1", "r-2")
    await journal.park("r-1", (), None)
    assert await stands(journal, "r-3", "r-4") == ["queued", "queued"]
    assert (await journal.finish("r-2", (), DONE, 200.0)).ready == ("r-3",)
    assert (await journal.finish("r-1", (), DONE, 200.0)).ready == ("r-4",)


async def test_parallel_without_a_limit_never_waits(journal: Journal) -> None:
    receipt = await begin(journal, "a", grouped(), grouped("parallel"), grouped("parallel"))

    assert receipt.moved.ready == ("r-1", "r-2", "r-3")


async def test_a_wider_limit_does_not_overtake_those_who_wait(journal: Journal) -> None:
    await begin(journal, "a", grouped("parallel", 1), grouped("parallel", 1))

    await begin(journal, "b", grouped("parallel", 5))

    assert await stands(journal, "r-3") == ["queued"]
    assert (await journal.finish("r-1", (), DONE, 200.0)).ready == ("r-2", "r-3")


async def test_more_than_one_may_follow_when_the_rule_of_the_next_allows_it(
    journal: Journal,
) -> None:
    two = grouped("parallel", 2)
    await begin(journal, "a", grouped(), grouped(), two, two)

    moved = await journal.finish("r-1", (), DONE, 200.0)

    assert moved.ready == ("r-2", "r-3")
    assert await stands(journal, "r-4") == ["queued"]


async def test_a_delayed_run_is_in_no_group_until_it_is_due(journal: Journal) -> None:
    await begin(journal, "a", grouped(delay=debounce(30.0)))
    await begin(journal, "b", grouped())
    await begin(journal, "c", grouped())
    assert await stands(journal, "r-1", "r-2", "r-3") == ["delayed", "ready", "queued"]

    moved = await journal.due(130.0)

    assert moved.ready == ()
    assert await stands(journal, "r-1") == ["queued"]
    assert (await journal.finish("r-2", (), DONE, 200.0)).ready == ("r-3",)
    assert (await journal.finish("r-3", (), DONE, 200.0)).ready == ("r-1",)


async def test_a_delayed_run_is_dropped_when_it_finds_its_group_busy(journal: Journal) -> None:
    await begin(journal, "a", grouped("drop", delay=debounce(30.0)), grouped("drop"))

    moved = await journal.due(130.0)

    assert moved.ready == ()
    assert await stands(journal, "r-1") == ["skipped"]


async def test_a_delayed_restart_makes_room_when_it_is_due(journal: Journal) -> None:
    await begin(journal, "a", grouped("restart", delay=debounce(30.0)), grouped())
    await journal.park("r-2", (), 130.0)

    moved = await journal.due(130.0)

    assert moved.cancelled == ("r-2",)
    assert moved.ready == ("r-1",)
    assert await stands(journal, "r-1", "r-2") == ["ready", "cancelled"]


async def test_cancelling_many_of_a_group_starts_none_of_them(journal: Journal) -> None:
    await begin(journal, "a", *[grouped(event_ref="E1")] * 3, grouped(event_ref="E2"))
    await journal.park("r-1", (), None)

    receipt = await journal.admit(Admission(event("b"), cancels=(Cancel("greet", "E1"),)))

    assert receipt.moved.cancelled == ("r-1", "r-2", "r-3")
    assert receipt.moved.ready == ("r-4",)
