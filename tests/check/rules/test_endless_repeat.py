from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell

REPEAT = """
trigger: {webhook: event.created}
actions:
  - repeat: {until: %s}
    every: 1m
    max: 60
    do:
      - %s
"""
GET = "{action: events.get, as: event, with: {event_ref: abc}}"


def test_what_is_never_true(tell: Tell) -> None:
    assert tell(REPEAT % ("1 > 2", "{wait: 1m}")) == [
        (
            "endless-repeat error <1 > 2> `1 > 2` never holds, so this repeats until `max` and "
            "then fails | read anew in `do` what `until` asks for, with `as`, or write `times`"
        )
    ]


def test_what_no_turn_changes(tell: Tell) -> None:
    (line,) = [
        line
        for line in tell(REPEAT % ("trigger.data.event_chat", "{set: {turns: 1}}"))
        if not line.startswith("unused")
    ]
    assert line == (
        "endless-repeat error <trigger.data.event_chat> nothing in `do` changes "
        "`trigger.data.event_chat`: it ends after the first turn, or repeats until `max` and fails "
        "| ask for what a turn sets: turns"
    )


@pytest.mark.parametrize(
    ("until", "step"),
    [
        ("event.event_status == 'live'", GET),
        ("state.get('n', 0) > 3", "{state: {increment: {n: 1}}}"),
        ("\"now > (trigger.received_at | plus('1h'))\"", "{wait: 1m}"),
        ("loop.index > 3", "{wait: 1m}"),
        (
            "heard.timed_out",
            "{wait_for: {webhook: poll.created, timeout: 1m}, as: heard, on_timeout: continue}",
        ),
        ("1 > 2", "{stop: found, if: trigger.data.event_chat}"),
    ],
)
def test_what_ends(tell: Tell, until: str, step: str) -> None:
    assert [line for line in tell(REPEAT % (until, step)) if "endless" in line] == []


def test_a_number_of_times_needs_no_until(tell: Tell) -> None:
    assert tell("- repeat: {times: 3}\n  do: [{wait: 1m}]") == []


def test_what_is_not_well_formed_is_told_of_once(tell: Tell) -> None:
    (line,) = tell(REPEAT % ("1 ==", "{wait: 1m}"))
    assert line.startswith("expression")
