"""Values that must be known when a recipe is loaded: texts, words, numbers, durations, zones.

Each reader takes a place and returns the value, or None where something is wrong (reported).
Templates over `inputs` are rendered first, so that a blueprint may leave any of them open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar
from zoneinfo import available_timezones

from beeflow.recipe import limits
from beeflow.recipe.parser.durations import likely_duration
from beeflow.recipe.parser.known import known
from beeflow.recipe.parser.place import Place, found
from beeflow.recipe.parser.reading import Finding, Reading, did_you_mean, nearest
from beeflow.types import format_duration, parse_datetime, parse_duration, zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.recipe.document import ScalarNode

_Word = TypeVar("_Word", bound=str)

_NUMBER: Final = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?", re.ASCII)


_OFFSET: Final = re.compile(r"[A-Z]{3,5}|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d\d)?")
"""An abbreviation or an offset in the place of a time zone: it does not know when clocks change."""


def text(
    reading: Reading, place: Place, *, most: int | None = None, free: bool = False
) -> str | None:
    """Read a text of at most `most` characters; a `free` one is for people."""
    node = known(reading, place, free=free)
    if node is None:
        return None
    if not isinstance(node.value, str):
        _not_text(reading, place, node)
        return None
    if most is not None and len(node.value) > most:
        message = f"{place.title} has {len(node.value)} characters, and {most} are allowed"
        reading.report(place, Finding("limit", message))
        return None
    return node.value


def _not_text(reading: Reading, place: Place, node: ScalarNode) -> None:
    quoted = None if node.value is None else f'text, in quotes: "{node.text}"'
    reading.wrong_type(place, "text", quoted)


def word(reading: Reading, place: Place, allowed: Sequence[_Word]) -> _Word | None:
    """Read one of a few words."""
    node = known(reading, place)
    if node is None:
        return None
    for candidate in allowed:
        if node.value == candidate:
            return candidate
    near = nearest(node.text, allowed)
    reading.report(
        place,
        Finding(
            "bad-value",
            f"{place.title} cannot be {found(node)}",
            did_you_mean(near, allowed),
            near,
        ),
    )
    return None


def boolean(reading: Reading, place: Place) -> bool | None:
    """Read `true` or `false`."""
    node = known(reading, place)
    if node is None:
        return None
    if isinstance(node.value, bool):
        return node.value
    meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(
        node.text.lower(), node.text.lower()
    )
    likely = (meant,) if meant in {"true", "false"} else ()
    reading.report(
        place,
        Finding(
            "wrong-type",
            f"{place.title} must be true or false, and this is {found(node)}",
            f"write {likely[0]}, in small letters and without quotes" if likely else None,
            likely,
        ),
    )
    return None


def integer(reading: Reading, place: Place, least: int, most: int) -> int | None:
    """Read a whole number within bounds."""
    node = known(reading, place)
    if node is None:
        return None
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int):
        reading.wrong_type(place, "a whole number", f"a number without quotes, such as {least}")
        return None
    if value > most:
        message = f"{place.title} is {value}, and at most {most} is allowed"
        reading.report(place, Finding("limit", message))
        return None
    if value < least:
        message = f"{place.title} is {value}, and must be at least {least}"
        reading.report(place, Finding("bad-value", message))
        return None
    return value


def duration(
    reading: Reading, place: Place, *, signed: bool = False, least: float = 0.0
) -> float | None:
    """Read a duration such as `10m` as seconds; with `signed`, it may be negative."""
    node = known(reading, place)
    if node is None:
        return None
    seconds = duration_of(reading, place, node)
    if seconds is None:
        return None
    if seconds < 0 and not signed:
        message = f"{place.title} cannot be negative"
        reading.report(place, Finding("bad-duration", message, "remove the minus sign"))
        return None
    if seconds < least and not signed:
        message = f"{place.title} must be at least {format_duration(least)}"
        reading.report(place, Finding("bad-duration", message))
        return None
    return seconds


def duration_of(reading: Reading, place: Place, node: ScalarNode) -> float | None:
    """Read a scalar as seconds, whatever its sign."""
    if not isinstance(node.value, str):
        bare = _NUMBER.fullmatch(node.text)
        help_ = (
            f"add a unit: {node.text}s, {node.text}m or {node.text}h"
            if bare
            else "write it as 30s, 10m or 1h30m"
        )
        message = f"{place.title} must be a duration, and this is {found(node)}"
        reading.report(place, Finding("bad-duration", message, help_))
        return None
    try:
        return parse_duration(node.value)
    except ValueError as error:
        message, _, help_text = str(error).partition(": ")
        likely = likely_duration(node.value)
        help_text = f"write {likely}" if likely else help_text
        reading.report(
            place, Finding("bad-duration", message, help_text or None, (likely,) if likely else ())
        )
        return None


def timezone(reading: Reading, place: Place) -> str | None:
    """Read the name of an IANA time zone."""
    name = text(reading, place, most=limits.TEXT)
    if name is None:
        return None
    try:
        zone(name)
    except ValueError as error:
        message, _, help_text = str(error).partition(": ")
        offset = _OFFSET.fullmatch(name)
        near = () if offset else nearest(name, sorted(available_timezones()))[:1]
        help_text = did_you_mean(near) if near else help_text
        reading.report(place, Finding("bad-timezone", message, help_text, near))
        return None
    return name


def moment(reading: Reading, place: Place) -> str | None:
    """Read a date with time, and return it as it was written."""
    written = text(reading, place, most=limits.TEXT)
    if written is None:
        return None
    try:
        parse_datetime(written)
    except ValueError as error:
        message, _, help_text = str(error).partition(": ")
        reading.report(place, Finding("bad-time", message, help_text or None))
        return None
    return written
