"""Which recipe starts which: by webhooks that its steps cause, by its steps, by its end."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from beeflow.check.causes.knowledge import Knowledge
from beeflow.check.causes.sending import Sent, begins, heard, listens, sent
from beeflow.check.causes.walking import Course, Deed, Doubt, Doubts, course
from beeflow.check.causes.watching import listed_by, noticed
from beeflow.check.steps import all_steps
from beeflow.recipe.model import ActionStep, RunStep, RunTrigger, WatchTrigger, WebhookTrigger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beeflow.check.causes.knowledge import Path
    from beeflow.check.facts import Action
    from beeflow.recipe.model import Recipe, Step
    from beeflow.types import Json

_MOST_LINKS: Final = 50_000
"""Links that are followed: a bound for hostile folders, far above what others have."""


class Link(msgspec.Struct, frozen=True):
    """One recipe starts another, or itself.

    `by` is the webhook's type, or `run`. `step` is what does it; None: the end of the source's run
    does. `trigger` is the place among the target's triggers; None: the step starts it without one.
    `doubts` are what may keep it from happening; none: a run of the source always does it.
    `changes` and `anew` are those of the webhook (`sending.Sent`).
    """

    source: str
    target: str
    by: str
    step: ActionStep | RunStep | None
    trigger: int | None
    doubts: Doubts = ()
    changes: Mapping[str, tuple[Json] | None] = msgspec.field(default_factory=dict)
    anew: bool = True

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells links of one source's step and one target from all others."""
        return self.source, self.step.head.path if self.step else "", self.target


class Start(msgspec.Struct, frozen=True):
    """A way for a recipe to begin: by which trigger, and what is then known."""

    recipe: str
    trigger: int | None
    known: Knowledge

    @property
    def key(self) -> str:
        """A text that tells it from others."""
        paths = sorted((".".join(path), value) for path, value in self.known.paths.items())
        told = [self.recipe, self.trigger, paths, sorted(self.known.fields.items())]
        return json.dumps(told, default=str)


Follows: TypeAlias = Mapping[str, tuple[tuple[Link, str], ...]]
"""By the key of a start, what it leads to: links, with the keys of the starts they lead to."""


class Graph(msgspec.Struct, frozen=True):
    """What starts what. `links` are all there are; `follows` holds them by start, for loops.

    In `follows` what is known travels along: a recipe that was started by a status of `done` does
    not take the branch for `live`.
    """

    links: tuple[Link, ...]
    follows: Follows


def trace(recipes: Iterable[Recipe], actions: Mapping[str, Action]) -> Graph:
    """Return which recipes start which; only those that are enabled, and act for real."""
    tracer = _Tracer({one.id: one for one in recipes if one.enabled}, actions)
    roots = [
        start
        for recipe in tracer.recipes.values()
        if tracer.is_heard(recipe)
        for start in _roots(recipe)
    ]
    follows = tracer.follow(roots)
    links = [link for root in roots for link, _ in follows.get(root.key, ())]
    return Graph(tuple(links), follows)


def _roots(recipe: Recipe) -> Iterator[Start]:
    """Yield how a recipe may begin by itself."""
    for place, trigger in enumerate(recipe.triggers):
        known = begins(trigger) if isinstance(trigger, WebhookTrigger) else Knowledge()
        yield Start(recipe.id, place, known)
    if not recipe.triggers:
        yield Start(recipe.id, None, Knowledge())


