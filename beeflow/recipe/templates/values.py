"""The kinds of values that a template knows, and how each is written, measured and described."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal, Protocol, TypeAlias, runtime_checkable

from beeflow.errors import ExpressionError, LimitReached
from beeflow.recipe.templates.limits import MAX_NUMBER, MAX_VALUE_DEPTH
from beeflow.recipe.templates.unknown import Unknown, UnknownMet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.recipe.templates.limits import Frame
    from beeflow.types import Json


class _Undefined(Enum):
    TOKEN = 0


UNDEFINED: Final = _Undefined.TOKEN
"""What is not there. Only `is defined`, `is undefined` and `default` ever see it."""


@runtime_checkable
class Accessible(Protocol):
    """Something with named values that are looked up one at a time: `secrets`, `state`."""

    def attribute(self, name: str) -> object:
        """Return the value called `name`; raises `KeyError` where there is none."""
        ...

    def names(self) -> Iterable[str]:
        """Return the names there are."""
        ...


Kind: TypeAlias = Literal[
    "null", "boolean", "number", "text", "list", "mapping", "time", "accessible", "unknown"
]

_KINDS: dict[type, Kind] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "text",
    list: "list",
    tuple: "list",
    dict: "mapping",
    datetime: "time",
    Unknown: "unknown",
}


class Pair(list[object]):
    """A group of `groupby`: a pair to unpack that also has `grouper` and `list`."""

    __slots__ = ()


def kind_of(value: object) -> Kind:
    """Return what kind of value it is; raises `ExpressionError` for a foreign object."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    if isinstance(value, Mapping):
        return "mapping"
    if isinstance(value, Accessible):
        return "accessible"
    for base, name in _KINDS.items():
        if isinstance(value, base):
            return name
    raise ExpressionError(f"a value of type `{type(value).__name__}` cannot be used in a recipe")


def describe(value: object) -> str:
    """Return what a value is, for a message: `text 'abc'`, `a list of 3`, `null`."""
    kind = kind_of(value)
    if kind == "null":
        return "null"
    if kind in {"boolean", "number"}:
        return f"{kind} {shorten(value, 40)}"
    if kind == "text":
        return f"text {json.dumps(shorten(value, 40), ensure_ascii=False)}"
    if kind == "list":
        return f"a list of {len(value)}"  # type: ignore[arg-type]  # a list has a length
    if isinstance(value, Unknown):
        return "not known yet" if value.shape is None else f"{value.shape.words}, not known yet"
    return {"mapping": "a mapping", "time": "a time"}.get(kind, "a store of names")


def truth(value: object) -> bool:
    """Return whether a value counts as true: not null, false, zero or empty."""
    if type(value) is Unknown:
        raise UnknownMet(value)
    return bool(value)


# --- numbers ---------------------------------------------------------------------------------


def settled(value: float) -> int | float:
    """Return the result of arithmetic, made sure that it is finite and not too large."""
    if isinstance(value, int):
        if -MAX_NUMBER <= value <= MAX_NUMBER:
            return value
        raise LimitReached("this makes a number of more than 30 digits")
    if not isinstance(value, float):
        raise ExpressionError("this has no real number as its result")
    if math.isfinite(value):
        return value
    raise LimitReached("this makes a number that is too large")


def _plain_number(value: float) -> str:
    if isinstance(value, int):
        if -(10**300) < value < 10**300:
            return str(value)
        raise LimitReached("this writes a number of more than 300 digits")
    written = repr(value)
    return format(Decimal(written), "f") if "e" in written else written


# --- text ------------------------------------------------------------------------------------


