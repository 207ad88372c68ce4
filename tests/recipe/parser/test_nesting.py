from __future__ import annotations

import pytest
from recipe.parsing import only, parse

DEEP = """\
trigger:
  webhook: event.created
  conditions:
    - now
  actions:
    - stop: x
"""


def test_what_stands_too_deep_is_told_once_and_read_where_it_belongs() -> None:
    found = only(DEEP)
    assert (found.rule, found.at) == ("unknown-key", "conditions")
    assert found.message == "`trigger` has no key `conditions` (nor the 1 after it)"
    assert found.help == (
        "`conditions` stands at the top of the recipe, beside `trigger`, in the same column, "
        "not within it: put 0 spaces before it, not 2: write conditions:"
    )
    draft = parse(DEEP).draft
    assert draft is not None
    assert (len(draft.triggers), len(draft.conditions), len(draft.actions)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("step", "at", "where"),
    [
        ("{repeat: {times: 3, do: [{stop: x}]}}", "do", "it stands beside `repeat`"),
        ("{repeat: {until: now, max: 3, do: [{stop: x}]}}", "max", "it stands beside `repeat`"),
        (
            "{repeat: {times: 3, sequence: [{stop: x}]}}",
            "sequence",
            "it stands as `do` beside `repeat`",
        ),
        ("{wait_for: {webhook: a, timeout: 1h, as: b}}", "as", "it stands beside `wait_for`"),
        ("{action: a.b, retry: {attempts: 3, as: c}}", "as", "it stands beside `retry`"),
    ],
)
def test_what_stands_too_deep_in_a_step(step: str, at: str, where: str) -> None:
    found = only(f"actions: [{step}]")
    assert found.at == at
    assert found.help == f"{where}, in the same column, not within it"


def test_the_last_of_several_triggers_may_hold_what_stands_too_deep() -> None:
    found = only("trigger:\n  - webhook: a\n  - webhook: b\n    actions: [{stop: x}]\n")
    assert found.at == "actions"
    assert "put 0 spaces before it, not 4" in found.help


@pytest.mark.parametrize(
    ("text", "at", "mend"),
    [
        ("webhook: event.created", "webhook", "write trigger: {webhook: event.created}"),
        ("schedule: 0 9 * * *", "schedule", "write trigger: {schedule: 0 9 * * *}"),
        ("cron: 0 9 * * *", "cron", "write trigger: {schedule: 0 9 * * *}"),
        ("event_start: -1h", "event_start", "write trigger: {event_start: -1h}"),
        (
            "webhook: a\nmatch: {data.x: y}",
            "webhook",
            "put a line `trigger:` above it, and 2 spaces before it",
        ),
    ],
)
def test_a_trigger_at_the_top_is_told_once_and_read(text: str, at: str, mend: str) -> None:
    whole = f"{text}\nactions: [{{stop: x}}]\n"
    found = only(whole)
    assert found.at == at
    assert found.help == f"it belongs below `trigger`: {mend}"
    draft = parse(whole).draft
    assert draft is not None
    assert len(draft.triggers) == 1


def test_what_is_nobodys_trigger_is_an_unknown_key_each() -> None:
    parsed = parse("webhook: a\nschedule: 0 9 * * *\nactions: [{stop: x}]\n")
    assert [one.rule for one in parsed.problems] == ["unknown-key"] * 2


@pytest.mark.parametrize(
    ("text", "rule", "at", "mend"),
    [
        ("inputs:\n  a: {type: string, default: b}\n  trigger: {webhook: c}", "unknown-key", "trigger", "write trigger: {webhook: c}"),
        ("inputs:\n    a:\n    type: string\n    default: b", "bad-indentation", "type", "put 6 spaces before it, not 4: write type: string"),
        ("fetch:\n  a:\n  action: b.c\n  d: {action: e.f}", "bad-indentation", "action", "put 4 spaces before it, not 2: write action: b.c"),
        ("fetch:\n  - a:\n    action: b.c", "wrong-type", "a", "take the `-` away: write a:"),
        ("trigger:\n  watch:\n    every: 1m\n    when: now\n    fetch: {a: {action: b.c}}\n  for: 5m", "bad-indentation", "for", "put 4 spaces before it, not 2: write for: 5m"),
        ("throttle:\n  - once_within: 1m", "wrong-type", "once_within", "take the `-` away: write once_within: 1m"),
    ],
)  # fmt: skip
def test_what_stands_a_level_off_is_told_first(text: str, rule: str, at: str, mend: str) -> None:
    whole = f"{text}\nactions: [{{stop: x}}]\n"
    first = parse(whole).problems[0]
    assert (first.rule, whole[first.span.start : first.span.end]) == (rule, at)
    assert (first.help or "").endswith(mend)
    if "- a" not in text:
        assert len(parse(whole).problems) == 1
