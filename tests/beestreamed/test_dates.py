from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.dates import start_of

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def test_the_documented_webhook_tells_the_same_start_in_three_ways() -> None:
    event: Any = load_catalog().webhooks["event.created"].sample["data"]
    unix = event["event_date_unix"]
    without_unix = {k: v for k, v in event.items() if k != "event_date_unix"}
    local = {**without_unix, "event_date": "2025-04-28 22:25:08"}
    assert start_of(event, UTC) == start_of(without_unix, UTC) == start_of(local, UTC) == unix


def test_the_api_gives_a_local_time_only() -> None:
    event: Any = load_catalog().operations["events.get"].sample
    assert start_of(event, UTC) == datetime(2023, 9, 23, 17, 43, 5, tzinfo=UTC).timestamp()
    assert start_of(event, COPENHAGEN) == datetime(2023, 9, 23, 15, 43, 5, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("event", "seconds"),
    [
        ({"event_date_unix": 5.5, "event_date": "2026-01-01 00:00:00"}, 5.5),
        ({"event_date_unix": 0, "event_date": "1970-01-01 00:01:00"}, 60),
        ({"event_date_unix": True, "event_date": "1970-01-01 00:01:00"}, 60),
        ({"event_date_unix": None, "event_date": "1970-01-01 01:01:00 +01:00"}, 60),
        ({"event_date": "1970-01-01 01:01:00", "event_timezone": "Europe/Berlin"}, 60),
        ({"event_date": "1970-01-01 00:01:00", "event_timezone": "Mars/Base"}, 60),
        ({"event_date": "1970-01-01 00:01:00", "event_timezone": None}, 60),
        ({"event_date": "1970-01-01 02:01 +02:00", "event_timezone": "Asia/Tokyo"}, 60),
        ({"event_date": None}, None),
        ({"event_date": ""}, None),
        ({"event_date": "soon"}, None),
        ({"event_date": 5}, None),
        ({}, None),
    ],
)
def test_the_surest_way_is_taken(event: dict[str, Any], seconds: float | None) -> None:
    assert start_of(event, UTC) == seconds
