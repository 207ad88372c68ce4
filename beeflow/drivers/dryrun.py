"""The dry run: a recipe through the real interpreter, with nobody called.

Answers that only the world could give are `Unknown` and are carried along. A decision on one of
them goes both ways. Where one of the ways ends the run (a `stop`, a failure), the run is told
again with that decision taken the other way, so that what follows is seen, too. Writes are never
made; reads only when asked for. Time is virtual: a wait of a week takes none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from beeflow.drivers.account import Account, Assumed, Happening, Step
from beeflow.drivers.hidden_secrets import HiddenSecrets
from beeflow.drivers.outline import outline
from beeflow.drivers.teller import Teller
from beeflow.drivers.timing import Timing
from beeflow.engine import commands as c
from beeflow.engine.hiding import Hider, only_configured
from beeflow.engine.interpreter import Begin, interpret
from beeflow.engine.journal.records import OpenRun, Run
from beeflow.engine.machine import Machine
from beeflow.engine.scope import SecretScope, batch_scope, kind_of, trigger_scope
from beeflow.recipe.inputs import bind
from beeflow.types import Json, zone

if TYPE_CHECKING:
    from datetime import tzinfo

    from beeflow.drivers.occasion import Occasion
    from beeflow.engine.hiding import Masking
    from beeflow.engine.ports import Actions, Secrets
    from beeflow.recipe.model import Recipe

Check: TypeAlias = Callable[[str, Mapping[str, Json], Collection[str]], Sequence[str]]
"""Says what is wrong with arguments: the action, what is known of them, the names of the rest."""

AnswerOf: TypeAlias = Callable[[str], Mapping[str, Any]]
"""Gives the JSON Schema of an action's answer as a recipe sees it; empty: not documented."""


def undocumented(_action: str) -> Mapping[str, Any]:
    """Know no action's answer."""
    return {}


RUN: Final = "run_dry"
"""The id of every dry run."""

_MOST_WAYS: Final = 500
"""So many ways through a recipe are gone at most. A way that is not gone is not told."""


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """What to dry-run, and with what.

    `state` are the values kept between the recipe's runs. With `reads`, reads are made through
    `actions`, and `secrets` are looked up for them; without, nothing is. `check` says what is
    wrong with an action's arguments, of which those named last are not known yet; `answer_of`
    tells what its answer will be like. `masking` says what
    is secret by nature in the webhook and in answers.
    """

    recipe: Recipe
    occasion: Occasion
    actions: Actions
    secrets: Secrets
    check: Check
    answer_of: AnswerOf = undocumented
    inputs: Mapping[str, Json] = msgspec.field(default_factory=dict)
    state: Mapping[str, Json] = msgspec.field(default_factory=dict)
    reads: bool = False
    masking: Masking | None = None

    def hider(self) -> Hider:
        """Return what takes out of the account what nobody may read of this run."""
        event = self.occasion.event
        run = Run(RUN, self.recipe.id, "", event.id, "ready", created_at=self.occasion.at)
        masking = self.masking or only_configured(self.secrets)
        return Hider(masking, OpenRun(run, (event,), {}))


class _Way(msgspec.Struct):
    """One way through the recipe: what it assumed, which decisions stayed open, how it ended."""

    forced: Mapping[str, bool]
    open: dict[str, c.Decide] = msgspec.field(default_factory=dict)
    steps: list[Step] = msgspec.field(default_factory=list)
    early: bool = False
    news: bool = False
    """Whether it tells anything that another way did not: a step, or an ending."""


async def dry_run(rehearsal: Rehearsal) -> Account:
    """Return what would happen. Raises `UsageError` for inputs that do not fit."""
    recipe, occasion = rehearsal.recipe, rehearsal.occasion
    steps = list(occasion.steps)
    if occasion.matches:
        steps += await _Explorer(rehearsal).explore()
    payload = rehearsal.hider()(dict(occasion.event.payload))
    return Account(
        recipe=recipe.id,
        title=recipe.name,
        file=_file(recipe),
        mode=recipe.mode,
        trigger=occasion.event.type,
        origin=occasion.origin,
        at=occasion.at,
        payload=payload if isinstance(payload, dict) else {},
        webhook=kind_of(occasion.event) == "webhook",
        steps=tuple(steps),
    )


def _file(recipe: Recipe) -> str:
    """Return the recipe's file as messages name it; its steps may stand in a blueprint."""
    main = recipe.bundle.main
    names = sorted((name for name, _ in recipe.bundle.files), key=len, reverse=True)
    for file in (step.head.span.file for step in recipe.actions):
        for name in names:
            if file.endswith(name):
                return file.removesuffix(name) + main
    return main


