"""What `.name`, `[0]` and a loop find in a value of some type."""

from __future__ import annotations

from typing import Final

import msgspec

from beeflow.recipe.typing.model import (
    ANYTHING,
    NEVER,
    TEXT,
    WHOLE,
    Anything,
    ListOf,
    Never,
    Null,
    OneOf,
    Record,
    Store,
    Text,
    Time,
    Type,
    members,
    union,
)

TIME_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")
"""The fields of a time."""


class Found(msgspec.Struct, frozen=True):
    """What is found: its type, and the alternatives of the owner that do not have it.

    `lacking` are records without the field, `wrong` are values that have no fields or items at
    all; null is among them.
    """

    type: Type
    lacking: tuple[Record, ...] = ()
    wrong: tuple[Type, ...] = ()

    @property
    def nowhere(self) -> bool:
        """Whether no alternative has it."""
        return isinstance(self.type, Never) and bool(self.lacking or self.wrong)


def field_of(owner: Type, name: str) -> Found:
    """Return what `owner.name` finds."""
    if not isinstance(owner, OneOf):
        return _field_of(owner, name)
    known = owner.found.get(name)
    if not isinstance(known, Found):
        known = owner.found[name] = _field_of(owner, name)
    return known


def _field_of(owner: Type, name: str) -> Found:
    if isinstance(owner, Record) and name in owner.fields:
        return Found(owner.fields[name])
    found: list[Type] = []
    lacking: list[Record] = []
    wrong: list[Type] = []
    for member in members(owner):
        match member:
            case Record(fields=fields) | Store(fields=fields) if name in fields:
                found.append(fields[name])
            case Record(extent="open") | Store():
                found.append(member.rest)
            case Record():
                lacking.append(member)
            case Time() if name in TIME_PARTS:
                found.append(WHOLE)
            case Anything():
                found.append(ANYTHING)
            case Never():
                continue
            case _:
                wrong.append(member)
    return Found(union(*found), tuple(lacking), tuple(wrong))


def item_of(owner: Type, key: int | None = None) -> Found:
    """Return what `owner[0]` finds, or any of its items where the key is not known.

    That a list may be too short is nobody's to know.
    """
    found: list[Type] = []
    wrong: list[Type] = []
    for member in members(owner):
        match member:
            case ListOf():
                found.append(_item(member, key))
            case Text():
                found.append(TEXT)
            case Anything() | Store() | Record(extent="open"):
                found.append(ANYTHING)
            case Never():
                continue
            case _:
                wrong.append(member)
    return Found(union(*found), (), tuple(wrong))


def _item(owner: ListOf, key: int | None) -> Type:
    parts = owner.parts
    if parts is not None and key is not None and -len(parts) <= key < len(parts):
        return parts[key]
    return ANYTHING if isinstance(owner.item, Never) else owner.item


def items_of(owner: Type, *, texts: bool = False) -> Found:
    """Return what a loop goes through: items of a list, keys of a mapping.

    With `texts`, as the filters on lists take it, the characters of a text, too.
    """
    found: list[Type] = []
    wrong: list[Type] = []
    for member in members(owner):
        match member:
            case ListOf():
                found.append(member.item)
            case Record():
                found.append(TEXT)
            case Text() if texts:
                found.append(TEXT)
            case Anything():
                found.append(ANYTHING)
            case Never():
                continue
            case _:
                wrong.append(member)
    return Found(union(*found) if found else NEVER, (), tuple(wrong))


def without_null(type_: Type) -> Type:
    """Return a type without null."""
    return union(*(member for member in members(type_) if not isinstance(member, Null)))
