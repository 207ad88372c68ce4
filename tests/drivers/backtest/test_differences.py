from __future__ import annotations

import pytest

from beeflow.drivers.backtest.deeds import Deed, Made, failing_clause, made_of
from beeflow.drivers.backtest.differences import call_text, decision, difference
from beeflow.drivers.occasion import as_event

EVENT = as_event({"data": {}}, "event.created", 0.0)


def made(after: float = 0.0, action: str = "slack.post", would: bool = False, **args: str) -> Made:
    return Made(after, action, dict(args), would)


def texts(before: list[Deed], after: list[Deed]) -> tuple[str, ...] | None:
    found = difference(EVENT, "r", before, after)
    return None if found is None else found.texts


def done(*calls: Made, outcome: str = "succeeded", why: str = "") -> Deed:
    return Deed(outcome, why, calls)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([done()], [done()], None),
        ([], [done()], ("does not start → succeeded",)),
        (
            [done(outcome="skipped", why="a > 1")],
            [done()],
            ("skipped: a > 1 → succeeded",),
        ),
        ([done(made(1.5))], [done(made())], None),
        (
            [done(made(600))],
            [done(made(60))],
            ("slack.post: 10m after the event → 1m after the event (9m earlier)",),
        ),
        (
            [done(made())],
            [done(made(60))],
            ("slack.post: at once → 1m after the event (1m later)",),
        ),
        ([done(made(text="a"))], [done(made(text="b"))], ("slack.post, `text`: a → b",)),
        (
            [done(made(text="a"))],
            [done(made(channel="b"))],
            ("slack.post, `text`: a → (not given)", "slack.post, `channel`: (not given) → b"),
        ),
        (
            [done(made(text="a"))],
            [done(made(action="log.write"))],
            ("new: log.write at once", "no longer: slack.post at once (text: a)"),
        ),
        (
            [done(made(would=True))],
            [done(made())],
            ("slack.post: made now",),
        ),
    ],
)
def test_what_differs_is_told(
    before: list[Deed], after: list[Deed], told: tuple[str, ...] | None
) -> None:
    found = texts(before, after)
    assert found is None if told is None else sorted(found or ()) == sorted(told)


def test_what_had_not_ended_is_not_compared() -> None:
    assert texts([Deed("None", "", (), done=False)], [done()]) is None


def test_a_decision_on_several_runs_names_each() -> None:
    assert decision([done(), done(outcome="failed", why="down")]) == "succeeded, failed: down"


def test_long_values_are_cut() -> None:
    text = call_text(made(text="x" * 200, would=True))
    assert text.startswith("would slack.post at once (text: xxx")
    assert text.endswith("x…)")


def test_of_several_attempts_the_last_counts() -> None:
    calls = [("actions/0#1", made(0)), ("actions/1#1", made(2)), ("actions/0#2", made(1))]
    assert [one.after for one in made_of(calls)] == [2, 1]


def test_the_first_clause_that_fails_is_named() -> None:
    told = {
        "value": False,
        "clauses": [{"text": "a", "value": True}, {"text": "b", "value": False}],
    }
    assert failing_clause(told) == "b"
    assert failing_clause({"value": False, "clauses": []}) == "its conditions"
    assert failing_clause({"value": True}) == ""
    assert failing_clause(None) == ""
