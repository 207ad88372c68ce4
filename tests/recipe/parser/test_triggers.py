from __future__ import annotations

import pytest
from recipe.parsing import only, parse, recipe, with_actions

from beeflow.recipe import limits
from beeflow.recipe.model import EventStartTrigger, RunTrigger, ScheduleTrigger, WebhookTrigger


def triggers(text: str) -> tuple[object, ...]:
    return recipe(with_actions(text)).triggers


def test_one_webhook_or_several() -> None:
    assert triggers("trigger: {webhook: event.created}") == (
        WebhookTrigger(("event.created",), {}),
    )
    assert triggers("trigger: {webhook: [a.b, 'c.*', a.b], match: {data.x: [1, y]}, name: n}") == (
        WebhookTrigger(("a.b", "c.*"), {"data.x": [1, "y"]}, "n"),
    )


def test_a_list_of_triggers() -> None:
    assert len(triggers("trigger: [{webhook: a}, {webhook: b}]")) == 2
    assert triggers("trigger: []") == ()


def test_schedules() -> None:
    text = "timezone: Asia/Tokyo\ntrigger: [{schedule: '0 9 * * *'}, {schedule: {every: 15m}}]"
    assert triggers(text) == (
        ScheduleTrigger("Asia/Tokyo", cron="0 9 * * *"),
        ScheduleTrigger("Asia/Tokyo", every=900.0),
    )
    at = "{schedule: {at: '2026-12-01 09:00'}, timezone: UTC, missed: skip, grace: 0s, name: x}"
    assert triggers(f"trigger: {at}") == (
        ScheduleTrigger("UTC", at="2026-12-01 09:00", missed="skip", grace=0.0, name="x"),
    )


def test_event_starts() -> None:
    assert triggers("trigger: {event_start: -15m}") == (EventStartTrigger(-900.0),)
    assert triggers("trigger: {event_start: +10m, if_past: now, reconcile: 1m}") == (
        EventStartTrigger(600.0, "now", 60.0),
    )


def test_runs_of_other_recipes() -> None:
    assert triggers("trigger: {run: failed}") == (RunTrigger(("failed",)),)
    assert triggers("trigger: {run: [failed, unknown], recipe: other}") == (
        RunTrigger(("failed", "unknown"), "other"),
    )


@pytest.mark.parametrize(
    ("text", "rule", "at", "message"),
    [
        ("event.created", "wrong-type", "event.created", "`trigger` must be a mapping"),
        ("{wehbook: a}", "unknown-key", "wehbook", "a `webhook` trigger has no key"),
        ("{foo: a}", "missing-key", "{foo: a}", "does not say what starts"),
        ("{webhook: a, run: failed}", "conflicting-keys", None, "`webhook` and `run`"),
        ("{webhook: Event.Created}", "bad-value", "Event.Created", "not a webhook type"),
        ("{webhook: []}", "bad-value", "[]", "names no type"),
        ("{webhook: [3]}", "wrong-type", "3", "an item of `webhook` must be text"),
        ("{webhook: a, match: x}", "wrong-type", "x", "a mapping of paths to values"),
        ("{webhook: a, match: {data: {status: live}}}", "pattern", "status", "status"),
        ("{webhook: a, match: {data.x: {regex: '('}}}", "pattern", "'('", ""),
        ("{webhook: a, match: {x: [[1]]}}", "pattern", "[1]", "within a list"),
        ("{webhook: a, match: {x: '{{ now }}'}}", "expression", "now", "must be known before"),
        ("{schedule: '0 9 * *'}", "bad-cron", "'0 9 * *'", "has five fields"),
        ("{schedule: {}}", "missing-key", "{}", "either `every` or `at`"),
        ("{schedule: {every: 1h, at: x}}", "conflicting-keys", None, "either `every` or `at`"),
        ("{schedule: {every: 10ms}}", "bad-duration", "10ms", "at least 1s"),
        ("{schedule: {at: tomorrow}}", "bad-time", "tomorrow", "is not a time"),
        ("{schedule: [a]}", "wrong-type", "[a]", "one value"),
        ("{schedule: {every: 1h}, missed: never}", "bad-value", "never", "cannot be"),
        ("{event_start: 15}", "bad-duration", "15", "a duration"),
        ("{event_start: 1h, if_past: later}", "bad-value", "later", "cannot be"),
        ("{run: faild}", "bad-value", "faild", "cannot be"),
        ("{run: {a: b}}", "wrong-type", "{a: b}", "one value"),
        ("{watch: 3}", "wrong-type", "3", "a mapping"),
        ("{webhook: a, name: 3}", "wrong-type", "3", "must be text"),
    ],
)
def test_a_wrong_trigger_says_what_is_wrong(
    text: str, rule: str, at: str | None, message: str
) -> None:
    found = only(with_actions(f"trigger: {text}"))
    assert found.rule == rule
    assert found.at == (at or text) or at is None
    assert message in found.message


def test_triggers_and_types_are_bounded() -> None:
    many = ", ".join(["{webhook: a}"] * (limits.TRIGGERS + 1))
    assert only(with_actions(f"trigger: [{many}]")).rule == "limit"
    types = ", ".join(f"a{n}" for n in range(limits.TYPES + 1))
    assert only(with_actions(f"trigger: {{webhook: [{types}]}}")).rule == "limit"


def test_a_draft_leaves_out_what_is_wrong() -> None:
    parsed = parse(with_actions("trigger: [{webhook: a}, {run: faild}]"))
    assert parsed.draft is not None
    assert len(parsed.draft.triggers) == 1
