"""Recorded events, played again: the real engine on a stage, at the times they came then.

Webhooks enter by the door. Schedules, event starts, watches and people's hands enter for the
recipe that they started then: when they would fire by other texts is what `plan` tells. What runs
set off (a `run` trigger, a `wait_for` that a later webhook meets, a `cancel_on`) happens by itself.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from beeflow.drivers.backtest.deeds import Deed, Made, failing_clause, made_of
from beeflow.drivers.stage import House, Stage
from beeflow.drivers.wording.steps import arms
from beeflow.engine.door import Target
from beeflow.engine.event import NewEvent
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.scope import kind_of
from beeflow.errors import UsageError
from beeflow.recipe.model import (
    EventStartTrigger,
    Recipe,
    ScheduleTrigger,
    Step,
    Trigger,
    WaitForStep,
    WatchTrigger,
)
from beeflow.recipe.patterns import type_matches

if TYPE_CHECKING:
    from beeflow.drivers.backtest.answers import Answers
    from beeflow.drivers.backtest.past import Past, PastRun
    from beeflow.engine.event import Event
    from beeflow.engine.journal.records import Record as Noted
    from beeflow.engine.journal.records import Run
    from beeflow.engine.ports import Secrets
    from beeflow.engine.scheduler.event_starts import StartOf
    from beeflow.recipe.parser import Defaults
    from beeflow.types import Json

MOST_MOMENTS: Final = 200_000
"""Moments after the last event at which something may still happen."""

TURNS: Final = 6
"""Turns of the event loop in which the dispatcher's alarm falls asleep for its next time.

The clock must not be moved before: the alarm would sleep from then on.
"""

_KINDS: Final[Mapping[str, type[Trigger]]] = {
    "schedule": ScheduleTrigger,
    "event_start": EventStartTrigger,
    "watch": WatchTrigger,
}


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What both sides are played with. `show` is told how many events are through."""

    answers: Answers
    secrets: Secrets
    start_of: StartOf
    defaults: Defaults
    show: Callable[[int], None] = msgspec.field(default=lambda _done: None)


class Played(msgspec.Struct):
    """What came of it: the deeds by event and recipe."""

    deeds: dict[tuple[str, str], list[Deed]] = msgspec.field(
        default_factory=lambda: defaultdict(list)
    )


async def play(recipes: Sequence[Recipe], pasts: Sequence[Past], setting: Setting) -> Played:
    """Play recorded events, in order, through recipes."""
    player = _Player(recipes, setting, pasts[0].event.received_at if pasts else 0.0)
    return await player.play(pasts)


class _Revealed(msgspec.Struct, frozen=True):
    """Secrets by name, also those that are not here: what is done with them is masked anyway."""

    real: Secrets

    def get(self, name: str) -> str | None:
        found = self.real.get(name)
        return "***" if found is None else found

    def mask(self, value: Json) -> Json:
        return self.real.mask(value)

    def found_in(self, value: Json) -> Collection[str]:
        return self.real.found_in(value)

    def hiding(self, values: Collection[str]) -> Callable[[Json], Json]:
        return self.real.hiding(values)


