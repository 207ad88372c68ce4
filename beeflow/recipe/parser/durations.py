"""Durations as people and other tools write them: 5 minutes, 00:05:00, {minutes: 5}."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.recipe.document import MappingNode, ScalarNode

if TYPE_CHECKING:
    from beeflow.recipe.document import Node

_UNITS: Final = {
    **dict.fromkeys(("w", "week", "weeks"), "w"),
    **dict.fromkeys(("d", "day", "days"), "d"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("ms", "millis", "millisecond", "milliseconds"), "ms"),
}
_PART: Final = r"(?a:(\d+(?:[.,]\d+)?)\s*([a-z]+)(?:\s*,?\s*(?:and\s+)?|$))"
_WHOLE: Final = rf"(?a)\s*([+-]?)\s*((?:{_PART})+)\s*"
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?", re.ASCII)


def likely_duration(text: str) -> str | None:
    """Return a duration as it is written here, where a text surely is one."""
    if found := _CLOCK.fullmatch(text.strip()):
        counts = zip(found.groups(default="0"), "hms", strict=True)
        return "".join(f"{int(one)}{unit}" for one, unit in counts if int(one)) or None
    whole = re.fullmatch(_WHOLE, text.lower())
    if whole is None:
        return None
    parts = [(one[1].replace(",", "."), _UNITS.get(one[2])) for one in re.finditer(_PART, whole[2])]
    if not all(unit for _, unit in parts):
        return None
    return whole[1].strip("+") + "".join(f"{count}{unit}" for count, unit in parts)


def duration_of_parts(node: Node) -> str | None:
    """Return what a mapping of units to numbers is as a duration."""
    if not isinstance(node, MappingNode) or not node.entries:
        return None
    parts = [(entry.value, _UNITS.get(entry.name)) for entry in node]
    if not all(unit and isinstance(one, ScalarNode) and one.text for one, unit in parts):
        return None
    return "".join(f"{one.text}{unit}" for one, unit in parts if isinstance(one, ScalarNode))
