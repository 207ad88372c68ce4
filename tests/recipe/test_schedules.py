from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.recipe.model import ScheduleTrigger
from beeflow.recipe.schedules import Cron, Schedule

COPENHAGEN = "Europe/Copenhagen"
ZONES = [
    COPENHAGEN,
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "UTC",
]


def times(
    trigger: ScheduleTrigger, start: str, count: int, started_at: str | None = None
) -> list[str]:
    """Return the first times after `start`, as a clock in the trigger's zone shows them."""
    began = datetime.fromisoformat(started_at or start).timestamp()
    schedule = Schedule.from_trigger(trigger, began)
    after = datetime.fromisoformat(start).timestamp()
    zone = ZoneInfo(trigger.timezone)
    found = schedule.between(after, after + 40 * 366 * 86400, count)
    return [datetime.fromtimestamp(one, zone).strftime("%m-%d %H:%M%z") for one in found]


def cron(text: str, zone: str = COPENHAGEN) -> ScheduleTrigger:
    return ScheduleTrigger(zone, cron=text)


def test_a_time_that_does_not_exist_fires_at_the_next_valid_instant() -> None:
    assert times(cron("30 2 * * *"), "2026-03-28T12:00:00Z", 2) == [
        "03-29 03:00+0200",
        "03-30 02:30+0200",
    ]


def test_several_times_that_do_not_exist_fire_once() -> None:
    assert times(cron("*/20 2,3 * * *"), "2026-03-28T12:00:00Z", 3) == [
        "03-29 03:00+0200",
        "03-29 03:20+0200",
        "03-29 03:40+0200",
    ]


def test_a_time_that_exists_twice_fires_the_first_time() -> None:
    assert times(cron("30 2 * * *"), "2026-10-24T12:00:00Z", 2) == [
        "10-25 02:30+0200",
        "10-26 02:30+0100",
    ]


def test_within_the_repeated_hour_the_next_time_is_after_it() -> None:
    assert times(cron("*/20 * * * *"), "2026-10-25T01:05:00Z", 2) == [
        "10-25 03:00+0100",
        "10-25 03:20+0100",
    ]


def test_a_midnight_that_does_not_exist() -> None:
    assert times(cron("0 0 * * *", "America/Sao_Paulo"), "2018-11-03T12:00:00Z", 2) == [
        "11-04 01:00-0200",
        "11-05 00:00-0200",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 9 * * mon-fri", ["02-02 09:00", "02-03 09:00", "02-04 09:00"]),
        ("0 9 * * 0", ["02-01 09:00", "02-08 09:00"]),
        ("0 9 * * 7", ["02-01 09:00", "02-08 09:00"]),
        ("0 9 * * SUN", ["02-01 09:00", "02-08 09:00"]),
        ("0 9 * * 1", ["02-02 09:00", "02-09 09:00"]),
        ("0 9 * * sat-sun", ["02-01 09:00", "02-07 09:00", "02-08 09:00"]),
        ("0 9 * * 5-7", ["02-01 09:00", "02-06 09:00", "02-07 09:00"]),
        ("0 9 1,15 * *", ["02-01 09:00", "02-15 09:00", "03-01 09:00"]),
        ("0 9 13 * fri", ["02-06 09:00", "02-13 09:00", "02-20 09:00"]),
        ("0 9 */13 * fri", ["02-27 09:00", "03-27 09:00"]),
        ("0 0 1 jan-mar *", ["03-01 00:00", "01-01 00:00"]),
        ("5-10/5 9 1 2 *", ["02-01 09:05", "02-01 09:10"]),
        ("0 0 29 2 *", ["02-29 00:00", "02-29 00:00"]),
    ],
)
def test_cron_means_what_cron_means(text: str, expected: list[str]) -> None:
    found = times(cron(text, "UTC"), "2026-02-01T00:00:00+00:00", len(expected))
    assert found == [f"{one}+0000" for one in expected]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 9 * *", "five fields, and `0 9 \\* \\*` has 4"),
        ("@daily", "write 0 0"),
        ("0 0 9 * * mon", "leave the first out: 0 9"),
        ("60 * * * *", "`60` is no minute"),
        ("* 24 * * *", "`24` is no hour"),
        ("* * 0 * *", "`0` is no day of the month"),
        ("* * * 13 *", "`13` is no month"),
        ("* * * foo *", "or jan, feb"),
        ("* * * * 8", "`8` is no day of the week"),
        ("* * * * mon#1", "`mon#1` is no day of the week"),
        ("*-5 * * * *", "`\\*-5` is no minute"),
        ("1,,2 * * * *", "`1,,2` is no minute"),
        ("5/10 * * * *", "a step needs a range, such as 5-59/2"),
        ("*/0 * * * *", "a step must be at least 1"),
        ("30-10 * * * *", "from the smaller to the larger"),
        ("* * * * fri-mon", "from the smaller to the larger"),
        ("0 9 31 2,4 *", "never comes"),
        ("99999999999999999999 * * * *", "is no minute"),
    ],
)
def test_a_wrong_cron_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Cron(text)


def test_a_day_that_a_month_lacks_is_fine_where_weekdays_count_too() -> None:
    assert len(times(cron("0 9 31 2 fri", "UTC"), "2026-01-01T00:00:00+00:00", 3)) == 3


def test_every_so_often_within_an_hour_goes_on_through_both_changes() -> None:
    every = ScheduleTrigger(COPENHAGEN, every=1800.0)
    assert times(every, "2026-10-25T00:10:00+00:00", 4) == [
        "10-25 02:30+0200",
        "10-25 02:00+0100",
        "10-25 02:30+0100",
        "10-25 03:00+0100",
    ]
    assert times(every, "2026-03-29T00:10:00+00:00", 3) == [
        "03-29 01:30+0100",
        "03-29 03:00+0200",
        "03-29 03:30+0200",
    ]


