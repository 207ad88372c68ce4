"""Types in words, for messages: `a number`, `one of idle, live`, `a list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.recipe.typing.model import (
    Anything,
    Boolean,
    ListOf,
    Never,
    Null,
    Number,
    OneOf,
    Record,
    Store,
    Text,
    Time,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_SHOWN = 8


_PLAIN: Final[Mapping[type, str]] = {
    Anything: "any value",
    Never: "nothing",
    Null: "null",
    Time: "a time",
    Record: "a mapping",
    Store: "a store of names",
}


_MANY: Final[Mapping[type, str]] = {
    Text: "texts",
    Number: "numbers",
    Time: "times",
    Record: "mappings",
    ListOf: "lists",
}


def described(type_: Type) -> str:
    """Return a type in words, with its article."""
    match type_:
        case Boolean():
            return shown(type_.values) if _single(type_.values) else "true or false"
        case Number():
            return f"the number {shown(type_.values)}" if _single(type_.values) else "a number"
        case Text():
            return _text(type_)
        case OneOf():
            return _either(type_)
        case ListOf():
            held = _MANY.get(type(type_.item))
            return f"a list of {held}" if held else "a list"
        case _:
            return _PLAIN[type(type_)]


def _text(type_: Text) -> str:
    if type_.values is None or type_.loose:
        return "a text"
    if _single(type_.values):
        return f"the text {shown(type_.values)}"
    return f"one of {shown(type_.values)}"


def _either(type_: OneOf) -> str:
    parts = list(dict.fromkeys(described(member) for member in type_.members))
    return " or ".join(parts)


def _single(values: Collection[object] | None) -> bool:
    return values is not None and len(values) == 1


def shown(values: Collection[object] | None) -> str:
    """Return the values of a closed set as a reader sees them, in order."""
    listed = sorted(values or (), key=lambda one: (str(type(one)), str(one)))
    texts = [_value(one) for one in listed[:_SHOWN]]
    return ", ".join(texts) + (", …" if len(listed) > _SHOWN else "")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value[:40]}…'" if len(value) > 40 else f"'{value}'"  # noqa: PLR2004 - as much as fits a line
    return str(value)