class _Explorer:
    """Goes the ways through a recipe and keeps what each tells that is new."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._hide = rehearsal.hider()
        self._begin = _begin(rehearsal, self._hide)
        self._outline = outline(rehearsal.recipe)
        self._answers: dict[str, c.Result] = {}
        self._told: set[str] = set()
        self._endings: set[tuple[str, str]] = set()
        self._ways = 0

    async def explore(self) -> list[Step]:
        """Return the steps of all ways."""
        way = await self._go({})
        return way.steps + await self._turn_off(way)

    async def _turn_off(self, way: _Way) -> list[Step]:
        """Go the ways that an early end cut off.

        The latest open decision that leads anywhere new is the one that the end hung on; what
        hangs on those before it, the new way tells.
        """
        steps: list[Step] = []
        for path, decision in reversed(way.open.items() if way.early else ()):
            for value in (False, True):
                other = await self._go({**way.forced, path: value})
                if other.news:
                    steps += [self._assumed(other, path, decision, value=value), *other.steps]
                    steps += await self._turn_off(other)
            if steps:
                break
        return steps

    def _assumed(self, way: _Way, path: str, decision: c.Decide, *, value: bool) -> Step:
        """Return the heading of a way that goes off from another."""
        entry = self._outline.entry(path)
        line = self._outline.line(entry.span) if entry else None
        assumed = Assumed(path, value, decision.clauses)
        return Step(path, assumed, way.steps[0].at, None, way.steps[0].file, line)

    async def _go(self, forced: Mapping[str, bool]) -> _Way:
        """Go one way from the beginning; what was told before is not told again."""
        way = _Way(forced)
        self._ways += 1
        if self._ways > _MOST_WAYS:
            return way
        timing = Timing(self._rehearsal.occasion.at)
        teller = Teller(self._rehearsal, self._outline, self._answers, self._hide)
        machine = Machine(interpret(self._begin))
        sleeping: dict[str, float] = {}
        while machine.ended is None:
            path = _next(machine, sleeping, timing.now)
            command = machine.pending[path]
            if path in sleeping:
                timing.now = max(timing.now, sleeping.pop(path))
                machine.resolve(path, c.Answer(timing.now))
                continue
            timing.enter(path)
            wakes = teller.wakes(command, timing.now)
            result = None
            if wakes is None:
                result = await self._answer(way, command, timing, teller)
            self._tell(way, command, timing.now, teller.tell(command, timing.now, result))
            if wakes is not None and len(machine.pending) > 1:
                sleeping[path] = wakes
                continue
            timing.now = max(timing.now, wakes or 0.0)
            machine.resolve(path, result or c.Answer(timing.now))
        self._end(way, machine.ended, timing, teller)
        return way

    async def _answer(
        self, way: _Way, command: c.Command, timing: Timing, teller: Teller
    ) -> c.Result:
        """Answer a command; a decision that nobody knows is taken as this way assumes."""
        if isinstance(command, c.Decide) and command.value == "unknown":
            if command.path in way.forced:
                return c.Answer(way.forced[command.path])
            way.open[command.path] = command
            step, _, asked = command.path.rpartition("/")
            if asked == "if":
                timing.fork(step)
            elif step.endswith("/choose"):
                timing.fork(step.removesuffix("/choose"))
            return c.Answer("both")
        return await teller.answer(command, timing.now)

    def _tell(self, way: _Way, command: c.Command, now: float, what: Happening | None) -> None:
        if what is None or command.path in self._told:
            return
        self._told.add(command.path)
        entry = self._outline.entry(command.path)
        way.steps.append(
            Step(
                path=command.path,
                what=what,
                at=now,
                name=entry.name if entry else None,
                file=entry.span.file if entry else None,
                line=self._outline.line(entry.span) if entry else None,
                arms=self._outline.arms(command.path),
            )
        )

    def _end(self, way: _Way, ending: c.Ending, timing: Timing, teller: Teller) -> None:
        way.early = ending.fault is not None or bool(ending.reason)
        known = (ending.outcome, ending.reason)
        way.news = bool(way.steps) or known not in self._endings
        self._endings.add(known)
        way.steps.append(teller.ending(ending, timing.now))


def _next(machine: Machine, sleeping: Mapping[str, float], now: float) -> str:
    """Return the command to take up: branch by branch, and waits in the order of their ends."""
    awake = [path for path in machine.pending if path not in sleeping]
    if awake:
        return min(awake, key=_natural)
    return min(sleeping, key=lambda path: (max(now, sleeping[path]), _natural(path)))


def _natural(path: str) -> list[tuple[int, str]]:
    """Return what sorts paths the way a reader counts: turn 2 before turn 10."""
    parts = path.replace("#", "/").split("/")
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _begin(rehearsal: Rehearsal, hide: Hider) -> Begin:
    recipe, occasion = rehearsal.recipe, rehearsal.occasion
    home = zone(recipe.timezone)
    secrets: Any = SecretScope(rehearsal.secrets) if rehearsal.reads else HiddenSecrets()
    return Begin(
        recipe=recipe,
        actions=rehearsal.actions,
        trigger=_trigger(occasion, recipe, home),
        inputs=_inputs(rehearsal, secrets),
        secrets=secrets,
        run=RUN,
        event_ref=occasion.event.event_ref,
        secrecy=hide,
    )


def _trigger(occasion: Occasion, recipe: Recipe, home: tzinfo) -> dict[str, Any]:
    name = recipe.triggers[occasion.trigger].name if occasion.trigger >= 0 else None
    if recipe.batch is not None and occasion.trigger >= 0:
        return batch_scope((occasion.event,), name, home)
    return trigger_scope(occasion.event, name, home)


def _inputs(rehearsal: Rehearsal, secrets: Any) -> dict[str, Any]:
    """Return the inputs as recipes see them: of a secret, its value and not its name."""
    declared = rehearsal.recipe.inputs
    values: dict[str, Any] = dict(bind(declared, rehearsal.inputs))
    for name, one in declared.items():
        if one.type == "secret" and isinstance(values[name], str):
            values[name] = secrets.attribute(values[name].removeprefix("secret:"))
    return values
