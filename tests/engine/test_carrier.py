"""Races and odd moments of a run: woken while parking, stopped, too late, cut off."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from support.stage import Stage, stage

from beeflow.engine import performing
from beeflow.engine.dispatch import local
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.errors import Failure, JournalFull

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.journal.records import Moved, Record, StoredWait
    from beeflow.types import Json

HEAD = "trigger: {webhook: event.updated.status}\n"


def log(message: str) -> str:
    return f'  - {{action: log.write, with: {{message: "{message}"}}}}\n'


def logged(one: Stage) -> list[object]:
    return [args["message"] for args in one.calls.of("log.write")]


async def until(holds: Callable[[], bool]) -> None:
    """Return once something holds, a turn of the event loop after the other."""
    for _ in range(100_000):
        if holds():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to hold")


@pytest.fixture(params=["memory", "sqlite"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    """Each journal in turn."""
    if request.param == "memory":
        yield MemoryJournal()
        return
    opened = await SqliteJournal.open(tmp_path / "beeflow.db", synchronous="NORMAL")
    yield opened
    await opened.close()


class Interrupting(MemoryJournal):
    """A journal that lets something happen right after a wait was registered."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: list[Callable[[], Any]] = []

    async def save(
        self, run_id: str, records: Sequence[Record], waits: Sequence[StoredWait] = ()
    ) -> None:
        await super().save(run_id, records, waits)
        while waits and self.meanwhile:
            await self.meanwhile.pop()()


WAITS = HEAD + (
    "actions:\n"
    "  - {wait_for: {webhook: poll.created, timeout: 1h}, as: seen, on_timeout: continue}\n"
    + log("{{ seen.data.poll_ref }}")
    + "  - {wait_for: {webhook: poll.deleted, timeout: 1h}, as: gone, on_timeout: continue}\n"
    + log("{{ gone.timed_out }}")
)


async def test_a_webhook_between_registering_and_parking_is_not_lost() -> None:
    between = Interrupting()
    async with stage(WAITS, journal=between) as one:
        quiet = one.settle

        async def arrives() -> None:
            one.settle = nothing  # type: ignore[method-assign]  # it would wait for this very run
            await one.webhook("poll.created", {"poll_event_ref": "E1", "poll_ref": "P1"})
            one.settle = quiet  # type: ignore[method-assign]  # as it was

        async def nothing() -> None:
            return

        between.meanwhile.append(arrives)
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        assert logged(one) == ["P1"]
        await one.pass_time(3600)
        assert logged(one) == ["P1", True]
        assert await one.outcomes() == ["succeeded"]


async def test_cancelling_a_run_that_waits_for_its_turn_in_memory_keeps_it_from_acting(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "AT_ONCE", 1)
    gate = asyncio.Event()

    async def slow() -> dict[str, bool]:
        await gate.wait()
        return {"ok": True}

    text = HEAD + "actions:\n  - {action: events.get, with: {}}\n" + log("{{ trigger.data.n }}")
    async with stage(text, journal=journal) as one:
        one.answers["events.get"] = lambda _args: slow()
        arrivals = [
            asyncio.create_task(one.webhook("event.updated.status", {"event_ref": ref, "n": n}))
            for n, ref in ((1, "E1"), (2, "E2"))
        ]
        await until(lambda: one.dispatcher.depth > 0)
        second = (await one.runs())[1]
        one.dispatcher.submit(await journal.cancel(second.id, one.clock.now()))
        gate.set()
        await asyncio.gather(*arrivals)
        assert logged(one) == [1]
        assert await one.outcomes() == ["succeeded", "cancelled"]


async def test_cancelling_a_run_in_a_call_ends_the_call_first(journal: Journal) -> None:
    gate = asyncio.Event()

    async def slow() -> dict[str, bool]:
        await gate.wait()
        return {"ok": True}

    text = HEAD + "actions:\n  - {action: slack.post, with: {text: hi}}\n" + log("never")
    async with stage(text, journal=journal) as one:
        one.answers["slack.post"] = lambda _args: slow()
        arrival = asyncio.create_task(one.webhook("event.updated.status", {"event_ref": "E1"}))
        await until(lambda: bool(one.calls.made))
        (run,) = await one.runs()
        one.dispatcher.submit(await journal.cancel(run.id, one.clock.now()))
        gate.set()
        await arrival
        assert logged(one) == []
        assert await one.outcomes() == ["cancelled"]
        records = (await one.opened(run.id)).records
        assert records["actions/0#1"].status == "done"


