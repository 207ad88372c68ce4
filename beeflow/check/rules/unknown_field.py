"""`unknown-field`: what is read from an answer is not in it, as far as it is documented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rule import Rule
from beeflow.recipe.problem import Note, Problem

if TYPE_CHECKING:
    from beeflow.check.facts import Facts
    from beeflow.check.scopes import Name
    from beeflow.check.subject import Subject
    from beeflow.recipe.templates import Reference

_Schema = Mapping[str, Any]


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find fields that an action's documented answer does not have."""
    for use, one in subject.reads:
        name = use.names.get(one.path[0])
        action = facts.actions.get(name.call) if name and name.call else None
        if name is None or action is None or one.guarded:
            continue
        wrong = _first_wrong(action.answer, one)
        if wrong is not None:
            at, known = wrong
            offset, length = one.places[at]
            span, path = subject.within(use.text, offset, length)
            yield _problem(one, at, known, Problem("", "", span, path=path), name)


def _first_wrong(schema: _Schema, one: Reference) -> tuple[int, tuple[str, ...]] | None:
    """Return which part of a path does not exist, and what there is in its place."""
    for at, part in enumerate(one.path[1:], start=1):
        fields = schema.get("properties")
        if schema.get("type") == "array":
            items = schema.get("items")
            if not part.isdigit() or not isinstance(items, Mapping):
                return None
            schema = items
            continue
        if schema.get("type") != "object" or not isinstance(fields, Mapping) or not fields:
            return None
        if part not in fields:
            is_open = schema.get("additionalProperties", False) is not False
            return None if is_open else (at, tuple(fields))
        found = fields[part]
        if not isinstance(found, Mapping):
            return None
        schema = found
    return None


def _problem(
    one: Reference, at: int, known: tuple[str, ...], place: Problem, name: Name
) -> Problem:
    owner, field = ".".join(one.path[:at]), one.path[at]
    near = nearest(field, known)
    note = Note(f"`{one.path[0]}` is set here by {name.by}", name.at)
    return Problem(
        "unknown-field",
        f"`{owner}` has no field `{field}`",
        place.span,
        help=did_you_mean(near, known, "has"),
        suggestions=near,
        notes=(note,),
        path=place.path,
    )


RULE = Rule(
    "unknown-field",
    "A field is read from an action's answer that the answer does not have. The fields are those "
    "of the API description; `beeflow actions NAME` shows them.",
    "- action: polls.create\n  as: poll\n"
    "  with: {event_ref: abc, question: Sound?, options: [Good, Bad]}\n"
    "- action: log.write\n  with: {message: '{{ poll.pol_ref }}'}",
    "- action: polls.create\n  as: poll\n"
    "  with: {event_ref: abc, question: Sound?, options: [Good, Bad]}\n"
    "- action: log.write\n  with: {message: '{{ poll.poll_ref }}'}",
    look,
)
