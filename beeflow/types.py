"""JSON, durations and instants: the few types that every room shares.

Durations are float seconds and instants are float Unix seconds (UTC) inside beeflow; they
become text only where a person reads them and aware datetimes only where a recipe does.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""Any JSON value."""

Effect: TypeAlias = Literal["read", "idempotent", "guarded", "once"]
"""What a repeated call does to the world (recipe language, section 5)."""

Outcome: TypeAlias = Literal["succeeded", "failed", "cancelled", "unknown", "skipped"]
"""How a run ended (recipe language, section 10)."""

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
"""The units of a duration."""

_DURATION = re.compile(r"([+-]?)((?:\d+(?:\.\d+)?(?:ms|[smhdw]))+)", re.ASCII)
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])", re.ASCII)
_LONGEST = 100 * 366 * 86400.0

_DATETIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"(?:\s*(Z|[+-]\d\d:?\d\d))?)?",
    re.ASCII,
)


def parse_duration(text: str) -> float:
    """Read a duration such as `10m`, `1h30m`, `500ms` or `-15m` as seconds.

    Raises `ValueError` with a message for the user.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f"`{text}` is not a duration: write a number and a unit (ms, s, m, h, d, w), "
            "such as 30s, 10m or 1h30m"
        )
    seconds = sum(float(number) * SECONDS[unit] for number, unit in _PART.findall(match[2]))
    if seconds > _LONGEST:
        raise ValueError(f"`{text}` is longer than 100 years")
    return -seconds if match[1] == "-" else seconds


def format_duration(seconds: float) -> str:
    """Write seconds the way `parse_duration` reads them, largest unit first."""
    if seconds < 0:
        return "-" + format_duration(-seconds)
    rest = round(seconds * 1000)
    parts: list[str] = []
    for unit in ("d", "h", "m", "s", "ms"):
        size = round(SECONDS[unit] * 1000)
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def parse_datetime(text: str, zone: tzinfo = UTC) -> datetime:
    """Read a time in the platform's formats, or ISO 8601, as an aware datetime.

    `2023-09-23 17:43:05` and `2025-04-28 22:25:08 +02:00` are both sent by BeeStreamed (pages
    "Get event details" and "event.created"); a text without an offset is taken to be in `zone`.
    Raises `ValueError` with a message for the user.
    """
    match = _DATETIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"`{text}` is not a time: write it as 2026-12-01 09:00, or with +01:00")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        naive = datetime(  # noqa: DTZ001 - the zone follows
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            micro,
        )
    except ValueError as error:
        raise ValueError(f"`{text}` is not a time: {error}") from None
    if offset is None:
        return naive.replace(tzinfo=zone)
    if offset == "Z":
        return naive.replace(tzinfo=UTC)
    sign, hours, minutes = offset[0], offset[1:3], offset[-2:]
    return datetime.fromisoformat(f"{naive.isoformat()}{sign}{hours}:{minutes}")


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone called `name`; raises `ValueError` for the user."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"`{name}` is not a time zone: write an IANA name such as Europe/Copenhagen"
        ) from None


def instant(seconds: float) -> datetime:
    """Return Unix seconds as an aware datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def moment(seconds: float, zone: tzinfo) -> datetime:
    """Return Unix seconds as an aware datetime in a time zone."""
    return datetime.fromtimestamp(seconds, zone)


def iso(seconds: float) -> str:
    """Return Unix seconds as text in UTC, to the millisecond, ending in `Z`."""
    return instant(seconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")
