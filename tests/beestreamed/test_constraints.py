from __future__ import annotations

from typing import Any

import pytest

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.constraints import read_constraint

OPERATIONS = load_catalog().operations


def test_flags_that_exclude_each_other() -> None:
    operation = OPERATIONS["events.send_emails"]
    both: Any = {"event_ref": "E", "excludeSent": True, "excludeNotSent": 1}
    assert operation.check(both) == (
        (
            "events.send_emails: `excludeSent`, `excludeNotSent` exclude each other:"
            " leave out all but one"
        ),
    )
    assert operation.check({**both, "excludeNotSent": False}) == ()
    assert operation.problems({"event_ref": "E", "excludeSent": True}, ["excludeNotSent"]) == ()


def test_a_change_must_change_something() -> None:
    operation = OPERATIONS["videos.update"]
    assert operation.check({"video_ref": "V"}) == (
        "videos.update: nothing to change is given: add at least one of `title`, `event_ref`",
    )
    assert operation.problems({"video_ref": "V"}, ["title"]) == ()


@pytest.mark.parametrize(
    "args",
    [
        {"state": True},
        {"state": False},
        {"vote": True, "option_index": 0},
        {"vote": True, "option_index": 1, "email": "a@b", "name": "A"},
    ],
)
def test_a_poll_is_updated_in_one_of_two_ways(args: dict[str, Any]) -> None:
    assert OPERATIONS["polls.update"].check({"event_ref": "E", "poll_ref": "P", **args}) == ()


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"vote": True},
        {"option_index": 0},
        {"state": True, "vote": True, "option_index": 0},
        {"state": True, "email": "a@b"},
        {"email": "a@b"},
    ],
)
def test_a_poll_is_not_updated_in_two_ways_or_none(args: dict[str, Any]) -> None:
    (message,) = OPERATIONS["polls.update"].check({"event_ref": "E", "poll_ref": "P", **args})
    assert message == (
        "polls.update: the parameters do not go together: give `state`; or `vote` with"
        " `option_index` (and, if wanted, `email`, `name`)"
    )


@pytest.mark.parametrize(
    ("args", "fine"),
    [
        ({"group_by": "minute", "timeframe": "1000,4599"}, True),
        ({"group_by": "minute", "timeframe": "1000,4600"}, False),
        ({"timeframe": "1000,4600"}, False),
        ({"timeframe": "1000,4599"}, True),
        ({"group_by": "ten_minute", "timeframe": "0,21599"}, True),
        ({"group_by": "ten_minute", "timeframe": "0,21600"}, False),
        ({"group_by": "hour", "timeframe": "0,99999999"}, True),
        ({"group_by": "minute"}, True),
    ],
)
def test_a_fine_timeseries_needs_a_short_timeframe(args: dict[str, Any], fine: bool) -> None:
    assert (OPERATIONS["analytics.timeseries"].check({"event_ref": "E", **args}) == ()) == fine


def test_the_message_tells_how_long_it_is_and_may_be() -> None:
    operation = OPERATIONS["analytics.timeseries"]
    args: Any = {"event_ref": "E", "timeframe": "0,7200"}
    assert operation.check(args) == (
        "analytics.timeseries: `timeframe` spans 2h, but `group_by: minute` needs less than 1h",
    )
    assert operation.problems({"event_ref": "E"}, ["timeframe"]) == ()
    assert operation.problems({"event_ref": "E", "timeframe": "0,7200"}, ["group_by"]) == ()


def test_a_timeframe_that_cannot_be_read_is_not_its_business() -> None:
    rule = read_constraint({"rule": "timeframe", "below": 60, "when": {"g": "m"}}, {"g": "m"}, ())
    assert rule.problem({"timeframe": "x,y"}, ()) is None


def test_a_rule_that_does_not_exist_is_an_error_of_the_description() -> None:
    with pytest.raises(ValueError, match="`some` is not a rule"):
        read_constraint({"rule": "some"}, {}, ())
