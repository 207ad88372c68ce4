from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from beeflow.errors import ExpressionError
from beeflow.recipe.templates import Context, parse_expression

COPENHAGEN = Context(zone=ZoneInfo("Europe/Copenhagen"))
SCOPE: dict[str, object] = {
    "now": datetime(2026, 7, 3, 8, 0, tzinfo=UTC),
    "naive": datetime(2026, 7, 3, 8, 0),  # noqa: DTZ001 - what is under test
    "before": datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/Copenhagen")),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("('2025-04-28 22:25:08 +02:00' | datetime).timestamp()", 1745871908.0),
        ("('2026-07-03 10:00' | datetime) == now", True),
        ("('2026-07-03 04:00' | datetime('America/New_York')) == now", True),
        ("(1783065600 | datetime) == now", True),
        ("datetime('2026-07-03 10:00') == now", True),
        ("datetime('2026-07-03 04:00', 'America/New_York') == now", True),
        ("duration('1h30m')", 5400),
        ("(naive | datetime).isoformat()", "2026-07-03T08:00:00+02:00"),
        ("now | local | date('%H:%M %Z')", "10:00 CEST"),
        ("now | local('Asia/Tokyo') | date('%-H')", "17"),
        ("now | date", "2026-07-03"),
        ("now | date('100%%')", "100%"),
        ("(now | plus('1h30m')).isoformat()", "2026-07-03T09:30:00+00:00"),
        ("(now | minus(60)).isoformat()", "2026-07-03T07:59:00+00:00"),
        ("(now | plus('-1d')).day", 2),
        ("(before | plus('1d')) | date('%d %H:%M')", "26 00:30"),
        ("(before | plus('1d')) - before", 86400.0),
        ("'90m' | duration", 5400),
        ("'500ms' | duration", 0.5),
        ("5400 | duration", "1h30m"),
        ("(now - '2026-07-03 07:00' | datetime) | duration", "3h"),
        ("now | local('Europe/Copenhagen') | between('09:00', '17:00')", True),
        ("'2026-07-03 17:00' | between('09:00', '17:00')", False),
        ("'2026-07-03 09:00' | between('09:00', '17:00:30')", True),
        ("'2026-07-03 23:00' | between('22:00', '06:00')", True),
        ("'2026-07-03 05:00' | between('22:00', '06:00')", True),
        ("'2026-07-03 12:00' | between('22:00', '06:00')", False),
        ("'2026-07-03 23:59' | between('22:00', '24:00')", True),
        ("'2026-07-03 21:59' | between('22:00', '24:00')", False),
        ("'2026-07-03 21:59' | between('24:00', '24:00')", True),
        ("'2026-07-03 21:59' | between('24:00', '23:00')", False),
        ("now | weekday", True),
        ("'2026-07-04' | weekday", False),
        ("now.year ~ now.month ~ now.day ~ now.hour ~ now.minute ~ now.second", "202673800"),
        ("now.weekday() ~ now.isoweekday()", "45"),
    ],
)
def test_filters_on_times(text: str, expected: object) -> None:
    value = parse_expression(text).evaluate(SCOPE, COPENHAGEN)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'soon' | datetime", "is not a time: write it as"),
        ("'2026-02-30' | datetime", "is not a time"),
        ("true | datetime", "takes a time, not boolean"),
        ("none | date", "takes a time, not null"),
        ("1e300 | datetime", "out of range|too large"),
        ("now | local('Mars/Olympus')", "is not a time zone"),
        ("now | date('%Q')", "`%Q` is not a part of a time"),
        ("now | date('%0999999d')", "`%0` is not a part"),
        ("now | date('a%')", "`%` is not a part"),
        ("now | date('%Y' * 101)", "at most 200 characters"),
        ("now | plus('1 hour')", "is not a duration"),
        ("now | plus(none)", "such as '15m' or seconds, not null"),
        ("now | plus(1e300)", "years 1 to 9999"),
        ("'9999-12-31 23:59' | local('Asia/Tokyo')", "years 1 to 9999"),
        ("1e15 | duration", "too long a duration"),
        ("now | between('9', '17:00')", "is not a time of day"),
        ("now | between('09:00', '25:00')", "is not a time of day"),
    ],
)
def test_what_is_not_a_time_is_said(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        parse_expression(text).evaluate(SCOPE)
