"""A person's hand: retry, resolve, cancel."""

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
    run_of,
    stands,
    start,
    wait,
)

from beeflow.engine.commands import Claim, Ending
from beeflow.engine.journal.records import Admission, Record
from beeflow.errors import Failure, NothingFound, StaleRun, UsageError

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import Journal
    from beeflow.types import Outcome

REOPENED = Record("reopened", "reopened", "done", 200.0, 200.0)
FAILED = record("actions/1#1", "failed", failure=Failure("http", "no", 500))


async def ended(journal: Journal, outcome: Outcome, *records: object) -> None:
    """Let the run r-1 end so."""
    await begin(journal, "a")
    await journal.finish("r-1", records, Ending(outcome, "because"), 150.0)  # type: ignore[arg-type]  # records


@pytest.mark.parametrize("outcome", ["failed", "unknown", "cancelled"])
async def test_a_run_that_did_not_succeed_can_be_retried(
    journal: Journal, outcome: Outcome
) -> None:
    await ended(journal, outcome)

    moved = await journal.retry("r-1", 200.0)

    assert moved.ready == ("r-1",)
    run = await run_of(journal, "r-1")
    assert (run.status, run.outcome, run.reason, run.ending) == ("ready", None, "", None)
    assert (run.attempt, run.started_at, run.ended_at) == (2, 100.0, None)
    await journal.finish("r-1", (record("z"),), DONE, 300.0)
    assert await stands(journal, "r-1") == ["succeeded"]


async def test_a_retry_keeps_what_was_done_and_drops_the_rest(journal: Journal) -> None:
    await ended(
        journal,
        "failed",
        record("actions/0#1", output={"ok": 1}),
        FAILED,
        record("actions/2#1", "open"),
        record("on_error/if", kind="decide", output=True),
        record("on_error/0#1"),
        record("on_errors/0#1"),
    )

    await journal.retry("r-1", 200.0)

    assert await records_of(journal, "r-1") == {
        "actions/0#1": record("actions/0#1", output={"ok": 1}),
        "on_errors/0#1": record("on_errors/0#1"),
        "reopened": REOPENED,
    }


@pytest.mark.parametrize("outcome", ["succeeded", "skipped"])
async def test_a_run_that_ended_well_is_not_retried(journal: Journal, outcome: Outcome) -> None:
    await ended(journal, outcome)

    with pytest.raises(UsageError, match=f"r-1 ended {outcome}.*failed, unknown or cancelled"):
        await journal.retry("r-1", 200.0)

    assert await stands(journal, "r-1") == [outcome]


async def test_a_run_that_has_not_ended_is_not_retried(journal: Journal) -> None:
    await begin(journal, "a")

    with pytest.raises(UsageError, match=r"r-1 has not ended \(it is ready\)"):
        await journal.retry("r-1", 200.0)


async def test_a_retried_run_goes_behind_those_of_its_group(journal: Journal) -> None:
    await begin(journal, "a", grouped("drop"))
    await journal.finish("r-1", (), Ending("failed"), 150.0)
    await begin(journal, "b", grouped(), grouped())

    moved = await journal.retry("r-1", 200.0)

    assert moved.ready == ()
    assert await stands(journal, "r-1", "r-2", "r-3") == ["queued", "ready", "queued"]
    assert (await journal.finish("r-2", (), DONE, 300.0)).ready == ("r-3",)
    assert (await journal.finish("r-3", (), DONE, 300.0)).ready == ("r-1",)


async def test_a_retried_restart_cancels_nobody(journal: Journal) -> None:
    await begin(journal, "a", grouped("restart"))
    await journal.finish("r-1", (), Ending("failed"), 150.0)
    await begin(journal, "b", grouped("restart"))
    await journal.park("r-2", (), None)

    moved = await journal.retry("r-1", 200.0)

    assert moved.cancelled == moved.stopping == ()
    assert await stands(journal, "r-1", "r-2") == ["queued", "waiting"]


async def test_a_retried_run_keeps_to_the_limit_of_its_group(journal: Journal) -> None:
    await begin(journal, "a", grouped("parallel", 2))
    await journal.finish("r-1", (), Ending("failed"), 150.0)
    await begin(journal, "b", grouped("parallel", 2))
    assert (await journal.retry("r-1", 200.0)).ready == ("r-1",)


async def test_a_dropped_delay_may_be_cancelled_and_retried_as_a_run(journal: Journal) -> None:
    await begin(journal, "a", start(delay=debounce(30.0)))
    await journal.cancel("r-1", 110.0)

    moved = await journal.retry("r-1", 120.0)

    assert moved.ready == ("r-1",)
    assert (await run_of(journal, "r-1")).started_at == 120.0
    assert (await journal.due(500.0)).ready == ()


async def test_claims_survive_a_retry(journal: Journal) -> None:
    claim = Claim("c", "mail", "k")
    await begin(journal, "a", start(), start())
    await journal.claim("r-1", "greet", record("c"), claim)
    await journal.finish("r-1", (), Ending("failed"), 150.0)
    await journal.retry("r-1", 200.0)

    assert not await journal.claim("r-2", "greet", record("c"), claim)
    assert await journal.claim("r-1", "greet", record("c"), claim)


