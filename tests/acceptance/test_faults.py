"""The platform, Slack and others fail in every way; nothing is lost, and the run says what was."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.house import free_port, until, webhook
from acceptance.receiver import receiving

from beeflow.sandbox import Place, Sandbox, Settings, running_sandbox
from beeflow.sandbox.faults import Fault, Rule
from beeflow.sandbox.slack import HOOK

if TYPE_CHECKING:
    from acceptance.house import Daemon, House

CUTS = 500
KIND = "event.updated.status"
POLL = """
trigger: {webhook: event.updated.status}
actions:
  - action: polls.create
    as: poll
    with:
      event_ref: "{{ trigger.data.event_ref }}"
      question: "{{ trigger.id }}"
      options: ["Yes", "No"]
    timeout: 2s
    retry: {attempts: 4, delay: 50ms}
"""
READ = """
trigger: {webhook: event.updated.status}
fetch:
  event:
    action: events.get
    with: {event_ref: "{{ trigger.data.event_ref }}"}
    timeout: 2s
    retry: {attempts: 3, delay: 50ms}
actions:
  - set: {seen: "yes"}
"""
SLACK = """
trigger: {webhook: event.updated.status}
actions:
  - action: slack.post
    with: {channel: "#events", text: "{{ trigger.id }}"}
    timeout: 2s
    retry: {attempts: 3, delay: 50ms}