class _Player:
    def __init__(self, recipes: Sequence[Recipe], setting: Setting, began: float) -> None:
        self._recipes = recipes
        self._setting = setting
        self._calls: defaultdict[str, list[tuple[str, float, Noted]]] = defaultdict(list)
        self._roots: dict[str, Past] = {}
        self._awaited = _awaited(recipes)
        house = House(
            actions=setting.answers,
            secrets=_Revealed(setting.secrets),
            listed=_no_events,
            start_of=setting.start_of,
            defaults=setting.defaults,
            on_call=self._called,
        )
        self._journal = MemoryJournal()
        self._stage = Stage(house, began, self._journal)

    def _called(self, run: Run, noted: Noted) -> None:
        if isinstance(noted.input, Mapping) and noted.input.get("effect") != "read":
            self._calls[run.id].append((noted.path, noted.started_at, noted))

    # --- the play ----------------------------------------------------------------------------

    async def play(self, pasts: Sequence[Past]) -> Played:
        stage = self._stage
        self._setting.answers.now = lambda: stage.clock.now()  # noqa: PLW0108 - the stage may change its clock
        for recipe in self._recipes:
            await stage.book.put(recipe)
        await stage.dispatcher.start()
        try:
            for done, past in enumerate(pasts, 1):
                if self._concerns(past):
                    # Before the clock moves, all that earlier events set off comes to rest.
                    await self._pass_time(past.event.received_at)
                    await self._enter(past)
                self._setting.show(done)
            await self._settle()
            await self._play_out()
            return await self._played()
        finally:
            await stage.stop()

    async def _settle(self) -> None:
        """Return when nothing is under way: only the dispatcher sets anything off here."""
        await self._stage.dispatcher.idle()
        for _ in range(TURNS):
            await asyncio.sleep(0)

    async def _pass_time(self, until: float) -> None:
        """Let what is under way go on until an instant; where nothing is, be there at once."""
        clock = self._stage.clock
        await self._settle()
        while self._journal.unfinished:
            wakes = clock.next()
            if wakes is None or wakes >= until:
                break
            await clock.run_until(wakes, self._settle)
        if not self._journal.unfinished:
            clock.skip(until)
        await clock.run_until(until, self._settle)

    async def _play_out(self) -> None:
        for _ in range(MOST_MOMENTS):
            wakes = self._stage.clock.next()
            if wakes is None or not self._journal.unfinished:
                return
            await self._stage.clock.run_until(wakes, self._settle)

    def _concerns(self, past: Past) -> bool:
        """Whether an event can make any difference to the recipes that are played."""
        event = past.event
        if kind_of(event) != "webhook":
            return bool(past.runs)
        if any(type_matches(one, event.type) for one in self._awaited):
            return True
        return bool(self._stage.book.match(event.type, event.payload))

    async def _enter(self, past: Past) -> None:
        event, kind = past.event, kind_of(past.event)
        if kind == "webhook":
            receipt = await self._stage.door.enter(_new(event), event.payload)
            self._roots[receipt.event_id] = past
            return
        for run in past.runs:
            await self._inner(past, run, kind)

    async def _inner(self, past: Past, run: PastRun, kind: str) -> None:
        """Let an event from the inside enter for the recipe that it started then."""
        recipe = self._stage.book.get(run.recipe)
        if recipe is None or not recipe.enabled or kind == "run":
            return
        trigger = -1 if kind == "manual" else _trigger(recipe, run.trigger, kind)
        if trigger is None:
            return
        event = _new(past.event, run.recipe)
        target = Target(recipe, trigger, run.inputs if kind == "manual" else {})
        try:
            receipt = await self._stage.door.enter_for(event, past.event.payload, target)
        except UsageError:
            return  # its inputs are others now
        self._roots[receipt.event_id] = past

    # --- what came of it ---------------------------------------------------------------------

    async def _played(self) -> Played:
        played = Played()
        roots: dict[str, Past] = {}
        for run in await self._stage.runs():
            past = self._roots.get(run.event) or roots.get(run.cause or "")
            if past is not None:
                roots[run.id] = past
                played.deeds[past.event.id, run.recipe].append(await self._deed(run, past))
        return played

    async def _deed(self, run: Run, past: Past) -> Deed:
        calls = (
            (path, _made(noted, at - past.event.received_at))
            for path, at, noted in self._calls.get(run.id, ())
        )
        why = run.reason
        if run.outcome == "skipped":
            opened = await self._stage.opened(run.id)
            decided = opened.records.get("conditions")
            why = failing_clause(decided.input if decided else None) or why
        outcome = run.outcome or "unfinished"
        return Deed(outcome, why, made_of(calls), run.status == "done")


def _made(noted: Noted, after: float) -> Made:
    given: Any = noted.input
    return Made(after, str(given["action"]), given["args"] or {}, noted.kind == "would")


def _new(event: Event, recipe: str = "") -> NewEvent:
    """Return a recorded event as one that comes in again."""
    return NewEvent(
        key=f"{event.id}/{recipe}",
        source=event.source,
        type=event.type,
        received_at=event.received_at,
        body=msgspec.json.encode(event.payload),
        payload_id=event.payload_id,
        event_ref=event.event_ref,
    )


def _trigger(recipe: Recipe, recorded: int, kind: str) -> int | None:
    """Return the trigger that an event from the inside is for: the recorded one, if it is left."""
    wanted = _KINDS.get(kind)
    fitting = [at for at, one in enumerate(recipe.triggers) if wanted and isinstance(one, wanted)]
    if recorded in fitting:
        return recorded
    return fitting[0] if fitting else None


def _awaited(recipes: Iterable[Recipe]) -> frozenset[str]:
    """Return the types of webhooks that steps wait for."""
    return frozenset(
        kind
        for recipe in recipes
        for step in _all((*recipe.actions, *recipe.on_error))
        if isinstance(step, WaitForStep)
        for kind in step.types
    )


def _all(steps: Iterable[Step]) -> Iterable[Step]:
    for step in steps:
        yield step
        for inner in arms(step).values():
            yield from _all(inner)


async def _no_events() -> Sequence[Mapping[str, Json]]:
    return ()
