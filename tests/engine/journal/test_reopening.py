"""Which runs a person may open again."""

from __future__ import annotations

import pytest
from engine.journal.sample import record

from beeflow.engine.journal import reopening
from beeflow.engine.journal.policy import Spot
from beeflow.errors import NothingFound, UsageError


def test_every_refusal_says_what_can_be_done() -> None:
    with pytest.raises(UsageError, match="r-1 ended skipped, and only a run that ended failed"):
        reopening.require_retriable("r-1", "done", "skipped")
    with pytest.raises(UsageError, match=r"r-1 has not ended \(it is waiting\), and only"):
        reopening.require_unknown("r-1", "waiting", None)
    with pytest.raises(NothingFound, match="there is no run r-1: `beeflow runs list`"):
        reopening.require_unknown("r-1", None, None)
    with pytest.raises(NothingFound, match="`12` is not the id of a run, such as r-12"):
        reopening.named_run("12")


def test_what_was_done_is_kept_but_for_the_handling_of_the_failure() -> None:
    records = {
        one.path: one
        for one in (
            record("a#1"),
            record("b#1", "failed"),
            record("c#1", "open"),
            record("on_error/0#1"),
            record("actions/0/on_error/0#1"),
        )
    }

    kept = reopening.kept_for_retry(records, 200.0)
    answered = reopening.kept_for_answer(records, record("b#1", output=1), 200.0)

    assert [one.path for one in kept] == ["a#1", "actions/0/on_error/0#1", "reopened"]
    assert answered[:3] == [record("a#1"), record("b#1", output=1), record("c#1", "open")]
    assert [one.path for one in answered[3:]] == ["actions/0/on_error/0#1", "reopened"]


@pytest.mark.parametrize("mode", ["queue", "drop", "restart"])
def test_a_run_that_is_opened_again_goes_behind_the_others(mode: str) -> None:
    spot = reopening.spot_again(Spot("greet", "g", mode, 1))  # type: ignore[arg-type]  # one of the modes

    assert spot == Spot("greet", "g", "queue", None)


def test_side_by_side_stays_so() -> None:
    spot = Spot("greet", "g", "parallel", 2)

    assert reopening.spot_again(spot) is spot
