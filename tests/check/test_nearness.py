from __future__ import annotations

import pytest

from beeflow.check.nearness import did_you_mean, nearest, slip_of


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("event_titel", "event_title"),
        ("event_titl", "event_title"),
        ("event_tite", "event_title"),
        ("evnet_title", "event_title"),
        ("eventTitle", "event_title"),
        ("event_titles", "event_title"),
        ("event_title_", "event_title"),
        ("statsu", "status"),
        ("satsu", "status"),
        ("Status", "status"),
        ("dta", "data"),
        ("daat", "data"),
        ("attemps", "attempt"),
    ],
)
def test_a_slip_of_the_hand(name: str, known: str) -> None:
    assert slip_of(name, ("event_date", known)) == known


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("event_note", "event_date"),
        ("event_data", "event_date"),
        ("event_time", "event_date"),
        ("event_date_utc", "event_date_unix"),
        ("field_2", "field_1"),
        ("question12", "question11"),
        ("note", "name"),
        ("ip", "id"),
        ("poll_ref", "event_ref"),
        ("signup_ref_poll", "poll_ref_signup"),
        ("venue", "viewers"),
        ("x", "y"),
        ("wholly_different", "status"),
    ],
)
def test_a_name_of_its_own(name: str, known: str) -> None:
    assert slip_of(name, (known,)) is None


def test_the_nearest_are_offered_best_first() -> None:
    assert nearest("poll_re", ("poll_refs", "poll_ref")) == ("poll_ref", "poll_refs")
    assert did_you_mean(("poll_ref",), ("poll_ref",)) == "did you mean `poll_ref`? (has: poll_ref)"
    assert did_you_mean((), ("a", "b")) == "has: a, b"
    assert did_you_mean(()) is None
