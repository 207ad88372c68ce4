"""All calls of a recipe, each with where its parts stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from beeflow.check.steps import all_steps
from beeflow.recipe.document import MappingNode
from beeflow.recipe.model import (
    ActionCall,
    ActionStep,
    Recipe,
    RunStep,
    Template,
    Value,
    WatchTrigger,
)

if TYPE_CHECKING:
    from beeflow.check.facts import Action
    from beeflow.check.subject import Found, Subject
    from beeflow.recipe.problem import Span
    from beeflow.types import Json


class Called(msgspec.Struct, frozen=True, dict=True):
    """A call; `fetched` where it must only read. `found` is the mapping it stands in.

    `action` is what is called, None where there is no such action.
    """

    call: ActionCall
    fetched: bool
    found: Found | None
    action: Action | None

    @property
    def path(self) -> str:
        """The path of the step or read."""
        return self.found.path if self.found else ""

    def key_span(self, name: str) -> Span:
        """Return where the name of a parameter stands."""
        key = next((key for one in self._holders() if (key := one.key(name))), None)
        return key.node.span if key else self.call.span

    def value_span(self, name: str) -> Span:
        """Return where the value of a parameter stands."""
        value = next((value for one in self._holders() if (value := one.child(name))), None)
        return value.node.span if value else self.call.span

    @cached_property
    def given(self) -> Found | None:
        """What stands under `with`."""
        return self.found.child("with") if self.found else None

    @cached_property
    def is_readable(self) -> bool:
        """Whether what it is called with could be read; if not, that is reported."""
        args = self.given
        return args is None or isinstance(args.node, MappingNode) or not args.node.plain()

    def _holders(self) -> tuple[Found, ...]:
        """Return what its parameters stand in: `with`, or beside it where they slipped."""
        return tuple(one for one in (self.given, self.found) if one is not None)


def calls(subject: Subject) -> Iterator[Called]:
    """Yield all calls, those of `fetch` first."""
    recipe = subject.recipe
    fetches = [*recipe.fetch]
    for trigger in recipe.triggers:
        if isinstance(trigger, WatchTrigger):
            fetches.extend(trigger.fetch)
    for fetch in fetches:
        yield _called(subject, fetch.call, fetched=True)
    for step in subject.steps:
        if isinstance(step, ActionStep):
            yield _called(subject, step.call, fetched=False)


def _called(subject: Subject, call: ActionCall, *, fetched: bool) -> Called:
    found, action = subject.mappings.get(call.span), subject.facts.actions.get(call.action)
    return Called(call, fetched, found, action)


def run_by_recipes(recipes: Iterable[Recipe]) -> frozenset[str]:
    """Return the ids of recipes that some recipes run."""
    steps = (step for recipe in recipes for step in all_steps(recipe))
    return frozenset(step.recipe for step in steps if isinstance(step, RunStep))


def known_value(value: Value) -> tuple[Json] | None:
    """Return a value without any template in it, as the only item of a tuple; else None."""
    if value is None or isinstance(value, str | int | float):
        return (value,)
    if isinstance(value, Template):
        return None
    if isinstance(value, Mapping):
        parts = {name: known_value(part) for name, part in value.items()}
        known = {name: part[0] for name, part in parts.items() if part is not None}
        return (known,) if len(known) == len(parts) else None
    items = [known_value(part) for part in value]
    listed = [item[0] for item in items if item is not None]
    return (listed,) if len(listed) == len(items) else None
