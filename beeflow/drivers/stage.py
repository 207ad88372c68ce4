"""The stage: the real engine on a virtual clock, its journal in memory, nobody called.

Whoever plays on it brings the actions, the secrets and what is known of the platform (`House`), and
decides what happens: a webhook, a person's hand, time that passes, an outage. Time stands still
until it is let pass, so that a wait of a week takes none.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

import msgspec

from beeflow.engine.book import RecipeBook
from beeflow.engine.clock import VirtualClock
from beeflow.engine.dispatch.local import LocalDispatcher
from beeflow.engine.door import Door, Ground, Target, inner_event
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.records import Ended, Filter, OpenRun, Receipt, Record, Run
from beeflow.engine.runtime import Runtime
from beeflow.engine.scheduler.event_starts import EventStarts, Listing, Platform, StartOf
from beeflow.engine.scheduler.schedules import Schedules
from beeflow.engine.scheduler.watches import Sources, Watches
from beeflow.engine.world import World
from beeflow.recipe.parser import Defaults, parse_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.engine.alarm import Alarm
    from beeflow.engine.event import NewEvent
    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.ports import Actions, Secrets
    from beeflow.recipe.model import Bundle, Recipe
    from beeflow.types import Json


def at_once(_longest: float) -> float:
    """Draw a delay before a retry: none, so that what a test expects is what it was told."""
    return 0.0


class House(msgspec.Struct, frozen=True, kw_only=True):
    """What a stage is furnished with.

    `listed` answers the platform's list of events, `start_of` reads when one begins. `jitter` draws
    the pause before a retry from its longest. `on_end`, `on_call` and `on_step` are told what
    `World` tells.
    """

    actions: Actions
    secrets: Secrets
    listed: Listing
    start_of: StartOf
    defaults: Defaults = msgspec.field(default_factory=Defaults)
    jitter: Callable[[float], float] = at_once
    on_end: Callable[[Ended], None] = msgspec.field(default=lambda _ended: None)
    on_call: Callable[[Run, Record], None] = msgspec.field(default=lambda _run, _record: None)
    on_step: Callable[[str, str], None] | None = None


class Stage:
    """An engine to play on, from the virtual instant `now`."""

    def __init__(self, house: House, now: float, journal: Journal | None = None) -> None:
        self.house = house
        self.clock = VirtualClock(now)
        self.journal: Journal = journal or MemoryJournal()
        self._hands = 0
        self._build()

    def _build(self) -> None:
        """Put the engine together, as a process does when it starts."""
        house, journal, clock = self.house, self.journal, self.clock
        self.book = RecipeBook(journal, self._parse)
        ground = Ground(self.book, journal, clock, house.secrets, house.start_of)
        self.door = Door(ground)
        self.world = World(
            journal, house.actions, clock, house.secrets, self.book, self.door,
            jitter=house.jitter,
            linger=0.0,
            on_end=house.on_end,
            on_call=house.on_call,
            on_step=house.on_step,
        )  # fmt: skip
        self.runtime = Runtime(self.world)
        self.dispatcher = LocalDispatcher(journal, self.runtime, clock)
        self.door.dispatcher = self.dispatcher
        platform = Platform(house.listed, house.start_of)
        sources = Sources(house.actions, house.secrets)
        self.schedules = Schedules(self.book, journal, self.door, clock)
        self.event_starts = EventStarts(self.book, journal, self.door, clock, platform)
        self.watches = Watches(self.book, journal, self.door, clock, sources)
        self.door.planned = self.event_starts.changed
        for alarm in (*self._alarms, self.dispatcher.alarm):
            # Nobody sets a virtual clock: there is no need to look again and again.
            alarm.longest_nap = math.inf

    def _parse(self, bundle: Bundle) -> Recipe | None:
        return parse_bundle(bundle, self.house.defaults)

    @property
    def _alarms(self) -> tuple[Alarm, ...]:
        return (self.schedules.alarm, self.event_starts.alarm, self.watches.alarm)

    # --- beginning and end -------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to work."""
        await self.replan()
        await self.dispatcher.start()
        for alarm in self._alarms:
            alarm.start()
        await self.settle()

    async def stop(self) -> None:
        """End, as a daemon that is shut down."""
        await self.hold_time()
        await self.dispatcher.stop(0.0)

    async def hold_time(self) -> None:
        """Let no schedule, event start or watch fire any more; runs go on."""
        for alarm in self._alarms:
            await alarm.stop()

    async def restart(self, seconds: float) -> None:
        """Go down, and come up again after so many seconds with the same recipes and journal."""
        live = tuple(self.book)
        await self.stop()
        self.clock = VirtualClock(self.clock.now() + seconds)
        self._build()
        for recipe in live:
            await self.book.put(recipe)
        await self.start()

    async def replan(self) -> None:
        """Plan anew, after the recipes changed."""
        for keeper in (self.schedules, self.event_starts, self.watches):
            await keeper.plan()

    # --- what happens ------------------------------------------------------------------------

    async def enter(self, event: NewEvent, payload: Mapping[str, Json]) -> Receipt:
        """Let an event arrive; returns once all it set off has come to rest."""
        receipt = await self.door.enter(event, payload)
        await self.settle()
        return receipt

    async def manual(self, recipe: Recipe, inputs: Mapping[str, Json] | None = None) -> Receipt:
        """Start a recipe by hand. Raises `UsageError` for inputs that it does not take."""
        self._hands += 1
        payload: dict[str, Json] = {"data": {}}
        event = inner_event("manual", f"manual/{self._hands}", payload, self.clock.now())
        receipt = await self.door.enter_for(event, payload, Target(recipe, -1, inputs or {}))
        await self.settle()
        return receipt

    async def settle(self) -> None:
        """Return when nothing is under way."""
        quiet = 0
        while quiet < 2:  # noqa: PLR2004 - what a task sets off may itself need a turn or two
            await self.dispatcher.idle()
            for _ in range(4):
                await asyncio.sleep(0)
            quiet = 0 if any(alarm.due for alarm in self._alarms) else quiet + 1

    async def pass_time(self, seconds: float, most: float = math.inf) -> bool:
        """Let time pass; whatever is due within fires, the end included.

        At most so many moments at which something is due: False where there are more.
        """
        await self.settle()
        until = self.clock.now() + seconds
        while (wakes := self.clock.next()) is not None and wakes <= until:
            if most <= 0:
                return False
            most -= 1
            await self._reach(wakes)
        await self._reach(until)
        return True

    async def play_out(self, most: float = math.inf) -> bool:
        """Let time pass until every run is over, and nothing else.

        False where one does not end, or there are more than so many moments.
        """
        await self.hold_time()
        await self.settle()
        while await self._unfinished():
            wakes = self.clock.next()
            if most <= 0 or wakes is None or math.isinf(wakes):
                return False
            most -= 1
            await self._reach(wakes)
        return True

    async def _reach(self, instant: float) -> None:
        self.clock.reach(instant)
        await self.settle()

    async def _unfinished(self) -> bool:
        counts = (await self.journal.counts()).runs
        return any(count for status, count in counts.items() if status != "done")

    # --- what came of it ---------------------------------------------------------------------

    async def runs(self, name: str | None = None) -> list[Run]:
        """Return a recipe's runs, or all, oldest first."""
        return (await self.journal.runs(Filter(limit=0, recipe=name)))[::-1]

    async def opened(self, run_id: str) -> OpenRun:
        """Return a run with its records. Raises `LookupError` where there is none."""
        opened = await self.journal.run(run_id)
        if opened is None:
            raise LookupError(f"there is no run {run_id}")
        return opened