"""


def fail(house: House, kind: Any, *, times: int = 1, path: str | None = None, **more: Any) -> None:
    """Let the next calls fail; without a path those that write to polls."""
    rules = house.sandbox.sandbox.faults.rules
    method, glob = ("POST", "/polls/*") if path is None else (None, path)
    rules.append(Rule(Fault(kind, **more), method, glob, times))


async def one_run(daemon: Daemon, event: str, ident: str = "w-1") -> dict[str, Any]:
    """Send one webhook; returns its run, in full, once it has ended."""
    assert (await daemon.send(webhook(KIND, {"event_ref": event}, ident))).status == 202
    (run,) = await daemon.settled(1)
    return await daemon.run(run["id"])


def questions(house: House, event: str) -> Counter[str]:
    """Count the polls of an event by what they ask."""
    polls = house.sandbox.sandbox.world.polls.values()
    return Counter(poll.question for poll in polls if poll.event_ref == event)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("status", {"status": 500}),
        ("status", {"status": 503, "headers": {"Retry-After": "1"}}),
        ("status", {"status": 429, "headers": {"Retry-After": "1"}}),
        ("reset", {}),
        ("reset_after", {}),
        ("delay", {"delay": 600.0}),
    ],
    ids=lambda one: str(one) if isinstance(one, str) else "-".join(map(str, one.values())),
)
async def test_one_failure_costs_nothing_and_makes_nothing_twice(
    house: House, kind: str, more: dict[str, Any]
) -> None:
    (event,) = house.events(1)
    house.recipe("poll", POLL)
    daemon = await house.start()
    fail(house, kind, **more)
    run = await one_run(daemon, event)
    assert run["outcome"] == "succeeded", run["reason"]
    assert questions(house, event) == {"w-1": 1}


async def test_five_hundred_cuts_make_no_poll_twice(house: House) -> None:
    """Half of the connections are cut before the effect and half after it, in turn."""
    events = house.events(50)
    house.recipe("poll", POLL.replace("attempts: 4,", "attempts: 40, max_delay: 100ms,"))
    daemon = await house.start()
    for number in range(CUTS):
        fail(house, "reset_after" if number % 2 else "reset")

    async def sent(number: int) -> None:
        """Send a webhook until it is taken, as a sender does who is told to come back."""
        body = webhook(KIND, {"event_ref": events[number % 50]}, f"w-{number}")
        while (await daemon.send(body)).status == 503:  # noqa: ASYNC110 - it polls, as senders do
            await asyncio.sleep(0.05)

    await asyncio.gather(*(sent(number) for number in range(CUTS)))
    runs = await daemon.settled(CUTS)
    made = sum((questions(house, event) for event in events), Counter[str]())
    assert house.sandbox.sandbox.faults.rules == []
    assert Counter(run["outcome"] for run in runs) == {"succeeded": CUTS}
    assert made == Counter(f"w-{n}" for n in range(CUTS))


async def test_after_a_429_nobody_calls_before_its_time(house: House) -> None:
    """Other runs, too, wait until the platform wants to be called again."""
    events = house.events(10)
    house.recipe("read", READ.replace("timeout: 2s", "timeout: 20s"))
    daemon = await house.start()
    fail(house, "status", path="/events/*", status=429, headers={"Retry-After": "3"})
    await daemon.send(webhook(KIND, {"event_ref": events[0]}, "first"))
    recorded = house.sandbox.sandbox.calls.recorded

    async def refused() -> bool:
        return any(call.status == 429 for call in recorded)

    await until(refused)
    before = len(recorded)
    await asyncio.sleep(0.3)
    for number, event in enumerate(events):
        await daemon.send(webhook(KIND, {"event_ref": event}, f"w-{number}"))
    runs = await daemon.settled(11)
    later = [call.time - recorded[before - 1].time for call in list(recorded)[before:]]
    assert len(later) >= 10
    assert min(later) >= 3
    assert {run["outcome"] for run in runs} == {"succeeded"}


async def test_what_stays_broken_fails_the_run_with_a_word_on_it(house: House) -> None:
    (event,) = house.events(1)
    house.recipe("read", READ)
    daemon = await house.start()
    fail(house, "status", path="/events/*", status=500, times=10)
    run = await one_run(daemon, event)
    assert run["outcome"] == "failed"
    assert f"GET /events/{event} answered 500" in run["reason"]
    fault = run["ending"]["fault"]
    assert fault["file"].endswith("read.yaml")
    assert (fault["action"], fault["failure"]["status"]) == ("events.get", 500)
    assert [step["error"]["status"] for step in run["steps"] if step["kind"] == "call"] == [500] * 3


async def test_a_hang_ends_with_the_steps_timeout(house: House) -> None:
    (event,) = house.events(1)
    house.recipe("read", READ.replace("2s", "200ms").replace("attempts: 3", "attempts: 2"))
    daemon = await house.start()
    fail(house, "delay", path="/events/*", delay=60.0, times=2)
    run = await one_run(daemon, event)
    assert run["outcome"] == "failed"
    assert run["ending"]["fault"]["failure"]["kind"] == "timeout"
    assert f"GET /events/{event} failed: no answer within" in run["reason"]


async def test_a_wrong_token_is_told_with_the_keys_to_mend(house: House) -> None:
    (event,) = house.events(1)
    house.recipe("read", READ.replace("events.get", "events.stream"))
    house.secrets["PLATFORM_KEY"] = "mistyped-key"
    daemon = await house.start()
    run = await one_run(daemon, event)
    assert run["outcome"] == "failed"
    assert "401" in run["reason"]
    assert "platform.token_id and platform.secret_key" in run["reason"]
    asked = [call for call in house.sandbox.sandbox.calls.recorded if event in call.path]
    assert len(asked) == 1, "a wrong token is not tried again"
    assert "mistyped-key" not in str(run)


async def test_a_platform_that_comes_back_is_called_again(house: House) -> None:
    """It cannot be reached at first; the runs wait it out."""
    port = free_port()
    house.configure(url=f"http://127.0.0.1:{port}")
    house.recipe("read", READ.replace("attempts: 3, delay: 50ms", "attempts: 20, delay: 500ms"))
    daemon = await house.start()
    sandbox = Sandbox(Settings(rate_limit=100_000, seed=1))
    event = sandbox.refs.event
    assert (await daemon.send(webhook(KIND, {"event_ref": event}))).status == 202
    await asyncio.sleep(1)
    async with running_sandbox(sandbox, Place(port=port)):
        (run,) = await daemon.settled(1)
    assert run["outcome"] == "succeeded", run["reason"]


async def test_a_platform_that_cannot_be_reached_is_named(house: House) -> None:
    port = free_port()
    house.configure(url=f"http://127.0.0.1:{port}")
    house.recipe("read", READ)
    daemon = await house.start()
    run = await one_run(daemon, "E1")
    assert run["outcome"] == "failed"
    assert "GET /events/E1 failed" in run["reason"]
    assert f"127.0.0.1:{port}" in run["reason"]


async def test_slack_that_cannot_be_reached_is_named_and_nothing_is_posted_twice(
    house: House,
) -> None:
    port = free_port()
    house.configure(f"connections: {{slack: {{url: 'http://127.0.0.1:{port}{HOOK}'}}}}")
    house.recipe("post", SLACK)
    daemon = await house.start()
    run = await one_run(daemon, "E1")
    assert run["outcome"] == "failed"
    assert "slack" in run["reason"].lower()
    assert f"127.0.0.1:{port}" in run["reason"]
    again = await house.command("runs", "retry", run["id"])
    assert again.code == 0, again


@pytest.mark.parametrize(
    ("kind", "more", "outcome", "count"),
    [
        ("status", {"status": 429, "headers": {"Retry-After": "1"}}, "succeeded", 1),
        ("status", {"status": 503, "headers": {"Retry-After": "1"}}, "succeeded", 1),
        ("status", {"status": 500}, "unknown", 0),
        ("status", {"status": 403}, "failed", 0),
        ("reset", {}, "unknown", 0),
        ("reset_after", {}, "unknown", 1),
        ("delay", {"delay": 600.0}, "unknown", 0),
    ],
    ids=lambda one: "-".join(map(str, one.values())) if isinstance(one, dict) else str(one),
)
async def test_a_message_is_posted_at_most_once(
    house: House, kind: str, more: dict[str, Any], outcome: str, count: int
) -> None:
    """A clear refusal is tried again; what may have arrived is not, and is `unknown`."""
    house.secrets["SLACK_URL"] = house.sandbox.url + HOOK
    house.configure("connections: {slack: {url: secret:SLACK_URL}}")
    house.recipe("post", SLACK)
    daemon = await house.start()
    fail(house, kind, path=HOOK, **more)
    run = await one_run(daemon, "E1")
    assert run["outcome"] == outcome, run["reason"]
    assert len(house.sandbox.sandbox.slack.messages) == count
    if outcome == "unknown":
        assert "whether `slack.post` took effect is not known" in run["reason"]
        assert run["open"]
    assert house.secrets["SLACK_URL"] not in str(run)


async def test_a_missing_connection_is_told_with_what_to_add(house: House) -> None:
    house.recipe("post", SLACK)
    daemon = await house.start()
    run = await one_run(daemon, "E1")
    assert run["outcome"] == "failed"
    assert "there is no connection `slack`" in run["reason"]
    assert "connections.slack: {url: secret:SLACK_URL}" in run["reason"]


async def test_a_connection_whose_secret_is_missing_is_told_with_its_name(house: House) -> None:
    house.configure("connections: {slack: {url: secret:SLACK_URL}}")
    house.recipe("post", SLACK)
    daemon = await house.start()
    run = await one_run(daemon, "E1")
    assert run["outcome"] == "failed"
    assert "SLACK_URL" in run["reason"]
    assert "BEEFLOW_SECRET_SLACK_URL" in run["reason"]


async def test_a_failing_service_is_asked_again_as_the_step_says(house: House) -> None:
    async with receiving() as receiver:
        receiver.statuses = [500, "cut", 503, 200]
        house.recipe(
            "put",
            f"""
            trigger: {{webhook: {KIND}}}
            actions:
              - action: http.request
                with: {{method: PUT, url: "{receiver.url}", json: {{id: w}}}}
                retry: {{attempts: 4, delay: 20ms}}
            """,
        )
        daemon = await house.start()
        run = await one_run(daemon, "E1")
        assert run["outcome"] == "succeeded", run["reason"]
        assert len(receiver.told) == 4


async def test_nobody_calls_more_often_than_allowed_also_over_a_restart(house: House) -> None:
    """90 in any 60 seconds, of a platform that counts: it never has to refuse."""
    house.sandbox.sandbox.limit.limit = 90
    house.configure(rate_limit=90)
    events = house.events(60)
    house.recipe("read", READ.replace("attempts: 3", "attempts: 100").replace("2s", "1h"))
    daemon = await house.start()
    for number, event in enumerate(events):
        await daemon.send(webhook(KIND, {"event_ref": event}, f"w-{number}"))
    await asyncio.sleep(5)
    await daemon.kill()
    daemon = await house.start()
    await asyncio.sleep(5)
    calls = list(house.sandbox.sandbox.calls.recorded)
    took = calls[-1].time - calls[0].time
    assert {call.status for call in calls} <= {200, None}
    assert 8 <= len(calls) <= took * 1.5 + 3


async def test_a_create_that_hangs_longer_than_the_step_waits_makes_one_poll(house: House) -> None:
    (event,) = house.events(1)
    house.recipe("poll", POLL.replace("timeout: 2s", "timeout: 500ms"))
    daemon = await house.start()
    fail(house, "delay", delay=2.0)
    run = await one_run(daemon, event)
    assert run["outcome"] == "succeeded"
    await asyncio.sleep(2.0)
    assert questions(house, event) == {"w-1": 1}
