"""A person's hand, through the whole engine: retrying and resolving runs on both journals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from support.stage import Stage, stage

from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.errors import Failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.journal.records import Run
    from beeflow.types import Json

HEAD = "trigger: {webhook: event.updated.status}\n"
GONE = Failure("http", "gone", status=404)
BUSY = Failure("http", "busy", status=429, retryable=True)
CUT = Failure("connection", "cut off", open=True, retryable=True)


def log(message: str) -> str:
    return f'  - {{action: log.write, with: {{message: "{message}"}}}}\n'


def logged(one: Stage) -> list[object]:
    return [args["message"] for args in one.calls.of("log.write")]


@pytest.fixture(params=["memory", "sqlite"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    """Each journal in turn."""
    if request.param == "memory":
        yield MemoryJournal()
        return
    opened = await SqliteJournal.open(tmp_path / "beeflow.db", synchronous="NORMAL")
    yield opened
    await opened.close()


async def ended(one: Stage, outcome: str) -> Run:
    """Let a webhook arrive, and return the run it made, which must have ended so."""
    await one.webhook("event.updated.status", {"event_ref": "E1"})
    await one.pass_time(60)
    run = (await one.runs())[-1]
    assert run.outcome == outcome, run
    return run


async def retry(one: Stage, run: Run) -> None:
    one.dispatcher.submit(await one.journal.retry(run.id, one.clock.now()))
    await one.settle()
    await one.pass_time(60)


async def resolve(one: Stage, run: Run, path: str, output: Json = None, **failure: str) -> None:
    record = (await one.opened(run.id)).records[path]
    answer = replace(record, status="done", output=output, failure=None)
    if failure:
        answer = replace(record, status="failed", failure=Failure("action", failure["message"]))
    now = one.clock.now()
    one.dispatcher.submit(await one.journal.resolve(run.id, path, answer, now))
    await one.settle()


async def test_a_retry_goes_on_from_where_the_run_ended(journal: Journal) -> None:
    text = HEAD + "actions:\n" + log("one") + "  - {action: events.get, with: {}}\n" + log("two")
    async with stage(text, journal=journal) as one:
        one.answers["events.get"] = [GONE, {"ok": 1}]
        await retry(one, await ended(one, "failed"))
        assert logged(one) == ["one", "two"]
        assert await one.outcomes() == ["succeeded"]


async def test_a_retry_does_not_repeat_a_step_that_took_two_attempts(journal: Journal) -> None:
    text = HEAD + (
        "actions:\n  - {action: slack.post, with: {text: hi}}\n  - {action: events.get, with: {}}\n"
    )
    async with stage(text, journal=journal) as one:
        one.answers["slack.post"] = [BUSY, {"ok": True}]
        one.answers["events.get"] = [GONE, {"ok": 1}]
        await retry(one, await ended(one, "failed"))
        assert len(one.calls.of("slack.post")) == 2
        assert await one.outcomes() == ["succeeded"]


@pytest.mark.parametrize(
    "handled",
    [
        "  - {action: slack.post, with: {}, on_error: continue}\n",
        "  - {action: slack.post, with: {}, on_error: [{set: {seen: '{{ error.kind }}'}}]}\n",
        "  - {for_each: '[1]', on_error: continue, do: [{action: slack.post, with: {}}]}\n",
        "  - {action: slack.post, with: {}, on_unknown: continue}\n",
    ],
)
async def test_a_retry_leaves_alone_what_the_recipe_handled(journal: Journal, handled: str) -> None:
    text = HEAD + "actions:\n" + handled + "  - {action: events.get, with: {}}\n"
    failure = CUT if "on_unknown" in handled else GONE
    async with stage(text, journal=journal) as one:
        one.answers["slack.post"] = failure
        one.answers["events.get"] = [GONE, {"ok": 1}]
        await retry(one, await ended(one, "failed"))
        assert len(one.calls.of("slack.post")) == 1
        assert await one.outcomes() == ["succeeded"]


async def test_a_retry_pauses_between_its_attempts_again(journal: Journal) -> None:
    text = HEAD + "actions:\n  - {action: events.get, with: {}, retry: {attempts: 2, delay: 10s}}\n"
    async with stage(text, journal=journal) as one:
        one.answers["events.get"] = [BUSY, BUSY, BUSY, {"ok": 1}]
        await retry(one, await ended(one, "failed"))
        assert one.calls.times("events.get") == [0, 10, 60, 70]
        assert await one.outcomes() == ["succeeded"]


async def test_a_retry_looks_whether_a_guarded_call_took_effect_late(journal: Journal) -> None:
    text = HEAD + (
        "actions:\n  - {action: polls.create, as: poll, with: {}, retry: {attempts: 1}}\n"
        + log("{{ poll.poll_ref }}")
    )
    polls: dict[str, Json] = {"old": {"poll_ref": "old"}}
    async with stage(text, journal=journal) as one:
        one.answers["polls.create"] = CUT
        one.answers["polls.create?"] = lambda _args: dict(polls)
        run = await ended(one, "failed")
        polls["late"] = {"poll_ref": "late"}
        await retry(one, run)
        assert logged(one) == ["late"]
        assert len(one.calls.of("polls.create")) == 1


async def test_a_retry_looks_afresh_after_each_attempt(journal: Journal) -> None:
    text = HEAD + (
        "actions:\n  - {action: polls.create, as: poll, with: {}, retry: {attempts: 1}}\n"
        + log("{{ poll.poll_ref }}")
    )
    polls: dict[str, Json] = {}

    def create(_args: Mapping[str, Json]) -> Failure:
        if one.clock.now() > first + 30:
            polls["new"] = {"poll_ref": "new"}
        return CUT

    async with stage(text, journal=journal) as one:
        first = one.clock.now()
        one.answers["polls.create"] = create
        one.answers["polls.create?"] = lambda _args: dict(polls)
        await retry(one, await ended(one, "failed"))
        assert logged(one) == ["new"]


async def test_a_retry_keeps_the_once_ledger_true(journal: Journal) -> None:
    text = HEAD + "actions:\n  - {action: email.send, once: trigger.data.event_ref, with: {}}\n"
    async with stage(text, journal=journal) as one:
        one.answers["email.send"] = [GONE, {"ok": 1}]
        await retry(one, await ended(one, "failed"))
        assert await one.outcomes() == ["succeeded"]
        await ended(one, "succeeded")
        assert len(one.calls.of("email.send")) == 2


async def test_a_retry_has_the_whole_timeout_again(journal: Journal) -> None:
    text = HEAD + (
        "timeout: 30m\nactions:\n  - {action: events.get, with: {}}\n  - wait: 20m\n" + log("end")
    )
    async with stage(text, journal=journal) as one:
        one.answers["events.get"] = [GONE, {"ok": 1}]
        run = await ended(one, "failed")
        await one.pass_time(3 * 3600)
        await retry(one, run)
        await one.pass_time(3600)
        assert logged(one) == ["end"]
        assert await one.outcomes() == ["succeeded"]


async def test_a_retry_of_a_run_that_timed_out_goes_on_waiting(journal: Journal) -> None:
    text = HEAD + "timeout: 30m\nactions:\n  - wait: 20m\n  - wait: 20m\n" + log("end")
    async with stage(text, journal=journal) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(3600)
        (run,) = await one.runs()
        assert run.outcome == "failed"
        await retry(one, run)
        await one.pass_time(3600)
        assert one.calls.times("log.write") == [3600 + 1200]
        assert await one.outcomes() == ["succeeded"]


async def test_a_retry_runs_a_failed_recipe_again(journal: Journal) -> None:
    caller = HEAD + "actions:\n  - {run: recipe-2, as: made}\n" + log("{{ made.outcome }}")
    child = "actions:\n  - {action: events.get, with: {}}\n"
    async with stage(caller, child, journal=journal) as one:
        one.answers["events.get"] = [GONE, {"ok": 1}]
        await retry(one, await ended(one, "failed"))
        assert logged(one) == ["succeeded"]
        assert await one.outcomes("recipe-2") == ["failed", "succeeded"]


async def test_a_retry_does_not_run_a_recipe_twice_that_still_runs(journal: Journal) -> None:
    caller = HEAD + "actions:\n  - {run: recipe-2, as: made}\n" + log("{{ made.outcome }}")
    child = "actions:\n  - {wait: 1h}\n  - {action: email.send, with: {}}\n"
    async with stage(caller, child, journal=journal) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        (run,) = await one.runs()
        one.dispatcher.submit(await journal.cancel(run.id, one.clock.now()))
        await one.settle()
        await retry(one, (await one.runs())[0])
        await one.pass_time(2 * 3600)
        assert one.calls.times("email.send") == [3600]
        assert one.calls.times("log.write") == [3600]
        assert await one.outcomes() == ["succeeded"]
        assert await one.outcomes("recipe-2") == ["succeeded"]


async def test_a_retry_waits_anew_for_a_webhook_that_did_not_come(journal: Journal) -> None:
    text = HEAD + "actions:\n  - wait_for: {webhook: poll.created, timeout: 30s}\n" + log("came")
    async with stage(text, journal=journal) as one:
        run = await ended(one, "failed")
        one.dispatcher.submit(await one.journal.retry(run.id, one.clock.now()))
        await one.settle()
        await one.webhook("poll.created", {"poll_event_ref": "E1"})
        assert logged(one) == ["came"]


async def test_a_retry_runs_on_error_again(journal: Journal) -> None:
    text = (
        HEAD
        + "actions:\n  - {action: events.get, with: {}}\non_error:\n"
        + log("{{ error.status }}")
    )
    async with stage(text, journal=journal) as one:
        one.answers["events.get"] = GONE
        await retry(one, await ended(one, "failed"))
        assert logged(one) == [404, 404]


async def test_an_unknown_outcome_is_resolved_and_the_run_goes_on(journal: Journal) -> None:
    text = HEAD + (
        "timeout: 10m\nactions:\n  - {action: slack.post, as: posted, with: {}}\n"
        + log("{{ posted.ts }}")
        + "on_error:\n"
        + log("{{ error.kind }}")
    )
    async with stage(text, journal=journal) as one:
        one.answers["slack.post"] = CUT
        run = await ended(one, "unknown")
        assert logged(one) == ["unknown"]
        await one.pass_time(86400)
        await resolve(one, run, "actions/0#1", {"ts": "17"})
        assert logged(one) == ["unknown", "17"]
        assert len(one.calls.of("slack.post")) == 1
        assert await one.outcomes() == ["succeeded"]


async def test_an_unknown_outcome_that_was_a_failure_fails_the_step(journal: Journal) -> None:
    text = HEAD + (
        "actions:\n  - {action: slack.post, once: trigger.data.event_ref, with: {}}\n"
        "on_error:\n" + log("{{ error.kind }}")
    )
    async with stage(text, journal=journal) as one:
        one.answers["slack.post"] = [CUT, {"ok": True}]
        run = await ended(one, "unknown")
        await resolve(one, run, "actions/0#1", message="it never arrived")
        assert logged(one) == ["unknown", "action"]
        assert await one.outcomes() == ["failed"]
        await ended(one, "succeeded")
        assert len(one.calls.of("slack.post")) == 2


async def test_a_cancelled_run_goes_on_where_it_was(journal: Journal) -> None:
    text = HEAD + "actions:\n" + log("one") + "  - wait: 1h\n" + log("two")
    async with stage(text, journal=journal) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        (run,) = await one.runs()
        one.dispatcher.submit(await journal.cancel(run.id, one.clock.now()))
        await one.settle()
        await retry(one, (await one.runs())[0])
        await one.pass_time(3600)
        assert logged(one) == ["one", "two"]
