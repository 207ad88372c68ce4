from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.types import (
    format_duration,
    instant,
    iso,
    parse_datetime,
    parse_duration,
    zone,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("10m", 600),
        ("1h30m", 5400),
        ("500ms", 0.5),
        ("-15m", -900),
        ("+10m", 600),
        ("1.5h", 5400),
        ("2w", 1209600),
        (" 1d ", 86400),
    ],
)
def test_reads_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "10", "m", "ten minutes", "1h 30m", "10 m", "1y", "--1m", "1e3s", "\uff11m"]
)
def test_refuses_what_is_no_duration_and_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="such as 30s, 10m or 1h30m"):
        parse_duration(text)


def test_refuses_a_duration_of_ages() -> None:
    with pytest.raises(ValueError, match="longer than 100 years"):
        parse_duration("99999999d")


@given(st.integers(0, 10**9))
def test_what_is_written_is_read_back(milliseconds: int) -> None:
    seconds = milliseconds / 1000
    assert parse_duration(format_duration(seconds)) == pytest.approx(seconds)


def test_writes_durations_largest_unit_first() -> None:
    assert format_duration(90061.5) == "1d1h1m1s500ms"
    assert format_duration(0) == "0s"
    assert format_duration(-60) == "-1m"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-09-23 17:43:05", datetime(2023, 9, 23, 17, 43, 5, tzinfo=UTC)),
        ("2025-04-28 22:25:08 +02:00", datetime(2025, 4, 28, 20, 25, 8, tzinfo=UTC)),
        ("2025-04-28T22:25:08.25Z", datetime(2025, 4, 28, 22, 25, 8, 250000, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-12-01 09:00", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ("2026-12-01T09:00-0530", datetime(2026, 12, 1, 14, 30, tzinfo=UTC)),
    ],
)
def test_reads_the_platforms_times(text: str, expected: datetime) -> None:
    assert parse_datetime(text) == expected


def test_a_time_without_an_offset_is_in_the_given_zone() -> None:
    copenhagen = zone("Europe/Copenhagen")
    assert parse_datetime("2026-12-01 09:00", copenhagen).utcoffset() == timedelta(hours=1)
    offset = timezone(timedelta(hours=5))
    assert parse_datetime("2026-12-01 09:00", offset).tzinfo is offset


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "2026-02-30 10:00", "26-01-01", "10:00"]
)
def test_refuses_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        parse_datetime(text)


@pytest.mark.parametrize("name", ["", "Nowhere", "../etc/passwd", "UTC\0", "Europe"])
def test_refuses_what_is_no_zone(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone"):
        zone(name)


def test_instants_as_text() -> None:
    assert iso(1745871908.1234) == "2025-04-28T20:25:08.123Z"
    assert instant(0) == datetime(1970, 1, 1, tzinfo=UTC)
