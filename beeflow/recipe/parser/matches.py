"""`webhook` with `match`: in triggers, in `wait_for`, and in `cancel_on`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.recipe import limits
from beeflow.recipe.document import Entry, MappingNode, SequenceNode
from beeflow.recipe.parser.fields import Fields, items
from beeflow.recipe.parser.known import known_node
from beeflow.recipe.parser.place import Place, shortened
from beeflow.recipe.parser.reading import Finding, Reading, did_you_mean
from beeflow.recipe.parser.scalars import boolean, text
from beeflow.recipe.parser.texts import value
from beeflow.recipe.patterns import PatternProblem, check_pattern

if TYPE_CHECKING:
    from beeflow.recipe.model import Match, Value

_TYPE: Final = re.compile(r"[a-z0-9_.*]{1,100}", re.ASCII)


class Webhooks(msgspec.Struct, frozen=True):
    """The webhooks that are meant: types, and a pattern on the payload."""

    types: tuple[str, ...]
    match: Match
    any_event: bool = False


def webhooks(reading: Reading, fields: Fields, *, later: bool = False) -> Webhooks:
    """Read the keys `webhook`, `match` and `any_event`; with `later`, of a step that waits."""
    place, pattern, any_event = (fields.get(key) for key in ("webhook", "match", "any_event"))
    return Webhooks(
        types(reading, place) if place else (),
        match(reading, pattern, later=later) if pattern else {},
        bool(any_event and boolean(reading, any_event)),
    )


def types(reading: Reading, place: Place) -> tuple[str, ...]:
    """Read a webhook type or a list of them, each perhaps with `*`."""
    if not isinstance(place.node, SequenceNode):
        one = _type(reading, place)
        return (one,) if one else ()
    if not place.node.items:
        message = f"{place.title} names no type"
        reading.report(place, Finding("bad-value", message, "name at least one webhook type"))
    if len(place.node.items) > limits.TYPES:
        reading.over_limit(place, limits.TYPES, "types")
    read = (_type(reading, item) for item in items(reading, place, "types", "[video.updated]"))
    return tuple(dict.fromkeys(name for name in read if name))


def _type(reading: Reading, place: Place) -> str | None:
    name = text(reading, place)
    if name is None or _TYPE.fullmatch(name):
        return name
    reading.report(
        place,
        Finding(
            "bad-value",
            f"`{shortened(name)}` is not a webhook type",
            "types look like event.updated.status; * stands for any part, as in video.upload.*",
        ),
    )
    return None


def match(reading: Reading, place: Place, *, later: bool) -> Match:
    """Read a pattern. Where it is not for `later`, its templates may use inputs only."""
    if not isinstance(place.node, MappingNode):
        reading.wrong_type(place, "a mapping of paths to values", "{data.status: live}")
        return {}
    read = {entry.name: _part(reading, place, entry, later=later) for entry in place.node}
    for problem in check_pattern(read):
        _pattern_problem(reading, place, problem)
    return read


def _part(reading: Reading, place: Place, entry: Entry, *, later: bool) -> Value:
    part = place.child(entry.name, entry.value)
    return value(reading, part) if later else known_node(reading, part).plain()


def _pattern_problem(reading: Reading, place: Place, problem: PatternProblem) -> None:
    at, key = place, place
    for part in problem.keys:
        node = at.node
        if isinstance(node, MappingNode) and (entry := node.entry(str(part))):
            key = at.child(part, entry.key)
            at = at.child(part, entry.value)
        elif isinstance(node, SequenceNode) and str(part).isdigit():
            at = key = at.child(part, node.items[int(part)])
    target = key if problem.at_key else at
    help_ = problem.help or (did_you_mean(problem.suggestions) if problem.suggestions else None)
    reading.report(target, Finding("pattern", problem.message, help_, problem.suggestions))