def test_every_hour_stays_on_the_hour_where_clocks_change_by_half_of_one() -> None:
    every = ScheduleTrigger("Australia/Lord_Howe", every=3600.0)
    assert times(every, "2026-10-03T14:00:00+00:00", 3) == [
        "10-04 01:00+1030",
        "10-04 03:00+1100",
        "10-04 04:00+1100",
    ]
    assert times(every, "2026-04-04T13:50:00+00:00", 3) == [
        "04-05 01:00+1100",
        "04-05 02:00+1030",
        "04-05 03:00+1030",
    ]


def test_every_part_of_a_day_keeps_to_the_wall_clock() -> None:
    every = ScheduleTrigger(COPENHAGEN, every=6 * 3600.0)
    assert times(every, "2026-10-24T17:00:00+00:00", 3) == [
        "10-25 00:00+0200",
        "10-25 06:00+0100",
        "10-25 12:00+0100",
    ]
    daily = ScheduleTrigger(COPENHAGEN, every=86400.0)
    assert times(daily, "2026-10-24T17:00:00+00:00", 2) == ["10-25 00:00+0200", "10-26 00:00+0100"]


def test_every_other_interval_counts_from_the_start() -> None:
    every = ScheduleTrigger("UTC", every=7 * 60.0)
    assert times(every, "2026-01-01T00:00:00+00:00", 2, "2026-01-01T00:01:00+00:00") == [
        "01-01 00:08+0000",
        "01-01 00:15+0000",
    ]
    week = ScheduleTrigger("UTC", every=7 * 86400.0)
    assert times(week, "2026-01-03T00:00:00+00:00", 1, "2026-01-01T05:00:00+00:00") == [
        "01-08 05:00+0000"
    ]


def test_at_fires_once() -> None:
    at = ScheduleTrigger(COPENHAGEN, at="2026-12-01 09:00")
    assert times(at, "2026-01-01T00:00:00+00:00", 5) == ["12-01 09:00+0100"]
    assert times(at, "2026-12-01T08:00:00+00:00", 5) == []


def test_at_in_the_hour_that_does_not_exist_or_with_an_offset() -> None:
    gap = ScheduleTrigger(COPENHAGEN, at="2026-03-29 02:30")
    assert times(gap, "2026-01-01T00:00:00+00:00", 1) == ["03-29 03:00+0200"]
    offset = ScheduleTrigger(COPENHAGEN, at="2026-03-29 02:30 +02:00")
    assert times(offset, "2026-01-01T00:00:00+00:00", 1) == ["03-29 01:30+0100"]


def test_a_time_is_later_than_what_it_is_asked_after() -> None:
    schedule = Schedule.from_trigger(cron("0 9 * * *", "UTC"), 0.0)
    nine = datetime(2026, 1, 1, 9, tzinfo=UTC).timestamp()
    assert schedule.next_after(nine - 0.001) == nine
    assert schedule.next_after(nine) == nine + 86400


def test_at_most_as_many_as_are_asked_for() -> None:
    schedule = Schedule.from_trigger(cron("* * * * *", "UTC"), 0.0)
    assert schedule.between(0.0, 600.0, 3) == (60.0, 120.0, 180.0)
    assert schedule.between(0.0, 180.0, 9) == (60.0, 120.0, 180.0)


CHANGES = st.sampled_from(["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25"])
TRIGGERS = st.one_of(
    st.builds(
        lambda zone, text: ScheduleTrigger(zone, cron=text),
        st.sampled_from(ZONES),
        st.sampled_from(["*/10 * * * *", "30 1-3 * * *", "0 */2 * * *", "17 2 * * *"]),
    ),
    st.builds(
        lambda zone, every: ScheduleTrigger(zone, every=every),
        st.sampled_from(ZONES),
        st.sampled_from([60.0, 420.0, 1200.0, 3600.0, 5400.0, 7200.0, 86400.0, 100.5]),
    ),
)


@settings(max_examples=80, deadline=None)
@given(TRIGGERS, CHANGES, st.integers(-86400, 86400))
def test_times_are_strictly_increasing_over_every_change(
    trigger: ScheduleTrigger, day: str, offset: int
) -> None:
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() + offset
    schedule = Schedule.from_trigger(trigger, start)
    found = schedule.between(start, start + 2 * 86400, 60)
    assert found
    assert found[0] > start
    assert all(one < other for one, other in pairwise(found))


@settings(max_examples=60, deadline=None)
@given(TRIGGERS, CHANGES, st.integers(-43200, 86400))
def test_the_next_time_does_not_depend_on_when_one_asks(
    trigger: ScheduleTrigger, day: str, offset: int
) -> None:
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() + offset
    schedule = Schedule.from_trigger(trigger, start)
    first = schedule.next_after(start)
    assert first is not None
    assert schedule.next_after((start + first) / 2) == first


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(ZONES), CHANGES)
def test_a_daily_time_fires_once_on_each_day(zone: str, day: str) -> None:
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00") - timedelta(days=2)
    schedule = Schedule.from_trigger(cron("30 2 * * *", zone), 0.0)
    found = schedule.between(start.timestamp(), start.timestamp() + 5 * 86400, 9)
    days = [datetime.fromtimestamp(one, ZoneInfo(zone)).date() for one in found]
    assert len(set(days)) == len(days) >= 4
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
