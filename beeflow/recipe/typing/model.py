"""What a value of a recipe may be, told before anything runs.

The kinds are those of the templates (`beeflow.recipe.templates.values`): null, true or false, a
number, text, a time, a list, a mapping, a store of names. What is not known is `ANYTHING`, and
whoever reasons about types lets it pass: a type is only ever a reason to speak, never to guess.

Types are immutable. Records are compared by identity: they are large, made once for each schema,
and never changed, so that comparing them must cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")

Form: TypeAlias = Literal["time", "duration", "zone", "clock", "strftime", "attribute"]
"""What a text is written as: a time, a duration, a time zone, a time of day, a format, a path."""

Extent: TypeAlias = Literal["closed", "documented", "open"]
"""What a record has beside its fields: nothing; nothing that is documented; anything."""


class Anything(msgspec.Struct, frozen=True):
    """Not known: it may be any value, and nothing is said about it."""


class Never(msgspec.Struct, frozen=True):
    """No value at all: what cannot be, such as a status that was excluded."""


class Null(msgspec.Struct, frozen=True):
    """Null. `seldom`: it is possible, but nobody is warned of it."""

    seldom: bool = False


class Boolean(msgspec.Struct, frozen=True):
    """True or false; only one of them where `values` says so."""

    values: frozenset[bool] | None = None


class Number(msgspec.Struct, frozen=True):
    """A number. `whole`: without decimals; `values`: only these."""

    whole: bool = False
    values: frozenset[int | float] | None = None


class Text(msgspec.Struct, frozen=True):
    """A text; with `values` only these (a closed set), with `form` one that is written so.

    With `loose` the values are those that are documented, and there may be others.
    """

    values: frozenset[str] | None = None
    form: Form | None = None
    loose: bool = False


class Time(msgspec.Struct, frozen=True):
    """A time with its zone."""


class ListOf(msgspec.Struct, frozen=True):
    """A list. `parts` are its items one by one, where it is written out."""

    item: Type
    parts: tuple[Type, ...] | None = None


class Record(msgspec.Struct, frozen=True, eq=False):
    """A mapping with known fields. `rest` is the type of further fields of an open one.

    `required` are the fields that are always there. `title` is how messages call it, such as the
    type of a webhook.
    """

    fields: Mapping[str, Type] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    extent: Extent = "closed"
    rest: Type = msgspec.field(default_factory=Anything)
    required: frozenset[str] = frozenset()
    title: str = ""


class Store(msgspec.Struct, frozen=True):
    """Names that are looked up one at a time, such as `state`; it is not a value by itself.

    `fields` are those that are known of; there may be others, of type `rest`.
    """

    rest: Type
    fields: Mapping[str, Type] = msgspec.field(default_factory=dict)


class OneOf(msgspec.Struct, frozen=True):
    """One of several types; made by `union` alone."""

    members: tuple[Type, ...]


Type: TypeAlias = (
    Anything | Never | Null | Boolean | Number | Text | Time | ListOf | Record | Store | OneOf
)

ANYTHING: Final = Anything()
NEVER: Final = Never()
NULL: Final = Null()
BOOLEAN: Final = Boolean()
NUMBER: Final = Number()
WHOLE: Final = Number(whole=True)
TEXT: Final = Text()
TIME: Final = Time()
LIST: Final = ListOf(ANYTHING)
MAPPING: Final = Record(extent="open")


def members(type_: Type) -> tuple[Type, ...]:
    """Return the alternatives of a type; of one that has none, itself."""
    return type_.members if isinstance(type_, OneOf) else (type_,)


def literal(value: object) -> Type:
    """Return the type of a value that is written out: exactly that value."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return Boolean(frozenset({value}))
    if isinstance(value, int | float):
        return Number(isinstance(value, int), frozenset({value}))
    if isinstance(value, str):
        return Text(frozenset({value}))
    if isinstance(value, list | tuple):
        return listing(tuple(literal(item) for item in value))
    if isinstance(value, Mapping):
        fields = {str(key): literal(item) for key, item in value.items()}
        return Record(MappingProxyType(fields), required=frozenset(fields))
    return ANYTHING


def listing(parts: tuple[Type, ...]) -> ListOf:
    """Return the type of a list that is written out, item by item."""
    return ListOf(union(*parts), parts)


def union(*types: Type) -> Type:
    """Return what is one of several types; what is not known makes it all not known."""
    kept: list[Type] = []
    for type_ in types:
        for member in members(type_):
            if member is ANYTHING or isinstance(member, Anything):
                return ANYTHING
            if not isinstance(member, Never):
                _add(kept, member)
    if len(kept) > _MOST:
        return ANYTHING
    if len(kept) == 1:
        return kept[0]
    return OneOf(tuple(kept)) if kept else NEVER


_MOST: Final = 40
"""Alternatives beyond which a type is not worth knowing. There are 20 types of webhooks."""


def _add(kept: list[Type], type_: Type) -> None:
    for place, other in enumerate(kept):
        joined = _joined(other, type_)
        if joined is not None:
            kept[place] = joined
            return
    kept.append(type_)


def _joined(one: Type, other: Type) -> Type | None:
    """Return two alternatives as one, where that loses nothing that matters."""
    if one is other:
        return one
    match one, other:
        case Null(), Null():
            return Null(one.seldom and other.seldom)
        case Boolean(), Boolean():
            return Boolean(_both(one.values, other.values))
        case Number(), Number():
            return Number(one.whole and other.whole, _both(one.values, other.values))
        case Text(), Text():
            form = one.form if one.form == other.form else None
            return Text(_both(one.values, other.values), form, one.loose or other.loose)
        case _:
            return one if one == other else None


def _both(one: frozenset[T] | None, other: frozenset[T] | None) -> frozenset[T] | None:
    return None if one is None or other is None else one | other