# --- resolve ---------------------------------------------------------------------------------


async def test_an_unknown_outcome_is_answered_and_the_run_goes_on(journal: Journal) -> None:
    unknown = record("actions/1#1", "failed", failure=Failure("timeout", "?", open=True))
    await ended(
        journal,
        "unknown",
        record("actions/0#1"),
        unknown,
        record("x#1", "open"),
        record("on_error/0#1"),
    )
    answer = record("actions/1#1", output={"sent": True})

    moved = await journal.resolve("r-1", "actions/1#1", answer, 200.0)

    assert moved.ready == ("r-1",)
    run = await run_of(journal, "r-1")
    assert (run.status, run.outcome, run.attempt, run.ended_at) == ("ready", None, 1, None)
    assert await records_of(journal, "r-1") == {
        "actions/0#1": record("actions/0#1"),
        "actions/1#1": answer,
        "x#1": record("x#1", "open"),
        "reopened": REOPENED,
    }
    assert list(await records_of(journal, "r-1"))[1] == "actions/1#1"


async def test_the_answer_goes_to_the_path_that_is_named(journal: Journal) -> None:
    await ended(journal, "unknown", record("a#1", "open"))

    await journal.resolve("r-1", "a#1", record("elsewhere#1"), 200.0)

    assert list(await records_of(journal, "r-1")) == ["a#1", "reopened"]


@pytest.mark.parametrize("outcome", ["succeeded", "failed", "cancelled", "skipped"])
async def test_only_an_unknown_outcome_is_answered(journal: Journal, outcome: Outcome) -> None:
    await ended(journal, outcome, FAILED)

    with pytest.raises(UsageError, match=rf"r-1 ended {outcome}.*only a run that ended unknown"):
        await journal.resolve("r-1", FAILED.path, record(FAILED.path), 200.0)


async def test_a_run_under_way_is_not_answered(journal: Journal) -> None:
    await begin(journal, "a")

    with pytest.raises(UsageError, match="r-1 has not ended"):
        await journal.resolve("r-1", "a", record("a"), 200.0)


async def test_a_wrong_path_is_refused_with_the_nearest(journal: Journal) -> None:
    await ended(journal, "unknown", FAILED)

    with pytest.raises(NothingFound, match=r"`actions/1`: did you mean `actions/1#1`\?"):
        await journal.resolve("r-1", "actions/1", record("actions/1"), 200.0)
    with pytest.raises(NothingFound, match=r"r-1 has no record at `zzz`$"):
        await journal.resolve("r-1", "zzz", record("zzz"), 200.0)

    assert await stands(journal, "r-1") == ["unknown"]


# --- cancel ----------------------------------------------------------------------------------


async def test_a_run_that_may_be_under_way_is_to_stop(journal: Journal) -> None:
    await begin(journal, "a")

    first = await journal.cancel("r-1", 150.0)
    again = await journal.cancel("r-1", 151.0)

    assert first.stopping == again.stopping == ("r-1",)
    assert first.cancelled == ()
    opened = await journal.run("r-1")
    assert opened is not None
    assert opened.stopping
    assert opened.run.status == "ready"
    assert await journal.ready() == ("r-1",)


async def test_runs_that_are_not_under_way_end_at_once(journal: Journal) -> None:
    await begin(journal, "a", grouped(), grouped(), start(), start(delay=debounce(30.0)))
    await journal.park("r-3", (), 500.0, (wait("r-3"),))

    for run in ("r-2", "r-3", "r-4"):
        moved = await journal.cancel(run, 150.0)
        assert moved.cancelled == (run,)
        assert moved.stopping == ()

    assert await stands(journal, "r-2", "r-3", "r-4") == ["cancelled"] * 3
    run_ = await run_of(journal, "r-3")
    assert (run_.reason, run_.ended_at, run_.wake_at) == ("cancelled by hand", 150.0, None)
    assert (await journal.due(1e12)).ready == ()
    arrived = await journal.admit(
        Admission(event("poll", type="poll.created"), wakes=lambda _: True)
    )
    assert arrived.moved.woken == ()


async def test_a_cancelled_sleeper_lets_the_next_of_its_group_go(journal: Journal) -> None:
    await begin(journal, "a", grouped(), grouped())
    await journal.park("r-1", (), None)

    moved = await journal.cancel("r-1", 150.0)

    assert moved.ready == ("r-2",)


async def test_a_run_that_ended_is_not_cancelled(journal: Journal) -> None:
    await begin(journal, "a")
    await journal.finish("r-1", (), DONE, 150.0)

    with pytest.raises(StaleRun, match="r-1"):
        await journal.cancel("r-1", 200.0)


# --- what is not there -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("run", "message"),
    [("r-9", "there is no run r-9"), ("e-1", "`e-1` is not the id"), ("", "`` is not the id")],
)
async def test_a_person_hears_that_there_is_no_such_run(
    journal: Journal, run: str, message: str
) -> None:
    with pytest.raises(NothingFound, match=message):
        await journal.retry(run, 200.0)
    with pytest.raises(NothingFound, match=message):
        await journal.resolve(run, "a", record("a"), 200.0)
    with pytest.raises(NothingFound, match=message):
        await journal.cancel(run, 200.0)
