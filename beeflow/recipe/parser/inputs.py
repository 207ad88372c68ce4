"""`inputs`: what they declare, and what an instance of a blueprint gives for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode
from beeflow.recipe.inputs import EXAMPLES, accept
from beeflow.recipe.model import Input, InputType
from beeflow.recipe.parser.fields import Fields, entries, items, open_fields
from beeflow.recipe.parser.place import Place
from beeflow.recipe.parser.reading import Finding, Reading, did_you_mean, nearest
from beeflow.recipe.parser.scalars import text, word
from beeflow.recipe.parser.vocabulary import INPUT
from beeflow.recipe.parser.words import INPUT_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.recipe.parser.scope import Scope
    from beeflow.recipe.problem import Note
    from beeflow.types import Json


def declared_inputs(reading: Reading, place: Place, scope: Scope) -> dict[str, Input]:
    """Read `inputs`."""
    read: dict[str, Input] = {}
    example = "channel: {type: string, default: '#events'}"
    for name, part in entries(reading, place, "a mapping of names to inputs", example, INPUT):
        if len(read) == limits.INPUTS:
            reading.over_limit(place, limits.INPUTS, "inputs")
            break
        scope.declare(reading, _key(place, part), name)
        read[name] = _input(reading, name, part)
    return read


def _key(place: Place, part: Place) -> Place:
    entry = place.node.entry(part.key) if isinstance(place.node, MappingNode) else None
    return Place(entry.key, part.path) if entry else part


def _input(reading: Reading, name: str, place: Place) -> Input:
    fields = open_fields(reading, place, INPUT)
    reading.open_inputs.add(name)
    if fields is None:
        return Input(name, "string", required=False)
    kind, about = fields.get("type"), fields.get("description")
    type_ = word(reading, kind, INPUT_TYPES) if kind else None
    description = text(reading, about) if about else None
    options = _options(reading, fields, type_)
    one = Input(name, type_ or "string", options=options, description=description or "")
    default = fields.get("default")
    if default is None:
        return one if type_ else replace(one, required=False)
    if type_ is None or (type_ == "choice" and not options):
        return replace(one, required=False)
    return _filled(reading, reading, one, default)


def _options(reading: Reading, fields: Fields, type_: InputType | None) -> tuple[Json, ...]:
    place = fields.get("options")
    if place is None:
        if type_ == "choice":
            message = "an input of type choice needs `options`"
            help_ = "add options: [one, two]"
            reading.report(fields.place, Finding("missing-key", message, help_))
        return ()
    if type_ not in {"choice", None}:
        message = f"`options` belong to the type choice, and this is {type_}"
        help_ = "write type: choice, or remove `options`"
        reading.report(fields.key("options"), Finding("conflicting-keys", message, help_))
    read = tuple(item.node.plain() for item in items(reading, place, "options", "[one, two]"))
    if len(read) > limits.OPTIONS:
        reading.over_limit(place, limits.OPTIONS, "options")
    return read


def _filled(mine: Reading, theirs: Reading, declared: Input, place: Place) -> Input:
    """Return an input with the value at a place, or as it is without one (reported to `mine`)."""
    try:
        value = accept(declared, place.node.plain())
    except ValueError as error:
        help_ = f"give {EXAMPLES[declared.type]}"
        if declared.type == "choice":
            help_ = did_you_mean((), tuple(str(option) for option in declared.options))
        if declared.type == "list" and isinstance(place.node.plain(), str):
            help_ = f"write [{place.node.plain()}]"
        if place.is_null and (comment := mine.source.comment_after(place.node.span.end)):
            help_ = f'a # begins a comment: write it in quotes, as "{comment}"'
        message = f"the input `{declared.name}`: {error}"
        mine.report(place, Finding("bad-input", message, help_), mine.visible(place))
        theirs.open_inputs.add(declared.name)
        return replace(declared, required=False)
    theirs.open_inputs.discard(declared.name)
    return replace(declared, required=False, value=value)


def give_inputs(mine: Reading, place: Place, theirs: Reading, note: Note) -> None:
    """Fill a blueprint's inputs with the values that an instance's `with` gives.

    What is wrong is reported at the instance, with `note` pointing at the blueprint.
    """
    declared = theirs.inputs
    filled = dict(declared)
    given = place.node
    if not isinstance(given, MappingNode):
        if place.key == "with" and not place.is_null:
            example = "lines below it, each `name: value`"
            mine.wrong_type(place, "a mapping of inputs to values", example)
            theirs.open_inputs.update(declared)
            return
        given = MappingNode(given.span, ())
    for entry in given:
        part = place.child(entry.name, entry.value)
        one = declared.get(entry.name)
        if one is None:
            one = _meant(mine, Place(entry.key, part.path), declared, note)
        if one is not None:
            filled[one.name] = _filled(mine, theirs, one, part)
    for one in filled.values():
        if one.required:
            message = f"the blueprint needs a value for `{one.name}`"
            help_ = f"add `{one.name}` below `with`: {EXAMPLES[one.type]}"
            mine.report(place, Finding("missing-input", message, help_, notes=(note,)))
    theirs.inputs = filled


def override_inputs(reading: Reading, given: Mapping[str, Json]) -> None:
    """Put values from outside in place of those the inputs have, where they take them."""
    filled = dict(reading.inputs)
    for name, value in given.items():
        declared = filled.get(name)
        if declared is None:
            continue
        try:
            filled[name] = replace(declared, required=False, value=accept(declared, value))
        except ValueError:
            continue
        reading.open_inputs.discard(name)
    reading.inputs = filled


def _meant(
    reading: Reading, place: Place, declared: Mapping[str, Input], note: Note
) -> Input | None:
    """Report an input that the blueprint has not, and return the one that was likely meant."""
    near = nearest(place.key, declared)
    message = f"the blueprint has no input `{place.key}`"
    help_ = did_you_mean(near, tuple(declared)) if declared else "it has no inputs: remove this"
    reading.report(place, Finding("unknown-input", message, help_, near, (note,)))
    return declared[near[0]] if near else None
