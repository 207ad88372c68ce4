"""Dotted paths into a payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str, ...]

MAX_STEPS = 20
"""Steps that a path may have."""

_DIGITS = 9


class _Missing(Enum):
    TOKEN = 0


MISSING: Final = _Missing.TOKEN
"""What is not in the payload; `null` is something that is."""


def read_path(text: str) -> Path:
    """Split `data.items.0.name` into its steps."""
    return tuple(text.split("."))


def resolve(payload: object, path: Sequence[str]) -> object:
    """Return what `path` leads to in `payload`, or `MISSING`.

    A number is the place in a list, from 0. A key that itself holds dots (`company.name` among the
    answers of a form) is found where no shorter key leads on.
    """
    value = payload
    for step in path:
        found = value.get(step, MISSING) if isinstance(value, Mapping) else _place(value, step)
        if found is MISSING:
            return _dotted(payload, path)
        value = found
    return value


def _place(value: object, step: str) -> object:
    """Return the item of a list that `step` numbers, or `MISSING`."""
    if isinstance(value, list | tuple) and step.isdecimal() and len(step) <= _DIGITS:
        number = int(step)
        return value[number] if number < len(value) else MISSING
    return MISSING


def _dotted(value: object, path: Sequence[str]) -> object:
    """Resolve slowly, trying keys that hold dots."""
    if not path:
        return value
    if not isinstance(value, Mapping):
        found = _place(value, path[0])
        return found if found is MISSING else _dotted(found, path[1:])
    for end in range(1, len(path) + 1):
        key = ".".join(path[:end])
        if key in value:
            found = _dotted(value[key], path[end:])
            if found is not MISSING:
                return found
    return MISSING
