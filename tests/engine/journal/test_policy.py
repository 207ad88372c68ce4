"""What the journals decide alike."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from beeflow.engine.commands import WriteState
from beeflow.engine.journal import policy
from beeflow.engine.journal.policy import Company, Mode, Spot
from beeflow.engine.journal.records import Delay

LETTERS = st.text("ab.", max_size=8)


@given(st.text("ab.*", max_size=8), LETTERS)
@example("a*a", "a")
@example("*.*", ".")
@example("a**b", "ab")
@example("*a*b*", "ba")
@example("", "")
def test_a_star_stands_for_any_text(pattern: str, kind: str) -> None:
    expected = re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), kind) is not None

    assert policy.topic_matches(pattern, kind) is expected


def test_a_hostile_pattern_takes_no_time() -> None:
    assert not policy.topic_matches("*a" * 2000 + "*b", "a" * 10_000)


@pytest.mark.parametrize(
    ("mode", "limit", "active", "queued", "found"),
    [
        ("queue", None, 0, 0, "ready"),
        ("queue", None, 1, 0, "queued"),
        ("queue", 2, 1, 1, "queued"),
        ("queue", 2, 1, 2, "dropped"),
        ("queue", 0, 0, 0, "ready"),
        ("drop", None, 0, 0, "ready"),
        ("drop", None, 1, 0, "dropped"),
        ("drop", None, 0, 1, "dropped"),
        ("restart", None, 0, 0, "ready"),
        ("restart", 0, 1, 0, "queued"),
        ("parallel", None, 9, 9, "ready"),
        ("parallel", 2, 1, 0, "ready"),
        ("parallel", 2, 2, 0, "queued"),
        ("parallel", 2, 1, 1, "queued"),
        ("parallel", 0, 0, 0, "ready"),
    ],
)
def test_where_a_run_is_put(
    mode: Mode, limit: int | None, active: int, queued: int, found: str
) -> None:
    spot = Spot("greet", "g", mode, limit)

    assert policy.place(spot, Company(active, queued)) == found


@pytest.mark.parametrize(
    ("limit", "at", "until"), [(None, 100.0, 130.0), (60.0, 120.0, 150.0), (60.0, 150.0, 160.0)]
)
def test_when_a_debounce_is_over(limit: float | None, at: float, until: float) -> None:
    assert policy.quiet_until(Delay("debounce", "k", 30.0, limit), at, 100.0) == until


@pytest.mark.parametrize(
    ("topic", "run"),
    [("run:r-1", "r-1"), ("run:", None), ("run", None), ("poll.created", None), ("x:r-1", None)],
)
def test_which_run_a_topic_means(topic: str, run: str | None) -> None:
    assert policy.awaited_run(topic) == run


def test_a_long_value_is_cut_in_the_message() -> None:
    change = WriteState("p", {}, {"n": 1}, ())

    with pytest.raises(ValueError, match=r'^`n` is "x{36}\.\.\., and only'):
        policy.changed_state({"n": "x" * 500}, change)


def test_what_was_kept_is_not_changed_in_place() -> None:
    kept = {"a": 1}

    assert policy.changed_state(kept, WriteState("p", {"b": 1}, {"a": 1}, ())) == {"a": 2, "b": 1}
    assert kept == {"a": 1}
