# ruff: noqa: D401 - these docstrings are the reference: they say what comes out
"""Filters on times and durations; two are functions, too. A text is read by `datetime` first."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import TYPE_CHECKING

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.arguments import as_seconds, as_text, as_time, moved
from beeflow.recipe.templates.registry import Example, register
from beeflow.recipe.templates.values import describe
from beeflow.types import format_duration
from beeflow.types import zone as zone_named

if TYPE_CHECKING:
    from datetime import tzinfo

    from beeflow.recipe.templates.limits import Frame

_DIRECTIVES = "aAbBcdDeFGHIjklmMnpRSTuUVwWxXyYzZ%"
_FORMAT = re.compile(rf"(?:[^%]|%-?[{_DIRECTIVES}])*+")
_LONGEST_FORMAT = 200
_CLOCK = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?", re.ASCII)
_FRIDAY = 4
_LONGEST = 1e12


@register(
    "function",
    "datetime",
    Example("datetime('2023-09-23 17:43:05')", '"2023-09-23T17:43:05+00:00"'),
)
@register(
    "filter",
    "datetime",
    Example("'2023-09-23 17:43:05' | datetime", '"2023-09-23T17:43:05+00:00"'),
)
def datetime_(frame: Frame, value: object, timezone: object = None) -> datetime:
    """The time that a text or Unix seconds mean; one without an offset is in `timezone`."""
    return as_time(frame, value, None if timezone is None else _zone(frame, timezone))


def _zone(frame: Frame, name: object) -> tzinfo:
    try:
        return zone_named(as_text(frame, name)[:100])
    except ValueError as error:
        raise ExpressionError(str(error)) from None


@register("filter", "date", Example("'2026-12-01 09:00' | date('%d %b %H:%M')", '"01 Dec 09:00"'))
def date(frame: Frame, value: object, format: object = "%Y-%m-%d") -> str:  # noqa: A002 - as recipes name it
    """The time written by a strftime `format`."""
    pattern = as_text(frame, format)
    if len(pattern) > _LONGEST_FORMAT:
        raise ExpressionError(f"a format has at most {_LONGEST_FORMAT} characters")
    good = _FORMAT.match(pattern)
    if good is None or good.end() < len(pattern):
        wrong = pattern[good.end() if good else 0 :][:2]
        raise ExpressionError(
            f"`{wrong}` is not a part of a time (there are: %{', %'.join(_DIRECTIVES)})"
        )
    try:
        return as_time(frame, value).strftime(pattern)
    except (ValueError, UnicodeError) as error:
        raise ExpressionError(f"this time cannot be written so: {error}") from None


@register(
    "filter",
    "local",
    Example(
        "'2026-07-01 10:00 +00:00' | local('Europe/Copenhagen')", '"2026-07-01T12:00:00+02:00"'
    ),
)
def local(frame: Frame, value: object, timezone: object = None) -> datetime:
    """The same instant on the clocks of `timezone`, or of the recipe's time zone."""
    zone = frame.zone if timezone is None else _zone(frame, timezone)
    try:
        return as_time(frame, value).astimezone(zone)
    except (OverflowError, ValueError):
        raise ExpressionError("this gives a time beyond the years 1 to 9999") from None


@register(
    "filter",
    "plus",
    Example("'2026-12-01 09:00' | plus('1h30m')", '"2026-12-01T10:30:00+00:00"'),
)
def plus(frame: Frame, value: object, duration: object) -> datetime:
    """The time later by `duration`, in real time: a day is 24 hours."""
    return moved(as_time(frame, value), as_seconds(duration))


@register(
    "filter",
    "minus",
    Example("'2026-12-01 09:00' | minus('15m')", '"2026-12-01T08:45:00+00:00"'),
)
def minus(frame: Frame, value: object, duration: object) -> datetime:
    """The time earlier by `duration`, in real time."""
    return moved(as_time(frame, value), -as_seconds(duration))


@register("function", "duration", Example("duration('1h30m')", "5400"))
@register("filter", "duration", Example("'1h30m' | duration", "5400"))
def duration(_: Frame, value: object) -> object:
    """The seconds that a duration such as `1h30m` has; seconds are written as such a text."""
    seconds = as_seconds(value)
    if isinstance(value, str):
        return int(seconds) if seconds.is_integer() else seconds
    if abs(seconds) > _LONGEST:
        raise ExpressionError(f"{describe(value)} is too long a duration")
    return format_duration(seconds)


@register("filter", "between", Example("'2026-12-01 09:30' | between('09:00', '17:00')", "true"))
def between(frame: Frame, value: object, start: object, end: object) -> bool:
    """Whether the clock shows `start` or later, not yet `end`; over midnight if that is less."""
    first, last = _clock(frame, start), _clock(frame, end)
    shown = as_time(frame, value).time()
    if last is None or first is None:
        return last is None and (first is None or first <= shown)
    return first <= shown < last if first <= last else (shown >= first or shown < last)


def _clock(frame: Frame, value: object) -> time | None:
    """Read a time of day; `None` is 24:00, the end of the day."""
    text = as_text(frame, value)
    match = _CLOCK.fullmatch(text.strip()[:20])
    if match is None:
        raise ExpressionError(f"{describe(text)} is not a time of day: write it as '09:00'")
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if (hour, minute, second) == (24, 0, 0):
        return None
    try:
        return time(hour, minute, second)
    except ValueError as error:
        raise ExpressionError(f"{describe(text)} is not a time of day: {error}") from None


@register("filter", "weekday", Example("'2026-12-05 09:00' | weekday", "false"))
def weekday(frame: Frame, value: object) -> bool:
    """Whether the time is on a day from Monday to Friday."""
    return as_time(frame, value).weekday() <= _FRIDAY