BRANCHES = HEAD + (
    "actions:\n  - parallel:\n      - - {action: slack.post, with: {text: hi}}\n"
    "      - - {wait_for: {webhook: poll.created, timeout: 1h}, as: seen}\n"
    '        - {action: log.write, with: {message: "{{ seen.data.poll_ref }}"}}\n'
)


@pytest.mark.parametrize("happens", ["webhook", "cancel"])
async def test_what_happens_while_another_branch_is_in_a_call_is_taken_in(
    happens: str, journal: Journal
) -> None:
    gate = asyncio.Event()

    async def slow() -> dict[str, bool]:
        await gate.wait()
        return {"ok": True}

    async with stage(BRANCHES, journal=journal) as one:
        one.answers["slack.post"] = lambda _args: slow()
        arrival = asyncio.create_task(one.webhook("event.updated.status", {"event_ref": "E1"}))
        await until(lambda: bool(one.calls.made))
        (run,) = await one.runs()
        if happens == "webhook":
            data: dict[str, Json] = {"poll_event_ref": "E1", "poll_ref": "P1"}
            met = asyncio.create_task(one.webhook("poll.created", data))
            await until(lambda: logged(one) == ["P1"])  # and the other branch is still in its call
            gate.set()
            await asyncio.gather(arrival, met)
            assert await one.outcomes() == ["succeeded"]
        else:
            one.dispatcher.submit(await journal.cancel(run.id, one.clock.now()))
            gate.set()
            await arrival
            assert await one.outcomes() == ["cancelled"]
            records = (await one.opened(run.id)).records.values()
            assert [record.status for record in records if record.kind == "call"] == ["done"]


async def test_cancel_on_reaches_queued_runs(journal: Journal) -> None:
    text = HEAD + "cancel_on: {webhook: event.deleted}\nactions:\n  - wait: 1h\n" + log("late")
    async with stage(text, journal=journal) as one:
        for _ in range(3):
            await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.webhook("event.deleted", {"event_ref": "E1"})
        await one.pass_time(4 * 3600)
        assert await one.outcomes() == ["cancelled"] * 3
        assert logged(one) == []


async def test_the_timeout_of_a_run_cuts_a_backoff_short(journal: Journal) -> None:
    text = HEAD + (
        "timeout: 1m\nactions:\n"
        "  - {action: events.get, with: {}, retry: {attempts: 9, delay: 50s}}\n"
        "on_error:\n" + log("{{ error.kind }}")
    )
    async with stage(text, journal=journal) as one:
        one.answers["events.get"] = Failure("http", "down", status=503, retryable=True)
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(600)
        assert one.calls.times("events.get") == [0, 50]
        assert one.calls.times("log.write") == [60]
        assert await one.outcomes() == ["failed"]


async def test_the_timeout_of_a_run_ends_all_branches_that_wait(journal: Journal) -> None:
    text = HEAD + (
        "timeout: 30m\nactions:\n  - parallel:\n"
        "      - - wait: 1h\n"
        "      - - {wait_for: {webhook: poll.created, timeout: 2h}}\n"
        "      - - wait: 10m\n        - {action: log.write, with: {message: ten}}\n"
        "on_error:\n" + log("{{ error.kind }}")
    )
    async with stage(text, journal=journal) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(2 * 3600)
        assert logged(one) == ["ten", "timeout"]
        assert one.calls.times("log.write") == [600, 1800]
        assert await one.outcomes() == ["failed"]


async def test_on_error_has_all_the_time_it_needs(journal: Journal) -> None:
    text = HEAD + (
        "timeout: 30m\nactions:\n  - {action: events.get, with: {}}\n"
        "on_error:\n  - wait: 2h\n" + log("{{ error.kind }}")
    )
    async with stage(text, journal=journal) as one:
        one.answers["events.get"] = Failure("http", "gone", status=404)
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(3 * 3600)
        assert one.calls.times("log.write") == [7200]
        assert await one.outcomes() == ["failed"]


