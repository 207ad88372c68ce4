"""All calls of a recipe, each with where its parts stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    from beeflow.check.subject import Found, Subject
    from beeflow.recipe.problem import Span
    from beeflow.types import Json


class Called(msgspec.Struct, frozen=True):
    """A call; `fetched` where it must only read. `found` is the mapping it stands in."""

    call: ActionCall
    fetched: bool
    found: Found | None

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

    @property
    def is_readable(self) -> bool:
        """Whether what it is called with could be read; if not, that is reported."""
        args = self.found.child("with") if self.found else None
        return args is None or isinstance(args.node, MappingNode) or not args.node.plain()

    def _holders(self) -> tuple[Found, ...]:
        """Return what its parameters stand in: `with`, or beside it where they slipped."""
        args = self.found.child("with") if self.found else None
        return tuple(one for one in (args, self.found) if one is not None)


def calls(subject: Subject) -> Iterator[Called]:
    """Yield all calls, those of `fetch` first."""
    recipe = subject.recipe
    fetches = [*recipe.fetch]
    for trigger in recipe.triggers:
        if isinstance(trigger, WatchTrigger):
            fetches.extend(trigger.fetch)
    for fetch in fetches:
        yield Called(fetch.call, True, subject.mappings.get(fetch.call.span))
    for step in all_steps(recipe):
        if isinstance(step, ActionStep):
            yield Called(step.call, False, subject.mappings.get(step.call.span))


def run_by_recipes(recipes: Iterable[Recipe]) -> frozenset[str]:
    """Return the ids of recipes that some recipes run."""
    steps = (step for recipe in recipes for step in all_steps(recipe))
    return frozenset(step.recipe for step in steps if isinstance(step, RunStep))


def known_value(value: Value) -> tuple[Json] | None:
    """Return a value without any template in it, as the only item of a tuple; else None."""
    if isinstance(value, Template):
        return None
    if isinstance(value, Mapping):
        parts = {name: known_value(part) for name, part in value.items()}
        known = {name: part[0] for name, part in parts.items() if part is not None}
        return (known,) if len(known) == len(parts) else None
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = [known_value(part) for part in value]
        listed = [item[0] for item in items if item is not None]
        return (listed,) if len(listed) == len(items) else None
    return (value,)
