"""Steps that remember: `set` for the run, `state` between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.recipe.document import MappingNode, ScalarNode
from beeflow.recipe.model import SetStep, StateStep, StepHead, Value
from beeflow.recipe.parser.fields import Fields, entries, items, open_fields
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.scalars import text
from beeflow.recipe.parser.texts import value
from beeflow.recipe.parser.vocabulary import STATE_BODY

if TYPE_CHECKING:
    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.parser.stepping import Stepping

_Pairs = tuple[tuple[str, Value], ...]


def set_names(stepping: Stepping, fields: Fields, head: StepHead) -> SetStep:
    """Read a `set` step; its names are evaluated in the order written."""
    place = fields.get("set")
    if place is None:
        return SetStep(head, ())
    pairs = _pairs(stepping.reading, place)
    if isinstance(place.node, MappingNode):
        for entry in place.node:
            key = place.child(entry.name, entry.key)
            stepping.scope.declare(stepping.reading, key, entry.name)
    return SetStep(head, pairs)


def change_state(stepping: Stepping, fields: Fields, head: StepHead) -> StateStep | None:
    """Read a `state` step."""
    reading = stepping.reading
    place = fields.get("state")
    body = open_fields(reading, place, STATE_BODY) if place else None
    if body is None:
        return None
    if not body.entries:
        message = "`state` says nothing to change"
        help_ = "write state: {set: {key: value}}, {increment: {key: 1}} or {delete: [key]}"
        reading.report(body.place, Finding("missing-key", message, help_))
    assign, increment, delete = (body.get(key) for key in ("set", "increment", "delete"))
    return StateStep(
        head,
        _pairs(reading, assign) if assign else (),
        _steps_up(reading, increment) if increment else (),
        _names(reading, delete) if delete else (),
    )


def _pairs(reading: Reading, place: Place) -> _Pairs:
    pairs = entries(reading, place, "a mapping of names to values", "{count: 1}")
    return tuple((name, value(reading, part)) for name, part in pairs)


def _steps_up(reading: Reading, place: Place) -> _Pairs:
    for _, part in entries(reading, place, "a mapping of names to numbers", "{count: 1}"):
        node = part.node
        number = isinstance(node, ScalarNode) and not isinstance(node.value, bool | None)
        if not number or (isinstance(node, ScalarNode) and _is_word(node)):
            reading.wrong_type(part, "a number or a template", f"{part.key}: 1")
    return _pairs(reading, place) if isinstance(place.node, MappingNode) else ()


def _is_word(node: ScalarNode) -> bool:
    return isinstance(node.value, str) and "{{" not in node.value


def _names(reading: Reading, place: Place) -> tuple[str, ...]:
    places = items(reading, place, "names", "delete: [count]")
    return tuple(name for name in (text(reading, item) for item in places) if name is not None)
