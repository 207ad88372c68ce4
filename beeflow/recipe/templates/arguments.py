"""Reading what a filter or method is given: the right kind of value, or an error that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.operators import refuse_unknown
from beeflow.recipe.templates.values import describe, text_of
from beeflow.types import parse_datetime, parse_duration

if TYPE_CHECKING:
    from datetime import tzinfo

    from beeflow.recipe.templates.limits import Frame

_WORK = 65_536
"""Characters that the slow text filters take: they go through a text word by word."""


def as_text(frame: Frame, value: object) -> str:
    """Return text, or a number, time, true or false as text; refuses all else."""
    if isinstance(value, str):
        return value
    refuse_unknown(value)
    if value is None or isinstance(value, list | tuple | Mapping):
        raise ExpressionError(f"this takes text, not {describe(value)}", suggestion="| string")
    return text_of(frame, value)


def as_short_text(frame: Frame, value: object) -> str:
    """Return text for a filter that is slow, bounded more tightly and paid by the character."""
    text = as_text(frame, value)
    if len(text) > _WORK:
        frame.allow_text(frame.limits.text + len(text))
    frame.charge(len(text))
    return text


def as_int(value: object, what: str, least: int = 0, most: int = 1_000_000) -> int:
    """Return a whole number between `least` and `most`; `what` names it in a message."""
    refuse_unknown(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ExpressionError(f"{what} is a whole number, not {describe(value)}")
    if not least <= value <= most:
        raise ExpressionError(f"{what} is from {least:,} to {most:,}, not {describe(value)}")
    return value


def as_number(value: object) -> int | float:
    """Return a number; true and false are 1 and 0."""
    refuse_unknown(value)
    if isinstance(value, int | float):
        return value
    raise ExpressionError(
        f"this takes a number, not {describe(value)}",
        suggestion="| number" if isinstance(value, str) else None,
    )


def as_items(frame: Frame, value: object) -> Sequence[object]:
    """Return the items of a list, the keys of a mapping, the characters of a text."""
    refuse_unknown(value)
    if isinstance(value, Mapping):
        frame.allow_items(len(value))
        return list(value)
    if isinstance(value, list | tuple | str):
        frame.allow_items(len(value))
        return value
    raise ExpressionError(f"this takes a list, not {describe(value)}")


def as_mapping(frame: Frame, value: object) -> Mapping[object, object]:
    """Return a mapping."""
    refuse_unknown(value)
    if isinstance(value, Mapping):
        frame.allow_items(len(value))
        return value
    raise ExpressionError(f"this takes a mapping, not {describe(value)}")


def as_time(frame: Frame, value: object, zone: tzinfo | None = None) -> datetime:
    """Return an aware time: a time, a text that the platform or ISO 8601 writes, Unix seconds."""
    refuse_unknown(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone or frame.zone)
    try:
        if isinstance(value, str):
            return parse_datetime(value[:100], zone or frame.zone)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ExpressionError(str(error)) from None
    raise ExpressionError(f"this takes a time, not {describe(value)}")


def as_seconds(value: object) -> float:
    """Return a duration in seconds: a text such as `15m`, or a number of seconds."""
    refuse_unknown(value)
    if isinstance(value, str):
        try:
            return parse_duration(value[:100])
        except ValueError as error:
            raise ExpressionError(str(error)) from None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ExpressionError(f"a duration is a text such as '15m' or seconds, not {describe(value)}")


def moved(time: datetime, seconds: float) -> datetime:
    """Return `time` moved by real seconds, in the same zone, also across a change of the clock."""
    try:
        return (time.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(time.tzinfo)
    except (OverflowError, ValueError):
        raise ExpressionError("this gives a time beyond the years 1 to 9999") from None
