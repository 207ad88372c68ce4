"""A run in the journal becomes a test, and the test does what the run did."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from drivers.testing.bench import GOES_LIVE, LIVE, bench, known
from msgspec.structs import replace

from beeflow.cli.knowledge import actions
from beeflow.daemon.masking import masking_for
from beeflow.drivers.testing.casting import cast_for
from beeflow.drivers.testing.playing import _Player
from beeflow.drivers.testing.recording import Tape, as_item, difference, documented, record
from beeflow.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.types import Json


def recorded(root: Path, test: str, recipe: str = LIVE, run: str | None = None) -> str:
    """Play a test, make another one of the run that came of it, and see that this one passes."""
    text = "recipe: live\ntests:\n  - name: it\n" + "".join(
        f"    {line}\n" for line in test.strip().splitlines()
    )
    one = bench(root, text, live=recipe)
    assert not one.suite.broken, [problem.message for problem in one.suite.problems]
    item = asyncio.run(_record(one, run))
    again = bench(root, f"recipe: live\ntests:\n{item}", live=recipe)
    assert not again.suite.broken, (item, [problem.message for problem in again.suite.problems])
    verdict = asyncio.run(again.run(again.suite.cases[0]))
    assert verdict.passed, (item, [one.message for one in verdict.failing])
    return item


async def _record(one: Any, run: str | None) -> str:
    case = one.suite.cases[0]
    player = _Player(case, cast_for(one.suite, case, one.stalls), known())
    await player.play()
    opened = await player._stage.opened(run or player.played.own[0].run.id)
    masking = masking_for(player._secrets, actions())  # type: ignore[arg-type]  # they are the real ones
    parsed = one.stalls.library.find("live")
    tape = Tape(opened, player._journal.event, masking, parsed and parsed.recipe)
    return as_item(await record(tape, known()))


def test_a_run_with_its_answers_and_faults(tmp_path: Path) -> None:
    item = recorded(
        tmp_path,
        "now: 2025-11-13 13:36Z\n"
        "event: {webhook: event.updated.status, data: {status: live, event_ref: E1}}\n"
        "mocks:\n  events.get: {event_title: Launch}\n"
        "  polls.create: [{error: {status: 503}}, {poll_ref: abc}]\n"
        "expect: {calls: [slack.post]}",
    )
    assert (
        item
        == """\
  - name: "as r-1 did on 2025-11-13 at 13:36"
    now: "2025-11-13T13:36:00.000Z"
    events:
      - {webhook: event.updated.status, data: {event_ref: E1, status: live}}
    mocks:
      events.get: {event_title: Launch}
      polls.create: [{error: {status: 503}}, {poll_ref: abc}]
    expect:
      outcome: succeeded
      calls:
        - slack.post: {channel: "#events", text: "*Launch* is live"}
        - polls.create: {event_ref: E1, question: OK?, options: [Great, Bad]}
          at: 10m
        - polls.create: {event_ref: E1, question: OK?, options: [Great, Bad]}
          at: 10m
