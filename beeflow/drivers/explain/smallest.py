"""The smallest change to an event that would have fired a recipe, found by trying.

By how many places are changed, the fewest first: from each event that does not fire, the first
thing in its way (a line of the pattern, the conditions, the throttle) says what to try next. Each
attempt is a look with the real interpreter; the first that fires is a smallest one.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec
from msgspec.structs import replace

from beeflow.drivers.explain.candidates import (
    REMOVED,
    Candidates,
    Path,
    Value,
    of_expressions,
    of_key,
    of_pattern,
    of_reads,
)
from beeflow.drivers.explain.looking import Ground, Look, look
from beeflow.engine.interpreter.decisions import texts
from beeflow.engine.scope import event_ref_of
from beeflow.recipe.model import WebhookTrigger
from beeflow.recipe.patterns import type_matches
from beeflow.recipe.patterns.paths import MISSING, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beeflow.engine.event import Event
    from beeflow.types import Json

_LOOKS: Final = 3000
"""Attempts after which the search is given up."""

_PLACES: Final = 5
"""Places that are changed at most."""

_Changes: TypeAlias = "tuple[tuple[Path, Value], ...]"


class Difference(msgspec.Struct, frozen=True):
    """One place of the event, what stands there, and what would have to.

    `present` and `kept` say whether it is there at all, before and after.
    """

    path: str
    before: Json
    after: Json
    present: bool
    kept: bool


class Smallest(msgspec.Struct, frozen=True):
    """The smallest change, and how the recipe then looks at the event."""

    differences: tuple[Difference, ...]
    look: Look


class _Node(msgspec.Struct, frozen=True):
    """An event that was tried: what was changed, and how the recipe looks at it."""

    changes: _Changes
    event: Event
    look: Look


class Search(msgspec.Struct, frozen=True):
    """A search. `types` gives the documented types that a type or a `*` pattern means."""

    ground: Ground
    event: Event
    types: Mapping[str, Sequence[str]]

    def run(self, first: Look) -> Smallest | None:
        """Return the smallest change that fires the recipe, None where none was found."""
        tried: set[str] = set()
        level = [_Node((), self.event, first)]
        for _ in range(_PLACES):
            further: list[_Node] = []
            beside: list[_Node] = []
            for node in level:
                for other in self._tries(node, tried):
                    if other.look.fires:
                        return Smallest(self._differences(other.changes), other.look)
                    differs = _standing(node.look) != _standing(other.look)
                    (further if differs else beside).append(other)
            # What changed nothing by itself may be half of what is needed; it is tried last.
            level = [*further, *beside]
        return None

    def _tries(self, node: _Node, tried: set[str]) -> Iterator[_Node]:
        """Yield what comes of each further change."""
        for more in self._next(node.event, node.look):
            if len(tried) >= _LOOKS:
                return
            if any(path == more[0] for path, _ in node.changes):
                continue
            changes = (*node.changes, more)
            event = _changed(self.event, changes)
            told = json.dumps(event.payload, sort_keys=True, default=str)
            if told not in tried:
                tried.add(told)
                yield _Node(changes, event, look(self.ground, event))

    def _next(self, event: Event, found: Look) -> Iterator[tuple[Path, Value]]:
        """Yield what to change next: what stands first in the way."""
        for candidates in self._candidates(event, found):
            for path, values in candidates.items():
                for value in values:
                    if resolve(event.payload, path) != value:
                        yield path, value

    def _candidates(self, event: Event, found: Look) -> Iterator[Candidates]:
        recipe = self.ground.recipe
        if found.verdict == "not_wanted":
            for trigger in recipe.triggers:
                if isinstance(trigger, WebhookTrigger):
                    yield self._of_trigger(trigger, event)
        elif found.verdict == "throttled":
            if recipe.throttle is not None and recipe.throttle.key is not None:
                yield of_key(recipe.throttle.key.text)
        else:
            if found.verdict == "failed":
                yield of_reads(recipe.fetch, event.payload)
            clauses = found.decision.clauses if found.decision else ()
            wanted = [text for one in recipe.conditions for text in texts(one)]
            key = recipe.throttle.key if recipe.throttle else None
            wanted += [key.text] if key is not None else []
            yield of_expressions(wanted, clauses, event.payload)

    def _of_trigger(self, trigger: WebhookTrigger, event: Event) -> Candidates:
        if not any(type_matches(kind, event.type) for kind in trigger.types):
            kinds = [kind for wanted in trigger.types for kind in self.types.get(wanted, ())]
            return {("type",): [*kinds]}
        return of_pattern(trigger.match, event.payload) or {}

    def _differences(self, changes: _Changes) -> tuple[Difference, ...]:
        told = []
        for path, value in changes:
            before = resolve(self.event.payload, path)
            present, kept = before is not MISSING, value is not REMOVED
            was: Json = before if present else None  # type: ignore[assignment]  # from a payload
            now: Json = value if kept else None  # type: ignore[assignment]  # checked
            told.append(Difference(".".join(path), was, now, present, kept))
        return tuple(told)


def _standing(found: Look) -> object:
    """Return how far an event got: what is different where a change made a difference."""
    clauses = found.decision.clauses if found.decision else ()
    return (
        found.verdict,
        tuple(tuple(one.value for one in word.clauses) for word in found.triggers),
        tuple(one.value for one in clauses),
        found.failure,
    )


def _changed(event: Event, changes: _Changes) -> Event:
    """Return the event with other values at some places."""
    payload = copy.deepcopy(dict(event.payload))
    for path, value in changes:
        _put(payload, path, value)
    kind = payload.get("type", event.type)
    return replace(
        event,
        type=kind if isinstance(kind, str) else event.type,
        payload=payload,
        event_ref=event_ref_of(payload),
    )


def _put(payload: dict[str, Json], path: Path, value: Value) -> None:
    """Set what a path leads to, making mappings on the way; a list is followed by number."""
    place: Json = payload
    for step in path[:-1]:
        if isinstance(place, list) and step.isdecimal() and int(step) < len(place):
            place = place[int(step)]
        elif isinstance(place, dict):
            if not isinstance(place.get(step), dict | list):
                place[step] = {}
            place = place[step]
        else:
            return
    if isinstance(place, dict):
        if value is REMOVED:
            place.pop(path[-1], None)
        else:
            place[path[-1]] = copy.deepcopy(value)