def text_of(frame: Frame, value: object) -> str:
    """Return a value as it is written inside text.

    Text as it is, numbers plainly, times as ISO 8601, all else as JSON.
    """
    if type(value) is str:
        return value
    if type(value) is int or type(value) is float:
        return _plain_number(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    return json_text(frame, value)


_PART = 2
"""Ticks for each part of a value that is written as JSON."""


class _FullError(Exception):
    """There is no room for more."""


class _JsonWriter:
    """Writes JSON on one line until it has no more room, or has taken too many steps."""

    __slots__ = ("parts", "room", "steps")

    def __init__(self, room: int, steps: int) -> None:
        self.parts: list[str] = []
        self.room = room
        self.steps = steps

    def add(self, text: str) -> None:
        self.room -= len(text)
        self.steps -= 1
        self.parts.append(text)
        if self.room < 0 or self.steps < 0:
            raise _FullError

    def write(self, value: object, depth: int = 0) -> None:
        if depth > MAX_VALUE_DEPTH:
            raise LimitReached(f"this is a list within lists, more than {MAX_VALUE_DEPTH} deep")
        if isinstance(value, list | tuple):
            between = "["
            for item in value:
                self.add(between)
                self.write(item, depth + 1)
                between = ", "
            self.add("]" if value else "[]")
        elif isinstance(value, Mapping):
            between = "{"
            for key, item in value.items():
                self.add(f"{between}{json.dumps(str(key), ensure_ascii=False)}: ")
                self.write(item, depth + 1)
                between = ", "
            self.add("}" if value else "{}")
        else:
            self.add(_json_scalar(value))


def json_text(frame: Frame, value: object) -> str:
    """Return a value as JSON, on one line, bounded."""
    writer = _JsonWriter(frame.limits.text, frame.ticks // _PART)
    try:
        writer.write(value)
    except _FullError:
        frame.charge(_PART * len(writer.parts))
        frame.allow_text(frame.limits.text + 1)
    frame.charge(_PART * len(writer.parts))
    frame.allow_text(frame.limits.text - writer.room)
    return "".join(writer.parts)


def _json_scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _plain_number(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return json.dumps(value.isoformat())
    if isinstance(value, Unknown):
        raise UnknownMet(value)
    kind_of(value)
    raise ExpressionError("a store of names cannot be written as text: name one of its values")


def shorten(value: object, limit: int = 200) -> Json:
    """Return a value for the record: as it is where it is short, else text that ends in `…`."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, str):
        return str(value) if len(value) <= limit else value[: limit - 1] + "…"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Unknown):
        return shorten(value.text, limit)
    if value is UNDEFINED:
        return "(undefined)"
    return _short_json(value, limit)


def _short_json(value: object, limit: int) -> Json:
    if isinstance(value, int) and -MAX_NUMBER <= value <= MAX_NUMBER:
        return value
    writer = _JsonWriter(limit, limit)
    try:
        writer.write(value)
    except _FullError:
        return "".join(writer.parts)[: limit - 1] + "…"
    except UnknownMet as met:
        return f"{''.join(writer.parts)}{met.unknown.text}…"[:limit]
    except ExpressionError:
        return "(not shown)"
    return plain(value)


# --- results ---------------------------------------------------------------------------------


def plain(value: object) -> Json:
    """Return a bounded value as JSON types; times become text. Unknown values stay."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value  # type: ignore[return-value]  # an Unknown, which only a dry run has


def measure(frame: Frame, value: object, most: int) -> None:
    """Make sure that a value written as JSON has at most `most` characters and is not too deep."""
    left = _measured(frame, value, most, 0)
    if left < 0:
        raise LimitReached(f"the result is larger than {most:,} characters")


def _measured(frame: Frame, value: object, left: int, depth: int) -> int:
    """Return what is left of `left` after `value`; stops as soon as nothing is."""
    if depth > MAX_VALUE_DEPTH:
        raise LimitReached(f"the result is a list within lists, more than {MAX_VALUE_DEPTH} deep")
    frame.charge(1)
    if isinstance(value, str):
        return left - len(value) - 2
    if isinstance(value, Mapping):
        for key, item in value.items():
            left = _measured(frame, item, left - len(str(key)) - 4, depth + 1)
            if left < 0:
                break
        return left
    if isinstance(value, list | tuple):
        for item in value:
            left = _measured(frame, item, left - 2, depth + 1)
            if left < 0:
                break
        return left
    if kind_of(value) == "accessible":
        raise ExpressionError("a store of names is not a value: name one of its values")
    return left - 4