async def test_a_failure_beside_a_stop_fails_the_run(journal: Journal) -> None:
    text = HEAD + (
        "actions:\n  - parallel:\n      - - stop: enough\n      - - {action: events.get, with: {}}\n"
    )
    async with stage(text, journal=journal) as one:
        one.answers["events.get"] = Failure("http", "gone", status=404)
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        assert await one.outcomes() == ["failed"]


async def test_a_stop_in_a_branch_ends_the_run_after_the_branches_under_way(
    journal: Journal,
) -> None:
    text = (
        HEAD
        + (
            "actions:\n  - parallel:\n      - - stop: enough\n"
            "      - - wait: 10m\n        - {action: log.write, with: {message: other}}\n"
        )
        + log("after")
    )
    async with stage(text, journal=journal) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(600)
        assert logged(one) == ["other"]
        (run,) = await one.runs()
        assert (run.outcome, run.reason) == ("succeeded", "enough")


async def test_a_once_call_that_was_cut_off_is_repeated_where_the_recipe_says_so(
    journal: Journal,
) -> None:
    forever = asyncio.Event()

    async def hangs() -> None:
        await forever.wait()

    text = HEAD + "actions:\n  - {action: slack.post, with: {text: hi}, on_unknown: retry}\n"
    async with stage(text, journal=journal) as one:
        one.answers["slack.post"] = lambda _args: hangs()
        arrival = asyncio.create_task(one.webhook("event.updated.status", {"event_ref": "E1"}))
        await until(lambda: bool(one.calls.made))
        arrival.cancel()
    async with stage(text, journal=journal) as two:
        await two.pass_time(10)
        assert len(two.calls.of("slack.post")) == 1
        assert await two.outcomes() == ["succeeded"]


async def test_a_once_call_that_was_cut_off_ends_unknown(journal: Journal) -> None:
    forever = asyncio.Event()

    async def hangs() -> None:
        await forever.wait()

    text = HEAD + "actions:\n  - {action: slack.post, with: {text: hi}}\n"
    async with stage(text, journal=journal) as one:
        one.answers["slack.post"] = lambda _args: hangs()
        arrival = asyncio.create_task(one.webhook("event.updated.status", {"event_ref": "E1"}))
        await until(lambda: bool(one.calls.made))
        arrival.cancel()
    async with stage(text, journal=journal) as two:
        assert two.calls.made == []
        assert await two.outcomes() == ["unknown"]


async def test_what_is_known_at_the_end_is_kept_though_nothing_committed_it(
    journal: Journal,
) -> None:
    """The first call ended and the second hangs: the next start must not ask what became of it."""
    forever = asyncio.Event()

    async def hangs() -> None:
        await forever.wait()

    text = HEAD + (
        "actions:\n"
        "  - {action: slack.post, with: {text: hi}}\n"
        "  - {action: events.get, with: {}}\n" + log("done")
    )
    async with stage(text, journal=journal) as one:
        one.answers["events.get"] = lambda _args: hangs()
        arrival = asyncio.create_task(one.webhook("event.updated.status", {"event_ref": "E1"}))
        await until(lambda: bool(one.calls.of("events.get")))
        assert await one.dispatcher.stop(0.0) == 1
        arrival.cancel()
    async with stage(text, journal=journal) as two:
        await two.pass_time(10)
        assert two.calls.of("slack.post") == []
        assert len(two.calls.of("events.get")) == 1
        assert logged(two) == ["done"]
        assert await two.outcomes() == ["succeeded"]


@pytest.mark.parametrize(("hurry", "left"), [(False, 0), (True, 1)])
async def test_the_end_waits_for_what_is_under_way_unless_there_is_hurry(
    journal: Journal, hurry: bool, left: int
) -> None:
    answer = asyncio.Event()

    async def slow() -> None:
        await answer.wait()

    text = HEAD + "actions:\n  - {action: events.get, with: {}}\n"
    async with stage(text, journal=journal) as one:
        one.answers["events.get"] = lambda _args: slow()
        arrival = asyncio.create_task(one.webhook("event.updated.status", {"event_ref": "E1"}))
        await until(lambda: bool(one.calls.made))
        end = asyncio.create_task(one.dispatcher.stop(60.0))
        await asyncio.sleep(0)
        assert not end.done()
        if hurry:
            one.dispatcher.hurry()
        else:
            answer.set()
        assert await asyncio.wait_for(end, 5) == left
        arrival.cancel()


