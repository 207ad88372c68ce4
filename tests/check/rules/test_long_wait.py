from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell

WAITS = """
timeout: 1h
inputs: {late: {type: duration, default: 2h}, odd: {type: string, default: x}}
trigger: {webhook: event.created}
actions:
%s
"""


def late(tell: Tell, steps: str) -> list[str]:
    return [line for line in tell(WAITS % steps) if line.startswith("long-wait")]


def test_a_wait_that_is_too_long_by_itself(tell: Tell) -> None:
    assert late(tell, "  - wait: 2h") == [
        (
            "long-wait error <2h> this takes 2h, and the run may take 1h: its `timeout` comes first "
            "| make `timeout` longer than 2h, or wait less"
        )
    ]


def test_waits_that_are_too_long_together(tell: Tell) -> None:
    assert late(tell, "  - wait: 40m\n  - wait: 30m\n  - wait: 5m") == [
        (
            "long-wait error <30m> with the waits before it, this ends after 1h10m, and the run may "
            "take 1h: its `timeout` comes first | make `timeout` longer than 1h10m, or wait less"
        )
    ]


def test_a_webhook_that_is_waited_for_too_long(tell: Tell) -> None:
    step = "  - wait_for: {webhook: poll.created, timeout: %s}\n    on_timeout: continue"
    assert late(tell, step % "90m") == [
        (
            "long-wait warning <90m> this waits for up to 1h30m, and the run may take 1h: its "
            "`timeout` comes first | make `timeout` longer than 1h30m, or wait less"
        )
    ]
    assert late(tell, step % "30m") == []


@pytest.mark.parametrize(
    ("steps", "marked"),
    [
        ('  - wait: "{{ inputs.late }}"', '"{{ inputs.late }}"'),
        ("  - repeat: {times: 100}\n    every: 1m\n    do: [{set: {a: 1}}]", "1m"),
        ("  - repeat: {times: 10}\n    do: [{wait: 10m}]\n  - wait: 1m", None),
        ("  - if: trigger.data.event_qa\n    then: [{wait: 2h}]", "2h"),
        ("  - if: trigger.data.event_qa\n    then: [{wait: 40m}]\n    else: [{wait: 30m}]\n  - wait: 31m", "31m"),
        ("  - choose: [{when: trigger.data.event_qa, then: [{wait: 3h}]}]", "3h"),
        ("  - parallel: [[{wait: 40m}], [{wait: 1m}]]\n  - wait: 21m", "21m"),
        ("  - for_each: trigger.data.event_signup\n    do: [{wait: 61m}]", "61m"),
        ("  - action: log.write\n    with: {message: a}\n    on_error: [{wait: 4h}]", "4h"),
    ],
)  # fmt: skip
def test_wherever_it_waits(tell: Tell, steps: str, marked: str | None) -> None:
    found = late(tell, steps)
    assert len(found) == (marked is not None)
    assert all(f"<{marked}>" in line for line in found)


@pytest.mark.parametrize(
    "steps",
    [
        "  - wait: 59m",
        "  - {wait: 40m, if: trigger.data.event_qa}\n  - wait: 40m",
        "  - if: trigger.data.event_qa\n    then: [{wait: 40m}]\n  - wait: 40m",
        '  - wait: "{{ trigger.data.event_title }}"',
        '  - wait: "{{ inputs.odd }}"',
        "  - wait: {until: now}",
        "  - repeat: {until: a.event_chat}\n    max: 100\n    every: 1m\n    do: [{action: events.get, as: a, with: {event_ref: x}}]",
    ],
)  # fmt: skip
def test_what_may_end_in_time(tell: Tell, steps: str) -> None:
    assert late(tell, steps) == []


def test_without_a_timeout_a_run_may_wait_as_long_as_it_likes(tell: Tell) -> None:
    assert tell("- wait: 300d") == []
