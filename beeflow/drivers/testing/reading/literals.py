"""Values of a test file as they stand there: nothing in it is a template."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.recipe.document import ScalarNode
from beeflow.recipe.parser.place import Place, found
from beeflow.recipe.parser.reading import Finding, Reading, did_you_mean, nearest
from beeflow.recipe.parser.scalars import duration_of
from beeflow.types import Json, parse_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence

_OFFSET: Final = re.compile(r"(Z|[+-]\d\d:?\d\d)\s*$")


def text(reading: Reading, place: Place, example: str | None = None) -> str | None:
    """Read a text that is not empty; None (reported) where there is none."""
    node = place.node
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.value.strip():
        return node.value
    quoted = example
    if isinstance(node, ScalarNode) and node.value is not None and not isinstance(node.value, str):
        quoted = f'text, in quotes: "{node.text}"'
    reading.wrong_type(place, "text", quoted)
    return None


def whole_number(reading: Reading, place: Place, least: int, most: int) -> int | None:
    """Read a whole number within bounds."""
    node = place.node
    value = node.value if isinstance(node, ScalarNode) else None
    if isinstance(value, bool) or not isinstance(value, int):
        reading.wrong_type(place, "a whole number", f"a number without quotes, such as {least}")
        return None
    if not least <= value <= most:
        message = f"{place.title} is {value}; allowed: {least} to {most}"
        reading.report(place, Finding("bad-value", message))
        return None
    return value


def duration(reading: Reading, place: Place) -> float | None:
    """Read a duration, such as 10m, as seconds; it is not negative."""
    node = place.node
    if not isinstance(node, ScalarNode):
        reading.wrong_type(place, "a duration", "30s, 10m or 1h30m")
        return None
    seconds = duration_of(reading, place, node)
    if seconds is not None and seconds < 0:
        message = f"{place.title} cannot be negative"
        reading.report(place, Finding("bad-duration", message, "remove the minus sign"))
        return None
    return seconds


def moment(reading: Reading, place: Place) -> float | None:
    """Read a time with its offset, as Unix seconds."""
    written = text(reading, place)
    if written is None:
        return None
    try:
        read = parse_datetime(written)
    except ValueError as error:
        message, _, help_ = str(error).partition(": ")
        reading.report(place, Finding("bad-time", message, help_ or None))
        return None
    if not _OFFSET.search(written):
        message = f"{place.title} needs an offset: where in the world is it `{written}`?"
        help_ = f'add Z for UTC or an offset, such as "{written} +01:00"'
        reading.report(place, Finding("bad-time", message, help_))
        return None
    return read.timestamp()


def word(reading: Reading, place: Place, allowed: Sequence[str]) -> str | None:
    """Read one of a few words."""
    node = place.node
    if isinstance(node, ScalarNode) and node.value in allowed:
        return str(node.value)
    near = nearest(node.text, allowed) if isinstance(node, ScalarNode) else ()
    message = f"{place.title} cannot be {found(node)}"
    reading.report(place, Finding("bad-value", message, did_you_mean(near, allowed), near))
    return None


def mapping(reading: Reading, place: Place, what: str, example: str) -> dict[str, Json]:
    """Read a mapping of anything; empty (reported, unless nothing is there) where it is none."""
    value = place.node.plain()
    if isinstance(value, dict):
        return value
    if not place.is_null:
        reading.wrong_type(place, what, example)
    return {}