@pytest.mark.parametrize("policy", ["debounce: {quiet: 30m}", "batch: {window: 30m}"])
async def test_what_collects_goes_on_collecting_after_a_restart(
    journal: Journal, policy: str
) -> None:
    text = (
        HEAD
        + policy
        + '\nactions:\n  - {action: log.write, with: {message: "{{ trigger.data.n }}"}}\n'
    )
    async with stage(text, journal=journal) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1", "n": 1})
        await one.pass_time(600)
        now = one.clock.now()
    async with stage(text, journal=journal, now=now) as two:
        await two.webhook("event.updated.status", {"event_ref": "E1", "n": 2}, id="second")
        await two.pass_time(2 * 3600)
        if policy.startswith("debounce"):
            assert (logged(two), two.calls.times("log.write")) == ([2], [2400])
        else:
            assert (logged(two), two.calls.times("log.write")) == ([1], [1800])


# --- other recipes ---------------------------------------------------------------------------


CALLER = HEAD + ("actions:\n  - {run: recipe-2, as: made}\n" + log("{{ made.outcome }}"))


@pytest.mark.parametrize(
    ("child", "outcome"),
    [
        ("concurrency: {group: \"'all'\", mode: drop}\nactions:\n  - wait: 1h\n", "skipped"),
        ("throttle: {once_within: 1d}\nactions:\n  - wait: 1h\n", "skipped"),
        ("conditions: [false]\nactions:\n  - wait: 1h\n", "skipped"),
        ("debounce: {quiet: 10m}\nactions:\n  - wait: 1h\n", "succeeded"),
        ("batch: {window: 10m}\nactions:\n  - wait: 1h\n", "succeeded"),
    ],
)
async def test_a_caller_never_waits_for_ever(journal: Journal, child: str, outcome: str) -> None:
    async with stage(CALLER, child, journal=journal) as one:
        for ref in ("E1", "E1", "E2"):
            await one.webhook("event.updated.status", {"event_ref": ref})
        await one.pass_time(6 * 3600)
        assert await one.outcomes() == ["succeeded"] * 3
        assert outcome in logged(one)


async def test_a_child_whose_policy_cannot_be_evaluated_fails_its_caller(journal: Journal) -> None:
    child = "concurrency: {group: trigger.data.nothing}\nactions:\n  - wait: 1h\n"
    async with stage(CALLER, child, journal=journal) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        assert await one.outcomes() == ["failed"]


@pytest.mark.parametrize(
    "group", ["", "concurrency: {group: \"'all'\"}\n", "concurrency: {mode: parallel, max: 1}\n"]
)
async def test_a_recipe_that_runs_itself_does_not_wait_behind_itself(
    journal: Journal, group: str
) -> None:
    text = (
        HEAD
        + group
        + (
            "inputs: {n: {type: integer, default: 1}}\n"
            'actions:\n  - {action: log.write, with: {message: "{{ inputs.n }}"}}\n'
            "  - {if: inputs.n < 3, run: recipe, with: {n: '{{ inputs.n + 1 }}'}}\n"
        )
    )
    async with stage(text, journal=journal) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(60)
        assert logged(one) == [1, 2, 3]
        assert await one.outcomes() == ["succeeded"] * 3


class Crowded(MemoryJournal):
    """A journal that has no room for the first end of a run."""

    refusals = 1

    async def finish(self, *args: Any, **more: Any) -> Moved:
        if self.refusals:
            self.refusals -= 1
            raise JournalFull("no room")
        return await super().finish(*args, **more)


@pytest.mark.parametrize("breaks", [False, True])
async def test_a_run_ends_though_there_is_no_room_at_first(
    breaks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performing, "ROOM_PAUSE", 0.0)
    async with stage(HEAD + "actions:\n" + log("hi"), journal=Crowded()) as one:
        if breaks:
            monkeypatch.setattr(one.runtime.world.actions, "get", broken)
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        assert await one.outcomes() == ["failed" if breaks else "succeeded"]


def broken(_name: str) -> None:
    raise RuntimeError("a fault of ours")
