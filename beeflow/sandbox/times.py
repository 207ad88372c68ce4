"""Times in the forms of the platform."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from beeflow.types import instant, parse_datetime, zone

if TYPE_CHECKING:
    from datetime import datetime

    from beeflow.sandbox.records import Event

_FORM = "%Y-%m-%d %H:%M:%S"
_FIRST_YEAR, _LAST_YEAR = 1971, 9990
_DAY = 86400.0
_OFFSET = len("+02:00")
_PLACES = "Brussels, Copenhagen, Madrid, Paris"
NO_UPDATE = "0001-01-01T00:00:00Z"
"""What `updated_at` of a stream says before there was anything to update."""


def utc(seconds: float | None) -> str | None:
    """Write an instant as `2023-09-21 15:43:05`, in UTC; None stays None."""
    return None if seconds is None else instant(seconds).strftime(_FORM)


def local_date(event: Event) -> str:
    """Write when an event starts as the API does: local, without an offset."""
    return _local(event).strftime(_FORM)


def offset_date(event: Event) -> str:
    """Write when an event starts as webhooks do: `2025-04-28 22:25:08 +02:00`."""
    text = _local(event).isoformat(sep=" ", timespec="seconds")
    return f"{text[:-_OFFSET]} {text[-_OFFSET:]}"


def zone_name(event: Event) -> str:
    """Return the display name of an event's time zone, which webhooks carry beside the other."""
    local = _local(event)
    standard = (local.utcoffset() or timedelta()) - (local.dst() or timedelta())
    sign = "-" if standard < timedelta() else "+"
    hours, minutes = divmod(int(abs(standard).total_seconds()) // 60, 60)
    place = _PLACES if standard == timedelta(hours=1) else event.timezone
    return f"(UTC{sign}{hours:02}:{minutes:02}) {place}"


def rfc3339(seconds: float) -> str:
    """Write an instant as `2025-04-28T09:00:00Z`."""
    return instant(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_local(text: str, timezone: str) -> float:
    """Read a time in one of the platform's formats; raises `ValueError` for the user."""
    moment = parse_datetime(text, zone(timezone))
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"`{text}` is not between {_FIRST_YEAR} and {_LAST_YEAR}")
    return moment.timestamp()


def end_of(text: str, timezone: str) -> float:
    """Read the end of a range: a bare date means the whole of that day."""
    moment = read_local(text, timezone)
    if ":" in text:
        return moment
    return moment + _DAY - 1


def _local(event: Event) -> datetime:
    return instant(event.date).astimezone(zone(event.timezone))
