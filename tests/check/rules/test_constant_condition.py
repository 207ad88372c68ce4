from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell

EVENT = """
trigger: {webhook: event.created}
conditions:
  - %s
actions: [{stop: here}]
"""
LIVE = """
trigger: {webhook: event.updated.status, match: {data.status: %s}}
conditions:
  - %s
actions: [{stop: here}]
"""
DIFFER = "ask for something that can differ, or leave it out"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("\"'a' == 'a'\"", f"warning <'a' == 'a'> `'a' == 'a'` always holds | {DIFFER}"),
        ("1 > 2", f"error <1 > 2> `1 > 2` never holds | {DIFFER}"),
        (
            "not (trigger.data.event_qa or not trigger.data.event_qa)",
            (
                "error <not (trigger.data.event_qa or not trigger.data.event_qa)> `not "
                f"(trigger.data.event_qa or not trigger.data.event_qa)` never holds | {DIFFER}"
            ),
        ),
        (
            "trigger.data.event_qa and 2 > 1",
            f"warning <2 > 1> `2 > 1` always holds | {DIFFER}",
        ),
        (
            "trigger.data.event_title | length < 0",
            (
                "error <trigger.data.event_title | length < 0> `trigger.data.event_title | length "
                f"< 0` never holds | {DIFFER}"
            ),
        ),
    ],
)
def test_a_condition_that_is_constant_by_itself(tell: Tell, condition: str, expected: str) -> None:
    assert tell(EVENT % condition) == [f"constant-condition {expected}"]


def test_a_condition_that_match_has_settled(tell: Tell) -> None:
    same = "trigger.data.status == 'live'"
    assert tell(LIVE % ("live", same)) == [
        (
            f"constant-condition warning <{same}> `{same}` always holds here: the `match` of the "
            "trigger decides it | leave it out"
        )
    ]
    assert "never-equal" in tell(LIVE % ("done", same))[0]
    assert tell(LIVE % ("[live, done]", same)) == []
    assert tell(LIVE % ("{not: live}", same)) != []


def test_two_triggers_must_agree(tell: Tell) -> None:
    text = (
        "trigger:\n  - {webhook: event.updated.status, match: {data.status: live}}\n"
        "  - {webhook: event.updated.status, match: {data.status: %s}}\n"
        "conditions: [trigger.data.status == 'done']\nactions: [{stop: here}]\n"
    )
    assert tell(text % "done") == []
    assert [line.partition(" ")[0] for line in tell(text % "idle")] == ["never-equal"]


def test_conditions_that_contradict_each_other(tell: Tell) -> None:
    first, second = (f"trigger.data.event_delivered_minutes {sign}" for sign in ("> 9", "< 5"))
    assert tell(EVENT % f"{first}\n  - {second}") == [
        (
            f"constant-condition error <{second}> `{second}` never holds here: `{first}` holds "
            "already | so the recipe never does anything: change one of the two"
        )
    ]


STEPS = """
trigger: {webhook: event.created}
actions:
%s
"""


@pytest.mark.parametrize(
    ("steps", "marked", "cause"),
    [
        (
            ("  - if: trigger.data.event_id > 9\n    then:\n"
            "      - {stop: x, if: trigger.data.event_id < 5}"),
            "trigger.data.event_id < 5",
            "never holds here: `trigger.data.event_id > 9` holds already",
        ),
        (
            ("  - if: trigger.data.event_id > 9\n    then: [{wait: 1m}]\n    else:\n"
            "      - {stop: x, if: trigger.data.event_id > 9}"),
            "trigger.data.event_id > 9",
            "never holds here: `trigger.data.event_id > 9` does not hold already",
        ),
        (
            "  - {stop: x, if: trigger.data.event_qa}\n  - {wait: 1m, if: not trigger.data.event_qa}",
            "not trigger.data.event_qa",
            "always holds here: `trigger.data.event_qa` does not hold already",
        ),
        (
            ("  - choose:\n    - {when: trigger.data.event_qa, then: [{wait: 1m}]}\n"
            "    - {when: trigger.data.event_qa, then: [{wait: 2m}]}"),
            "trigger.data.event_qa",
            "never holds here: `trigger.data.event_qa` does not hold already",
        ),
        (
            "  - repeat: {until: 1 == 1}\n    max: 3\n    do: [{wait: 1m}]",
            "1 == 1",
            "always holds | the first turn is the last",
        ),
        (
            ("  - action: log.write\n    with: {message: a}\n    on_error:\n"
            "      - {wait: 1m, if: 1 == 1}"),
            "1 == 1",
            "always holds",
        ),
        (
            "  - parallel: [[{wait: 1m}], [{wait: 1m, if: 1 == 1}]]",
            "1 == 1",
            "always holds",
        ),
        (
            "  - for_each: trigger.data.event_signup\n    do: [{wait: 1m, if: 1 == 1}]",
            "1 == 1",
            "always holds",
        ),
    ],
)  # fmt: skip
def test_a_step_that_is_settled_already(tell: Tell, steps: str, marked: str, cause: str) -> None:
    found = [line for line in tell(STEPS % steps) if line.startswith("constant-condition")]
    assert len(found) == 1
    assert found[0].startswith(f"constant-condition warning <{marked}> ")
    assert cause in found[0]


def test_a_watch_that_never_fires(tell: Tell) -> None:
    text = "trigger:\n  watch: {every: 1m, fetch: {events: {action: events.list}}, when: %s}\nactions: [{stop: x}]"  # fmt: skip
    assert len(tell(text % "events | length > 2 and events | length < 1")) == 1
    assert tell(text % "events | length > 2") == []


@pytest.mark.parametrize(
    "condition",
    [
        "trigger.data.event_id > 9 or trigger.data.event_id < 5",
        "trigger.data.event_lang != 'en' and trigger.data.event_lang != 'da'",
        "any: [trigger.data.event_qa, trigger.data.event_chat]",
        "not: trigger.data.event_qa",
        "trigger.data.event_title is defined",
        "trigger.data.event_title | default('') != ''",
        "trigger.data.event_delivered_minutes > 5 and trigger.data.event_delivered_minutes < 6",
        "state.get('count', 0) < 3",
        "now | weekday < 5 and now | between('09:00', '17:00')",
        "trigger.data.event_title.startswith('a') or trigger.data.event_title.startswith('b')",
    ],
)
def test_what_depends(tell: Tell, condition: str) -> None:
    assert [line for line in tell(EVENT % condition) if "constant" in line] == []


def test_what_may_have_changed_meanwhile(tell: Tell) -> None:
    steps = (
        "  - {wait: 1m, if: \"state.get('n', 0) == 1\"}\n"
        "  - if: state.get('n', 0) == 1\n    then:\n"
        "      - state: {set: {n: 2}}\n"
        "      - {wait: 1m, if: \"state.get('n', 0) == 2\"}\n"
        "  - choose:\n    - {when: trigger.data.event_qa, then: [{wait: 1m}]}\n"
        '    - {when: "true", then: [{wait: 2m}]}'
    )
    assert tell(STEPS % steps) == []


@pytest.mark.parametrize(
    "wrong", ["trigger.data.status == 'ended'", "trigger.data.status > 3", "trigger.data.status"]
)
def test_what_a_wrong_condition_says_is_not_believed(tell: Tell, wrong: str) -> None:
    told = tell(
        f"trigger: {{webhook: event.updated.status}}\nconditions:\n  - {wrong}\n"
        "  - trigger.data.status == 'live'\nactions: [{stop: here}]\n"
    )
    assert len(told) == 1
    assert not told[0].startswith("constant-condition")
