"""Patterns on webhooks: what a payload is once it has matched, and which values never match."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from beeflow.check.typing.relations import equal_part, unequal_part
from beeflow.recipe.model import Template
from beeflow.recipe.patterns.paths import read_path
from beeflow.recipe.typing import (
    ANYTHING,
    Anything,
    ListOf,
    Never,
    Null,
    Number,
    Record,
    Text,
    Type,
    field_of,
    item_of,
    literal,
    members,
    union,
)

if TYPE_CHECKING:
    from beeflow.recipe.model import Match, Value


def matched(payload: Record, match: Match) -> Record | None:
    """Return a payload that has matched: values that were asked for are known from then on.

    None where it can never match, because it is not documented to have what is asked for.
    """
    for text, expected in match.items():
        steps = read_path(text)
        found = at_path(payload, steps)
        if found is None:
            if _asks_for_something(expected):
                return None
            continue
        left = _left(found, expected)
        if left is not None and not isinstance(left, Never):
            payload = _replaced(payload, steps, left)
    return payload


def _asks_for_something(expected: Value) -> bool:
    """Whether an expectation cannot hold of what is not there."""
    if not isinstance(expected, Mapping):
        return True
    return not expected.keys() & {"not", "exists"}


def at_path(payload: Type, steps: tuple[str, ...]) -> Type | None:
    """Return the type of what a pattern's path leads to; None where nothing is documented."""
    found: Type = payload
    for at, step in enumerate(steps):
        if isinstance(found, Anything):
            return ANYTHING
        inner = _step(found, step)
        if inner is None:
            dotted = ".".join(steps[at:])
            return _step(found, dotted)
        found = inner
    return found


def _step(owner: Type, step: str) -> Type | None:
    found = field_of(owner, step)
    if found.nowhere and step.isdecimal():
        found = item_of(owner, int(step))
    return None if isinstance(found.type, Never) else found.type


def _left(found: Type, expected: Value) -> Type | None:
    """Return what is left of a value that has passed; None where nothing is learnt."""
    match expected:
        case Template():
            return None
        case Mapping():
            return _after_operators(found, expected)
        case list() | tuple():
            values = [literal(item) for item in expected if not isinstance(item, Mapping)]
            scalar = len(values) == len(expected) and not any(
                isinstance(item, Template) for item in expected
            )
            return equal_part(found, union(*values)) if scalar else None
        case _:
            return equal_part(found, literal(expected))


def _after_operators(found: Type, operators: Mapping[str, Value]) -> Type | None:
    left: Type = found
    for name, value in operators.items():
        if name == "in" and isinstance(value, list | tuple):
            left = _left(left, value) or left
        elif name == "not" and not isinstance(value, list | tuple | Mapping | Template):
            left = unequal_part(left, literal(value))
        elif name in {"prefix", "suffix", "regex", "gt", "gte", "lt", "lte", "contains"}:
            left = union(*(one for one in members(left) if not isinstance(one, Null)))
    return left


def _replaced(record: Record, steps: tuple[str, ...], type_: Type) -> Record:
    """Return a record with another type at a path of fields."""
    name, rest = steps[0], steps[1:]
    inner = record.fields.get(name)
    if not rest:
        made: Type = type_
    elif isinstance(inner, Record):
        made = _replaced(inner, rest, type_)
    else:
        return record
    fields = {**record.fields, name: made}
    required = record.required | {name}
    return Record(fields, record.extent, record.rest, required, record.title)


# --- values that never match -----------------------------------------------------------------


def never_matches(found: Type, value: Type) -> bool:
    """Whether a value that is written out is never what a payload holds."""
    if isinstance(value, Null):
        return False
    return isinstance(equal_part(found, value), Never)


def wrong_operator(found: Type, name: str, value: Type) -> str | None:
    """Return what an operator of a pattern needs, where the payload's value never is that."""
    if any(isinstance(member, Anything | Never) for member in members(found)):
        return None
    if name in {"prefix", "suffix", "regex"} and not _has(found, Text):
        return "a text"
    if name in {"gt", "gte", "lt", "lte"} and not _has(found, Number):
        return "a number"
    if name == "contains" and not _may_contain(found, value):
        return "a list with such an item, or a text"
    return None


def _has(found: Type, kind: type) -> bool:
    return any(isinstance(member, kind) for member in members(found))


def _may_contain(found: Type, value: Type) -> bool:
    return _has(found, Text) or any(
        isinstance(member, ListOf) and not never_matches(member.item, value)
        for member in members(found)
    )
