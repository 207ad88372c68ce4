from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell

NOW = 1_796_000_000.0  # 2026-11-29
AT = "trigger: {schedule: {at: '%s'}}\nactions: [{stop: x}]"


def test_a_moment_that_never_comes_again(tell: Tell) -> None:
    assert tell(AT % "2026-11-01 09:00", now=NOW) == [
        (
            "past-time warning <'2026-11-01 09:00'> `2026-11-01 09:00` was 28d ago: this never "
            "comes again | give the next moment, or remove the recipe"
        )
    ]


@pytest.mark.parametrize("moment", ["2026-11-29 09:00", "2027-01-01 09:00"])
def test_a_moment_that_comes_or_has_just_been(tell: Tell, moment: str) -> None:
    assert tell(AT % moment, now=NOW) == []
    assert tell(AT % "2020-01-01 09:00", now=None) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- wait: 0s", "<0s> `0s` is no time at all"),
        ("- wait: 400d", "<400d> `400d` is more than a year"),
        ("- repeat: {times: 0}\n  do: [{wait: 1m}]", "<0> `0` is not even once"),
        (
            "trigger: {event_start: -400d}\nactions: [{stop: x}]",
            "<-400d> `-400d` is more than a year",
        ),
        (
            "- action: log.write\n  with: {message: a}\n  retry: {delay: 10m, max_delay: 1m}",
            "<10m> `10m` is longer than `max_delay`",
        ),
    ],
)
def test_a_duration_that_is_a_slip(tell: Tell, text: str, expected: str) -> None:
    found = [line for line in tell(text) if line.startswith("odd-duration")]
    assert found == [f"odd-duration warning {expected} | write what is meant, or leave it out"]


@pytest.mark.parametrize(
    "text",
    [
        "- wait: 300d",
        "- wait: '{{ run.attempt }}m'",
        "- repeat: {times: 1}\n  do: [{wait: 1m}]",
        "trigger: {event_start: 0s}\nactions: [{stop: x}]",
    ],
)
def test_durations_that_are_fine(tell: Tell, text: str) -> None:
    assert [line for line in tell(text) if line.startswith("odd-duration")] == []