"""
    )


def test_a_cancelled_run_and_what_cancelled_it(tmp_path: Path) -> None:
    item = recorded(
        tmp_path,
        "events:\n  - {webhook: event.updated.status, data: {status: live, event_ref: E1}}\n"
        "  - {after: 5m, webhook: event.deleted, data: {event_ref: E1}}\n"
        "expect: {calls: [slack.post]}",
    )
    assert "{after: 5m, webhook: event.deleted, data: {event_ref: E1}}" in item
    assert "outcome: cancelled" in item


def test_what_a_run_waited_for(tmp_path: Path) -> None:
    recipe = (
        "trigger: {webhook: event.created}\nactions:\n"
        "  - wait_for: {webhook: event.updated, timeout: 1h}\n    as: news\n"
        "  - action: log.write\n    with: {message: '{{ news.data.event_title }}'}\n"
    )
    item = recorded(
        tmp_path,
        "events:\n  - {webhook: event.created, data: {event_ref: E1}}\n"
        "  - {after: 5m, webhook: event.updated, data: {event_ref: E1, event_title: New}, keys_updated: [event_title]}\n"
        "expect: {calls: [log.write]}",
        recipe,
    )
    assert "after: 5m" in item
    assert "keys_updated: [event_title]" in item
    assert "- log.write: {message: New}" in item


def test_secrets_are_masked(tmp_path: Path) -> None:
    recipe = (
        "trigger: {webhook: event.created}\nactions:\n  - action: http.request\n    as: got\n"
        "    with: {url: 'https://x.example/{{ secrets.KEY }}', method: POST}\n"
        "  - action: log.write\n    with: {message: '{{ got.text }}'}\n"
    )
    item = recorded(
        tmp_path,
        "event: {webhook: event.created, data: {event_title: swordfish}}\nsecrets: {KEY: swordfish}\n"
        "mocks: {http.request: {text: it is swordfish}}\nexpect: {calls: [log.write]}",
        recipe,
    )
    assert "swordfish" not in item
    assert 'url: "https://x.example/***"' in item


def test_a_failed_run_and_kept_state(tmp_path: Path) -> None:
    recipe = (
        "trigger: {webhook: event.created}\nactions:\n"
        "  - action: log.write\n    with: {message: \"{{ state.get('n', 0) }}\"}\n"
        "  - name: Get it\n    action: events.get\n    with: {event_ref: E1}\n"
    )
    item = recorded(
        tmp_path,
        "event: {webhook: event.created}\nstate: {n: 7}\n"
        "mocks: {events.get: {error: {status: 404}}}\nexpect: {calls: [log.write]}",
        recipe,
    )
    assert "state: {n: 7}" in item
    assert "error: {step: Get it, kind: http}" in item
    assert "events.get: {error: {status: 404}}" in item


@pytest.mark.parametrize(
    "fault",
    [
        "{kind: timeout}",
        "{kind: reset}",
        "{kind: refused}",
        "{status: 429, headers: {Retry-After: 5}}",
    ],
)
def test_faults_come_back(tmp_path: Path, fault: str) -> None:
    item = recorded(
        tmp_path,
        f"{GOES_LIVE}\nmocks: {{slack.post: {{error: {fault}}}}}\nexpect: {{outcome: failed}}",
    )
    assert f"slack.post: {{error: {fault}}}" in item


def test_a_list_comes_back(tmp_path: Path) -> None:
    recipe = (
        "trigger: {webhook: event.created}\nactions:\n  - action: events.list\n    as: all\n    with: {}\n"
        "  - action: log.write\n    with: {message: '{{ all | map(attribute=\"event_title\") | list }}'}\n"
    )
    answers = "[[{event_title: A}, {event_ref: x}]]"
    item = recorded(
        tmp_path,
        f"event: {{webhook: event.created}}\nmocks: {{events.list: {answers}}}\nexpect: {{calls: [log.write]}}",
        recipe,
    )
    assert f"events.list: {answers}" in item


def test_a_run_whose_conditions_did_not_hold(tmp_path: Path) -> None:
    item = recorded(
        tmp_path,
        f"{GOES_LIVE}\nmocks: {{events.get: {{event_title: '[test] x'}}}}\nexpect: {{runs: 0}}",
        run="r-1",
    )
    assert "runs: 0" in item
    assert "because: " in item


def test_a_schedule(tmp_path: Path) -> None:
    recipe = (
        'trigger: {schedule: "0 9 * * *", timezone: UTC}\n'
        'actions:\n  - action: log.write\n    with: {message: \'{{ trigger.scheduled_for | local("UTC") | date("%H:%M") }}\'}\n'
    )
    item = recorded(
        tmp_path,
        "now: 2026-03-01 08:00Z\nevents: [{after: 2h}]\nexpect: {calls: [log.write]}",
        recipe,
    )
    assert 'now: "2026-03-01T08:59:00.000Z"' in item
    assert "- {after: 1m}" in item


def test_an_event_start(tmp_path: Path) -> None:
    recipe = "trigger: {event_start: -15m}\nactions:\n  - action: log.write\n    with: {message: '{{ trigger.event.event_ref }}'}\n"
    date = "event_date: '2026-03-01 12:00:00 +01:00', event_date_unix: 1772362800"
    item = recorded(
        tmp_path,
        f"now: 2026-03-01 09:00 +01:00\nevents: [{{webhook: event.created, data: {{event_ref: E1, {date}}}}}, {{after: 5h}}]\n"
        "expect: {calls: [log.write]}",
        recipe,
    )
    assert "webhook: event.created" in item
    assert "log.write: {message: E1}" in item


def test_a_start_by_hand_with_its_inputs(tmp_path: Path) -> None:
    recipe = (
        "inputs: {who: {type: string, default: you}, n: {type: integer, default: 1}}\n"
        "actions:\n  - action: log.write\n    with: {message: '{{ inputs.who }}'}\n"
    )
    item = recorded(tmp_path, "event: {manual: {who: me}}\nexpect: {calls: [log.write]}", recipe)
    assert "- {manual: {who: me}}" in item


def test_what_cannot_be_recorded(tmp_path: Path) -> None:
    watch = (
        "trigger:\n  watch:\n    every: 1m\n    fetch: {stream: {action: events.stream, with: {event_ref: E1}}}\n"
        "    when: stream.status == 'idle'\nactions:\n  - action: log.write\n    with: {message: on}\n"
    )
    with pytest.raises(UsageError, match="started by a watch"):
        recorded(
            tmp_path,
            "now: 2026-03-01 09:00Z\nevents: [{after: 90s}]\nexpect: {calls: [log.write]}",
            watch,
        )


async def test_a_run_that_goes_on_or_lacks_an_event(tmp_path: Path) -> None:
    text = f"recipe: live\ntests:\n  - name: it\n    {GOES_LIVE}\n    expect: {{calls: [slack.post, polls.create]}}\n"
    one = bench(tmp_path, text)
    case = one.suite.cases[0]
    player = _Player(case, cast_for(one.suite, case, one.stalls), known())
    await player.play()
    opened = player.played.own[0]
    masking = masking_for(player._secrets, actions())  # type: ignore[arg-type]  # they are the real ones

    async def nothing(_name: str) -> None:
        return None

    going = replace(opened, run=replace(opened.run, status="waiting"))
    with pytest.raises(UsageError, match="has not ended yet"):
        await record(Tape(going, nothing, masking, None), known())
    gone = replace(opened, run=replace(opened.run, outcome="cancelled", reason="cancelled by e-9"))
    with pytest.raises(NothingFound, match="e-9 is no longer"):
        await record(Tape(gone, nothing, masking, None), known())


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"a": 1, "z": 2}, {"a": 1}),
        ({"b": {"z": 1}}, {"b": {"z": 1}}),
        ([{"a": 1, "z": 2}], [{"a": 1, "z": 2}]),
        ("x", "x"),
    ],
)
def test_only_documented_fields_are_kept(value: Json, kept: Json) -> None:
    schema = {"type": "object", "properties": {"a": {}, "b": {"type": "object"}}}
    assert documented(value, schema) == kept


def test_a_difference_is_what_must_be_laid_over() -> None:
    assert difference({"a": 1, "b": {"c": 2, "d": 3}}, {"a": 1, "b": {"c": 9, "d": 3}}) == {
        "b": {"c": 9}
    }
    assert difference({"a": 1}, {"a": True}) == {"a": True}
    assert difference([{"a": 1, "b": 2}], [{"a": 1, "b": 3}, 4]) == [{"b": 3}, 4]
