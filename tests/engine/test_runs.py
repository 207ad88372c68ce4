"""Runs through the real engine, on a virtual clock."""

from __future__ import annotations

from support.stage import stage

from beeflow.errors import Failure

HEAD = "trigger: {webhook: event.updated.status}\nactions:\n"


def log(message: str) -> str:
    return f'  - {{action: log.write, with: {{message: "{message}"}}}}\n'


async def test_a_webhook_is_carried_to_its_end() -> None:
    text = (
        "trigger: {webhook: event.updated.status, match: {data.status: live}}\n"
        "fetch: {event: {action: events.get, with: {event_ref: '{{ trigger.data.event_ref }}'}}}\n"
        "conditions: [event.event_title != 'test']\n"
        "actions:\n" + log("{{ event.event_title }} is live")
    )
    async with stage(text) as one:
        one.answers["events.get"] = {"event_title": "Launch"}
        await one.webhook("event.updated.status", {"event_ref": "E1", "status": "live"})
        await one.webhook("event.updated.status", {"event_ref": "E1", "status": "done"})
        assert one.calls.of("log.write") == [{"message": "Launch is live"}]
        assert await one.outcomes() == ["succeeded"]
        assert one.ended == [("recipe", "succeeded")]


async def test_a_wait_of_days_costs_no_memory_and_ends_on_time() -> None:
    async with stage(HEAD + log("before") + "  - wait: 3d\n" + log("after")) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        assert not one.runtime.active
        await one.pass_time(3 * 86400 - 1)
        assert one.calls.times("log.write") == [0]
        await one.pass_time(1)
        assert one.calls.times("log.write") == [0, 3 * 86400]


async def test_runs_of_one_event_go_one_after_the_other() -> None:
    async with stage(HEAD + log("{{ trigger.data.n }}") + "  - wait: 10m\n") as one:
        for number in (1, 2, 3):
            await one.webhook("event.updated.status", {"event_ref": "E1", "n": number})
        await one.webhook("event.updated.status", {"event_ref": "E2", "n": 4})
        assert [args["message"] for args in one.calls.of("log.write")] == [1, 4]
        await one.pass_time(1800)
        assert [args["message"] for args in one.calls.of("log.write")] == [1, 4, 2, 3]
        assert one.calls.times("log.write") == [0, 0, 600, 1200]


async def test_backoff_is_kept_and_retry_after_is_honoured() -> None:
    busy = Failure("http", "busy", status=429, retryable=True, retry_after=90.0)
    async with stage(HEAD + "  - {action: events.get, with: {event_ref: E1}}\n") as one:
        one.answers["events.get"] = [busy, {"ok": 1}]
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(200)
        assert one.calls.times("events.get") == [0, 90]
        assert await one.outcomes() == ["succeeded"]


async def test_wait_for_is_met_by_a_webhook_of_the_same_event() -> None:
    text = HEAD + (
        "  - {wait_for: {webhook: poll.created, timeout: 1h}, as: seen}\n"
        + log("{{ seen.data.poll_ref }} {{ seen.timed_out }}")
    )
    async with stage(text) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.webhook("poll.created", {"poll_event_ref": "E2", "poll_ref": "P2"})
        assert not one.calls.of("log.write")
        await one.webhook("poll.created", {"poll_event_ref": "E1", "poll_ref": "P1"})
        assert one.calls.of("log.write") == [{"message": "P1 false"}]


async def test_wait_for_fails_at_its_timeout() -> None:
    async with stage(HEAD + "  - wait_for: {webhook: poll.created, timeout: 1h}\n") as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(3600)
        (run,) = await one.runs()
        assert run.outcome == "failed"
        assert run.ending is not None


async def test_cancel_on_cancels_waiting_and_queued_runs_of_the_event() -> None:
    text = (
        "trigger: {webhook: event.updated.status}\n"
        "cancel_on: {webhook: event.deleted}\n"
        "actions:\n  - wait: 1h\n" + log("late")
    )
    async with stage(text) as one:
        for ref in ("E1", "E1", "E2"):
            await one.webhook("event.updated.status", {"event_ref": ref})
        await one.webhook("event.deleted", {"event_ref": "E1"})
        await one.pass_time(7200)
        assert await one.outcomes() == ["cancelled", "cancelled", "succeeded"]
        assert len(one.calls.of("log.write")) == 1


async def test_the_timeout_of_a_run_ends_it_as_failed_and_on_error_runs() -> None:
    text = (
        "trigger: {webhook: event.updated.status}\ntimeout: 30m\n"
        "actions:\n  - wait: 1h\n" + log("never") + "on_error:\n" + log("{{ error.kind }}")
    )
    async with stage(text) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(7200)
        assert one.calls.of("log.write") == [{"message": "timeout"}]
        assert one.calls.times("log.write") == [1800]
        assert await one.outcomes() == ["failed"]


async def test_branches_wait_side_by_side() -> None:
    text = (
        HEAD
        + (
            "  - parallel:\n"
            "      - - wait: 10m\n        - {action: log.write, with: {message: ten}}\n"
            "      - - wait: 20m\n        - {action: log.write, with: {message: twenty}}\n"
        )
        + log("both")
    )
    async with stage(text) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(3600)
        assert one.calls.times("log.write") == [600, 1200, 1200]


async def test_another_recipe_is_run_and_its_result_seen() -> None:
    caller = HEAD + (
        "  - {run: recipe-2, as: made, with: {n: 20}}\n" + log("{{ made.result.double }}")
    )
    called = "inputs: {n: {type: integer}}\nactions:\n  - wait: 5m\n  - set: {double: '{{ inputs.n * 2 }}'}\n"
    async with stage(caller, called) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(600)
        assert one.calls.of("log.write") == [{"message": 40}]
        assert one.calls.times("log.write") == [300]


async def test_a_run_trigger_hears_of_failures() -> None:
    failing = HEAD + "  - {action: missing.verb}\n"
    alarm = "trigger: {run: failed, recipe: '*'}\nactions:\n" + log(
        "{{ trigger.data.recipe }}: {{ trigger.data.error.message }}"
    )
    async with stage(failing, alarm) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        assert one.calls.of("log.write") == [
            {"message": "recipe: there is no action `missing.verb`"}
        ]
