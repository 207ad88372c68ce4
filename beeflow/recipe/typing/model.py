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
K = TypeVar("K")

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
    """A list. `parts` are its items one by one, where it is written out.

    `depth` counts the lists within lists that are written out.
    """

    item: Type
    parts: tuple[Type, ...] | None = None
    depth: int = 1


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


class OneOf(msgspec.Struct, frozen=True, eq=False):
    """One of several types; made by `union` alone.

    `found` keeps what its fields were found to be: many texts ask one type for the same.
    """

    members: tuple[Type, ...]
    found: dict[str, object] = msgspec.field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        """Whether the members are the same."""
        return isinstance(other, OneOf) and self.members == other.members

    def __hash__(self) -> int:
        """Return what goes with `==`."""
        return hash(self.members)


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
    """Return the type of a list that is written out, item by item.

    Of lists within lists within lists, only so many are told apart: comparing them must stay cheap.
    """
    inner = (one for part in parts for one in members(part) if isinstance(one, ListOf))
    depth = 1 + max((one.depth for one in inner), default=0)
    return ListOf(union(*parts), parts, depth) if depth <= _DEEPEST else LIST


_DEEPEST: Final = 8


def union(*types: Type) -> Type:
    """Return what is one of several types; what is not known makes it all not known."""
    if len(types) == 1:
        return types[0]
    kept: dict[object, list[Type]] = {}
    for type_ in types:
        for member in members(type_):
            if isinstance(member, Anything):
                return ANYTHING
            if not isinstance(member, Never):
                # Only types of one kind are ever joined, and records only with themselves.
                key = id(member) if isinstance(member, Record) else type(member)
                kept.setdefault(key, []).append(member)
    joined = [one for alike in kept.values() for one in _together(alike)]
    if len(joined) > _MOST:
        return ANYTHING
    if len(joined) == 1:
        return joined[0]
    return OneOf(tuple(joined)) if joined else NEVER


_MOST: Final = 40
"""Alternatives beyond which a type is not worth knowing. There are 20 types of webhooks."""


def _together(alike: list[Type]) -> list[Type]:
    """Return types of one kind, as one where that loses nothing that matters."""
    match alike[0]:
        case _ if len(alike) == 1:
            return alike
        case Record() | Time():
            return alike[:1]
        case Null():
            return [Null(all(isinstance(one, Null) and one.seldom for one in alike))]
        case Boolean():
            return [Boolean(_all_values([one.values for one in _of(Boolean, alike)]))]
        case Number():
            numbers = _of(Number, alike)
            values = _all_values([one.values for one in numbers])
            return [Number(all(one.whole for one in numbers), values)]
        case Text():
            return [_text(_of(Text, alike))]
        case _:
            return _different(alike)


def _of(kind: type[K], types: list[Type]) -> list[K]:
    return [one for one in types if isinstance(one, kind)]


def _text(texts: list[Text]) -> Text:
    form = texts[0].form if all(one.form == texts[0].form for one in texts) else None
    values = _all_values([one.values for one in texts])
    return Text(values, form, any(one.loose for one in texts))


def _different(alike: list[Type]) -> list[Type]:
    """Return those that differ, up to so many that it shows: `union` gives up beyond."""
    kept: list[Type] = []
    for type_ in alike:
        if len(kept) > _MOST:
            break
        if not any(one is type_ or one == type_ for one in kept):
            kept.append(type_)
    return kept


def _all_values(sets: list[frozenset[T] | None]) -> frozenset[T] | None:
    """Return all values of closed sets; None where one of them is open."""
    known = [one for one in sets if one is not None]
    return frozenset[T]().union(*known) if len(known) == len(sets) else None
