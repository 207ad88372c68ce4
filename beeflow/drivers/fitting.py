"""A documented sample, changed just so far that a trigger's `match` holds for it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from beeflow.recipe.patterns import compile_pattern

if TYPE_CHECKING:
    from beeflow.types import Json


def fitted(
    sample: Mapping[str, Json], match: Mapping[str, Any]
) -> tuple[dict[str, Json], tuple[tuple[str, Json], ...]]:
    """Return the sample so that it matches, and what was changed: path and value.

    What cannot be made to match (a regular expression, say) stays as it is.
    """
    payload = copy.deepcopy(dict(sample))
    changed: list[tuple[str, Json]] = []
    for clause in compile_pattern(match).explain(payload):
        if clause.holds:
            continue
        found, value = _example(clause.expected, clause.actual)
        if found and _put(payload, clause.path.split("."), value):
            changed.append((clause.path, value))
    return payload, tuple(changed)


def _example(expected: Any, actual: Any) -> tuple[bool, Json]:
    """Return whether there is a value that `expected` takes, and one."""
    if isinstance(expected, Mapping):
        if len(expected) != 1:
            return False, None
        ((operator, operand),) = expected.items()
        return _for_operator(str(operator), operand, actual)
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return _example(expected[0], actual) if expected else (False, None)
    return True, expected


def _for_operator(operator: str, operand: Any, actual: Any) -> tuple[bool, Json]:
    match operator:
        case "in":
            return _example(operand, actual)
        case "prefix" | "suffix" | "gte" | "lte":
            return True, operand
        case "contains":
            return True, [*actual, operand] if isinstance(actual, list) else operand
        case "gt":
            return True, operand + 1
        case "lt":
            return True, operand - 1
    return False, None


def _put(payload: dict[str, Json], path: list[str], value: Json) -> bool:
    """Set what `path` leads to, making mappings on the way; says whether that was possible."""
    place: Json = payload
    for step in path[:-1]:
        if not isinstance(place, dict):
            return False
        place = place.setdefault(step, {})
    if not isinstance(place, dict):
        return False
    place[path[-1]] = value
    return True
