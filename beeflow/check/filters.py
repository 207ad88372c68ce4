"""What a watch asks of events with `for_events`: fields of the listed event, and the status."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.signatures import signature_of
from beeflow.check.subject import Found
from beeflow.check.typing.matching import at_path
from beeflow.recipe.document import MappingNode, ScalarNode
from beeflow.recipe.patterns.paths import read_path
from beeflow.recipe.problem import Problem
from beeflow.recipe.typing import ANYTHING, ListOf, Record, Type, members, type_of_schema, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.check.facts import Facts
    from beeflow.check.subject import Subject

LISTING: Final = "events.list"
_WATCH: Final = re.compile(r"trigger(?:/\d+)?/watch")
_PREFIX: Final = "event_"


def filters(subject: Subject, facts: Facts) -> Iterator[tuple[Type, str, Found]]:
    """Yield each filter: the event that it is asked of, the field, and what is expected of it."""
    for holder in _holders(subject):
        if isinstance(holder.node, MappingNode):
            event = _event(facts)
            for entry in holder.node:
                found = Found(entry.value, f"{holder.path}/{entry.name}")
                yield event, field_called(entry.name), found


def field_called(name: str) -> str:
    """Return the field that a filter looks at: `status` is `event_status`."""
    return f"{_PREFIX}{name.removeprefix(_PREFIX)}"


def unknown_filters(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find filters on fields that no event has."""
    for holder in _holders(subject):
        event = _event(facts)
        for entry in holder.node if isinstance(holder.node, MappingNode) else ():
            if at_path(event, read_path(field_called(entry.name))) is not None:
                continue
            known = _known(event)
            near = nearest(entry.name.removeprefix(_PREFIX), known)
            yield Problem(
                "unknown-trigger-field",
                f"an event has no field `{entry.name}` to be filtered by",
                entry.key.span,
                help=_for_reading(facts, entry.name) or did_you_mean(near, known),
                suggestions=near,
                path=f"{holder.path}/{entry.name}",
            )


def _known(event: Type) -> list[str]:
    records = [one for one in members(event) if isinstance(one, Record)]
    return sorted({name.removeprefix(_PREFIX) for one in records for name in one.fields})


def unasked_status(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find a status by which the platform cannot be asked for events."""
    for holder in _holders(subject):
        asked, allowed = holder.child("status"), _listed_by(facts)
        if asked is None or not isinstance(asked.node, ScalarNode) or not allowed:
            continue
        word = asked.node.text
        if word in allowed or "{{" in word or not _is_status(facts, word):
            continue
        listed = ", ".join(f"'{one}'" for one in allowed)
        yield Problem(
            "never-matches",
            f"events cannot be listed by the status '{word}'",
            asked.node.span,
            help=f"write event_status: {word}, which looks at each event (listed are {listed})",
            suggestions=(f"event_status: {word}",),
            path=asked.path,
        )


def _listed_by(facts: Facts) -> Sequence[str]:
    """Return the status values by which the platform lists events."""
    action = facts.actions.get(LISTING)
    parameter = signature_of(action).parameters.get("status") if action is not None else None
    allowed: Sequence[str] = parameter.schema.get("enum", ()) if parameter is not None else ()
    return allowed


def _is_status(facts: Facts, word: str) -> bool:
    """Whether an event may have this status; where none does, that is told by itself."""
    found = at_path(_event(facts), (f"{_PREFIX}status",))
    return found is not None and any(word in getattr(one, "values", ()) for one in members(found))


def _for_reading(facts: Facts, name: str) -> str | None:
    """Say that a parameter of the listing is no filter."""
    action = facts.actions.get(LISTING)
    if action is None or all(one.name != name for one in action.parameters):
        return None
    return (
        f"`{name}` is a parameter of {LISTING}; filters are fields of an event, such as status or "
        "title, with patterns as in `match`"
    )


def _event(facts: Facts) -> Type:
    """Return an event as it is listed."""
    action = facts.actions.get(LISTING)
    listed = type_of_schema(action.answer) if action is not None else ANYTHING
    return union(*(one.item for one in members(listed) if isinstance(one, ListOf)))


def _holders(subject: Subject) -> Iterator[Found]:
    for one in subject.having("for_events"):
        held = one.child("for_events")
        if held is not None and _WATCH.fullmatch(one.path):
            yield held