class _Tracer(msgspec.Struct, frozen=True, dict=True):
    recipes: Mapping[str, Recipe]
    actions: Mapping[str, Action]
    listeners: dict[str, list[Recipe]] = msgspec.field(default_factory=dict)

    def follow(self, roots: Iterable[Start]) -> Follows:
        """Return what each start leads to, and what that leads to, until nothing is new."""
        waiting = deque((start.key, start) for start in roots)
        follows: dict[str, tuple[tuple[Link, str], ...]] = {}
        links = 0
        while waiting and links < _MOST_LINKS:
            key, start = waiting.popleft()
            if key in follows:
                continue
            found = [(link, other.key, other) for link, other in self.after(start)]
            follows[key] = tuple((link, other) for link, other, _ in found)
            waiting.extend((other, next_) for _, other, next_ in found)
            links += len(found)
        return follows

    def after(self, start: Start) -> Iterator[tuple[Link, Start]]:
        """Yield what a start leads to."""
        recipe = self.recipes[start.recipe]
        if not self.is_heard(recipe):
            return
        run = course(recipe, start.known)
        if run is None:
            return
        for deed in run.deeds:
            if isinstance(deed.step, RunStep):
                yield from self._run(recipe, deed, deed.step)
            elif recipe.mode == "live":
                yield from self._action(recipe, deed, deed.step)
        yield from self._end(recipe, run)

    def is_heard(self, recipe: Recipe) -> bool:
        """Whether anything hears of what a recipe does; if not, it starts nothing."""
        return bool(self.enders) or any(map(self._may_start, all_steps(recipe)))

    def _may_start(self, step: Step) -> bool:
        """Whether a step may start something."""
        if not isinstance(step, ActionStep):
            return isinstance(step, RunStep)
        action, listed = self.actions.get(step.call.action), listed_by(step.call)
        announced = action.announces if action is not None else ()
        heard = any(self.listening(one.type) for one in announced)
        return heard or (listed is not None and bool(self.looking(listed)))

    def _run(self, recipe: Recipe, deed: Deed, step: RunStep) -> Iterator[tuple[Link, Start]]:
        if step.recipe not in self.recipes:
            return
        given = {name: deed.known.value(value) for name, value in step.args.items()}
        known: dict[Path, Json] = {
            ("inputs", name): value[0] for name, value in given.items() if value is not None
        }
        start = Start(step.recipe, None, Knowledge(known))
        yield Link(recipe.id, step.recipe, "run", step, None, deed.doubts), start

    def _action(self, recipe: Recipe, deed: Deed, step: ActionStep) -> Iterator[tuple[Link, Start]]:
        action = self.actions.get(step.call.action)
        for one in sent(deed, step.call, action) if action is not None else ():
            for target in self.listening(one.type):
                yield from _webhook(recipe.id, target, deed, step, one)
        listed = listed_by(step.call)
        for target in self.looking(listed) if listed is not None else ():
            yield from _watch(recipe.id, target, deed, step)

    def looking(self, listed: str) -> list[Recipe]:
        """Return the recipes that watch what an action lists."""
        if listed not in self.listeners:
            self.listeners[listed] = [
                recipe
                for recipe in self.recipes.values()
                for one in recipe.triggers
                if isinstance(one, WatchTrigger)
                and any(fetch.call.action == listed for fetch in one.fetch)
            ]
        return self.listeners[listed]

    def listening(self, type_: str) -> list[Recipe]:
        """Return the recipes that have a trigger for webhooks of a type."""
        if type_ not in self.listeners:
            self.listeners[type_] = [
                recipe
                for recipe in self.recipes.values()
                if any(
                    isinstance(one, WebhookTrigger) and listens(one, type_)
                    for one in recipe.triggers
                )
            ]
        return self.listeners[type_]

    @cached_property
    def enders(self) -> tuple[tuple[Recipe, int, RunTrigger], ...]:
        """The triggers on the end of a run, each with its recipe and place."""
        return tuple(
            (recipe, place, trigger)
            for recipe in self.recipes.values()
            for place, trigger in enumerate(recipe.triggers)
            if isinstance(trigger, RunTrigger)
        )

    def _end(self, recipe: Recipe, run: Course) -> Iterator[tuple[Link, Start]]:
        for target, place, trigger in self.enders:
            if not _for(trigger, target, recipe):
                continue
            succeeded = "succeeded" in trigger.outcomes
            doubts = run.doubts if succeeded else (*run.doubts, Doubt("failure", "the run"))
            known = Knowledge({("trigger", "data", "recipe"): recipe.id})
            start = Start(target.id, place, known)
            yield Link(recipe.id, target.id, "run", None, place, doubts), start


def _webhook(
    source: str, target: Recipe, deed: Deed, step: ActionStep, one: Sent
) -> Iterator[tuple[Link, Start]]:
    """Yield the start of a recipe by a webhook: the first of its triggers that matches counts."""
    for place, trigger in enumerate(target.triggers):
        if not isinstance(trigger, WebhookTrigger) or not listens(trigger, one.type):
            continue
        found = heard(trigger, one.known)
        if found is None:
            continue
        known, more = found
        doubts = (*deed.doubts, *more)
        link = Link(source, target.id, one.type, step, place, doubts, one.changes, one.anew)
        yield link, Start(target.id, place, known)
        if not more:
            return


def _watch(
    source: str, target: Recipe, deed: Deed, step: ActionStep
) -> Iterator[tuple[Link, Start]]:
    """Yield the start of a recipe by a watch that finds what a step made."""
    for place, trigger in enumerate(target.triggers):
        found = noticed(trigger, deed, step.call)
        if found is not None:
            known, more = found
            by = f"a new item of {listed_by(step.call)}"
            link = Link(source, target.id, by, step, place, (*deed.doubts, *more))
            yield link, Start(target.id, place, known)


def _for(trigger: RunTrigger, target: Recipe, ended: Recipe) -> bool:
    """Whether a trigger is for the end of a recipe's runs; by a pattern never for its own."""
    if not fnmatchcase(ended.id, trigger.recipe):
        return False
    return target.id != ended.id or trigger.recipe == ended.id
