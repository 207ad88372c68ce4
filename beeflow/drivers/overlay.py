"""What is given, laid over what is documented.

`{exists: false}` in place of a value leaves the field out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json

ABSENT: Final[Json] = {"exists": False}
"""What stands for a field that is not there."""


def laid_over(below: Mapping[str, Json], above: Mapping[str, Json]) -> dict[str, Json]:
    """Return `below` with `above` on top; mappings are merged, all else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if value == ABSENT:
            merged.pop(key, None)
        elif isinstance(value, dict):
            merged[key] = laid_over(under if isinstance(under, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def answer_over(sample: Json, given: Json) -> Json:
    """Return an answer that was given, filled up from the documented sample.

    Mappings are merged. A list replaces the sample's, and each mapping in it is laid over the first
    item that the sample has, so that an item may be told by the fields that matter.
    """
    if isinstance(given, dict):
        below = sample if isinstance(sample, dict) else {}
        filled = {key: answer_over(below.get(key), value) for key, value in given.items()}
        both = {**below, **filled}
        return {key: value for key, value in both.items() if given.get(key) != ABSENT}
    if isinstance(given, list):
        items = sample if isinstance(sample, list) else []
        first = items[0] if items and isinstance(items[0], dict) else None
        return [answer_over(first, item) if isinstance(item, dict) else item for item in given]
    return given
