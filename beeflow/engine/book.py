"""The book of recipes: those that are live, by what starts them, and those only runs still know.

Swapped recipe by recipe on a reload; a run keeps the recipe of the hash it is pinned to.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from beeflow.recipe.model import (
    Bundle,
    CancelOn,
    Recipe,
    RunTrigger,
    Trigger,
    WebhookTrigger,
)
from beeflow.recipe.patterns import PatternIndex, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from beeflow.engine.journal.protocol import Journal
    from beeflow.types import Json

PINNED_KEPT: Final = 256
"""Recipes kept in memory that only runs in flight still use."""

T = TypeVar("T", bound=Trigger)


class Wanted(msgspec.Struct, frozen=True):
    """A trigger, or with `trigger` below 0 a `cancel_on`, that an event matches."""

    recipe: Recipe
    trigger: int

    @property
    def cancel(self) -> CancelOn:
        """The `cancel_on` that matched."""
        return self.recipe.cancel_on[-1 - self.trigger]


class RecipeBook:
    """The live recipes. `parse` makes a recipe from the text that the journal kept."""

    def __init__(self, journal: Journal, parse: Callable[[Bundle], Recipe | None]) -> None:
        self._journal = journal
        self._parse = parse
        self._recipes: dict[str, Recipe] = {}
        self._by_hash: dict[str, Recipe] = {}
        self._index: PatternIndex[tuple[str, int]] = PatternIndex()
        self._listeners: dict[str, Recipe] = {}
        self._pinned: OrderedDict[str, Recipe] = OrderedDict()

    def __iter__(self) -> Iterator[Recipe]:
        return iter(self._recipes.values())

    def __len__(self) -> int:
        return len(self._recipes)

    def get(self, recipe_id: str) -> Recipe | None:
        """Return a live recipe."""
        return self._recipes.get(recipe_id)

    async def put(self, recipe: Recipe) -> None:
        """Make a recipe live, in place of the one with its id; its text is on disk before."""
        await self._journal.keep_bundle(recipe.hash, recipe.bundle)
        self.remove(recipe.id)
        self._recipes[recipe.id] = self._by_hash[recipe.hash] = recipe
        if recipe.enabled:
            self._subscribe(recipe)

    def remove(self, recipe_id: str) -> None:
        """Take a recipe out; its runs in flight go on."""
        recipe = self._recipes.pop(recipe_id, None)
        self._listeners.pop(recipe_id, None)
        if recipe is None:
            return
        if recipe.enabled:
            for index, _ in _matching(recipe):
                self._index.remove((recipe_id, index))
        self._by_hash.pop(recipe.hash, None)
        self._pin(recipe)

    def _subscribe(self, recipe: Recipe) -> None:
        for index, wanted in _matching(recipe):
            pattern = compile_pattern(wanted.match)
            self._index.add((recipe.id, index), wanted.types, pattern)
        if any(isinstance(trigger, RunTrigger) for trigger in recipe.triggers):
            self._listeners[recipe.id] = recipe

    def match(self, kind: str, payload: Mapping[str, Json]) -> list[Wanted]:
        """Return what wants a webhook: the first trigger of each recipe, and every cancel."""
        seen: set[str] = set()
        wanted = []
        for recipe_id, index in self._index.match(kind, payload):
            if index >= 0 and recipe_id in seen:
                continue
            if index >= 0:
                seen.add(recipe_id)
            wanted.append(Wanted(self._recipes[recipe_id], index))
        return wanted

    @property
    def listeners(self) -> Collection[Recipe]:
        """The recipes that listen to the end of other recipes' runs."""
        return self._listeners.values()

    def triggers(self, kind: type[T]) -> Iterator[tuple[Recipe, int, T]]:
        """List the enabled recipes' triggers of a kind, with their index."""
        for recipe in self._recipes.values():
            if recipe.enabled:
                for index, trigger in enumerate(recipe.triggers):
                    if isinstance(trigger, kind):
                        yield recipe, index, trigger

    # --- pinned ------------------------------------------------------------------------------

    async def pinned(self, recipe_hash: str) -> Recipe | None:
        """Return the recipe of a hash: live, remembered, or from the journal."""
        if recipe_hash in self._by_hash:
            return self._by_hash[recipe_hash]
        if recipe_hash in self._pinned:
            self._pinned.move_to_end(recipe_hash)
            return self._pinned[recipe_hash]
        bundle = await self._journal.bundle(recipe_hash)
        recipe = None if bundle is None else self._parse(bundle)
        if recipe is not None:
            self._pin(recipe)
        return recipe

    def _pin(self, recipe: Recipe) -> None:
        self._pinned[recipe.hash] = recipe
        while len(self._pinned) > PINNED_KEPT:
            self._pinned.popitem(last=False)


def _matching(recipe: Recipe) -> Iterator[tuple[int, WebhookTrigger | CancelOn]]:
    """List what waits for webhooks: triggers by their index, cancels from -1 downwards."""
    for index, trigger in enumerate(recipe.triggers):
        if isinstance(trigger, WebhookTrigger):
            yield index, trigger
    for index, cancel in enumerate(recipe.cancel_on):
        yield -1 - index, cancel
