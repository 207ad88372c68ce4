"""Values that a recipe writes down, templates within them included: read, and held to a type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from beeflow.check.signatures import signature_of
from beeflow.check.typing.reading import Wanted
from beeflow.check.typing.standing import value_type
from beeflow.recipe.model import Template
from beeflow.recipe.typing import (
    ANYTHING,
    ListOf,
    Record,
    Type,
    members,
    type_of_schema,
    union,
)

if TYPE_CHECKING:
    from beeflow.check.facts import Action
    from beeflow.check.scopes import Scope
    from beeflow.check.typing.reading import Reading
    from beeflow.recipe.model import ActionCall, Value


def read_value(reading: Reading, value: Value, scope: Scope) -> Type:
    """Read the templates within a value; returns its type."""
    return value_type(value, lambda one: reading.template(one, scope), exact=False)


def read_arguments(reading: Reading, call: ActionCall, action: Action | None, scope: Scope) -> None:
    """Read what an action is called with, each value held to its parameter's schema."""
    parameters = signature_of(action).parameters if action else {}
    for name, value in call.args.items():
        if isinstance(value, str):
            continue  # there is no template in it
        wanted = type_of_schema(parameters[name].schema) if name in parameters else ANYTHING
        _read(reading, value, _parameter(f"`{name}` of {call.action}", wanted, name), scope)


def _read(reading: Reading, value: Value, wanted: Wanted, scope: Scope) -> None:
    if isinstance(value, Template):
        reading.template(value, scope, wanted)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            inner = _field(wanted.type, name)
            _read(reading, part, _parameter(f"`{name}` of {wanted.where}", inner), scope)
    elif isinstance(value, list | tuple):
        each = _parameter(f"each item of {wanted.where}", _item(wanted.type))
        for part in value:
            _read(reading, part, each, scope)


def _parameter(where: str, type_: Type, name: str = "") -> Wanted:
    return Wanted(where, type_, parameter=True, name=name)


def _field(type_: Type, name: str) -> Type:
    records = [one for one in members(type_) if isinstance(one, Record)]
    return union(*(one.fields.get(name, ANYTHING) for one in records)) if records else ANYTHING


def _item(type_: Type) -> Type:
    lists = [one for one in members(type_) if isinstance(one, ListOf)]
    return union(*(one.item for one in lists)) if lists else ANYTHING
