"""`conditions`: expressions, and `all`, `any` and `not` around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode, ScalarNode
from beeflow.recipe.model import AllOf, AnyOf, Condition, Not
from beeflow.recipe.parser.fields import Fields, items, open_fields
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.texts import expression
from beeflow.recipe.parser.vocabulary import CONDITION

if TYPE_CHECKING:
    from beeflow.recipe.parser.place import Place


class _Count(msgspec.Struct):
    clauses: int = 0


def conditions(reading: Reading, place: Place) -> tuple[Condition, ...]:
    """Read the list of conditions."""
    count = _Count()
    read = _list(reading, place, count)
    if count.clauses > limits.CONDITIONS:
        reading.over_limit(place, limits.CONDITIONS, "conditions")
    return read


def _list(reading: Reading, place: Place, count: _Count) -> tuple[Condition, ...]:
    node = place.node
    if isinstance(node, ScalarNode) and node.value is not None:
        message = f"{place.title} must be a list of conditions, and this is one"
        mend = f"begin it with `- ` on a line of its own: write - {node.text}"
        reading.report(place, Finding("wrong-type", message, mend))
        one = _condition(reading, place, count)
        return () if one is None else (one,)
    example = "a list: begin the line with `- `"
    places = items(reading, place, "conditions", example)
    read = (_condition(reading, item, count) for item in places)
    return tuple(condition for condition in read if condition is not None)


def _condition(reading: Reading, place: Place, count: _Count) -> Condition | None:
    count.clauses += 1
    if not isinstance(place.node, MappingNode):
        return expression(reading, place)
    fields = open_fields(reading, place, CONDITION)
    if fields is None or not fields.entries:
        _one_of(reading, place, "needs one of `all`, `any`, `not`", known=bool(place.node.entries))
        return None
    if len(fields.entries) > 1:
        _one_of(reading, place, "has only one of `all`, `any`, `not`", known=False)
    return _group(reading, fields, count)


def _group(reading: Reading, fields: Fields, count: _Count) -> Condition | None:
    if part := fields.get("all"):
        return AllOf(_list(reading, part, count))
    if part := fields.get("any"):
        return AnyOf(_list(reading, part, count))
    part = fields.get("not")
    clause = _condition(reading, part, count) if part else None
    return None if clause is None else Not(clause)


def _one_of(reading: Reading, place: Place, message: str, *, known: bool) -> None:
    if not known:
        help_ = "put each into an item of its own: a list holds when all of its items do"
        reading.report(place, Finding("conflicting-keys", f"a condition {message}", help_))
