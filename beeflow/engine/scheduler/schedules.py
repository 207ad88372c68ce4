"""Schedules: each time once, and times that passed unseen as the recipe says.

A mark in the journal says up to when each schedule was seen to; it moves in the transaction that
journals the event, and the event's key holds the time, so that a time fires once whatever
happens in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.engine.alarm import Alarm
from beeflow.engine.door import Target, inner_event
from beeflow.engine.scheduler.forgetting import forget_disabled
from beeflow.recipe.model import Recipe, ScheduleTrigger
from beeflow.recipe.schedules import Schedule
from beeflow.types import Json, iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.engine.book import RecipeBook
    from beeflow.engine.door import Door
    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.ports import Clock

LATE: Final = 60.0
"""Seconds after which a time counts as missed, and `missed` and `grace` decide."""

MOST_MISSED: Final = 1000
"""Missed times that `missed: all` makes up for, the latest ones."""

MOST_SEEN: Final = 100_000
"""Passed times that are looked at."""


class _Planned(msgspec.Struct):
    recipe: Recipe
    trigger: int
    schedule: Schedule
    wanted: ScheduleTrigger
    seen: float

    @property
    def mark(self) -> str:
        return f"schedule/{self.recipe.id}/{self.trigger}"

    @property
    def text(self) -> str:
        """The definition; a mark of another one says nothing about this."""
        one = self.wanted
        return f"{one.cron}|{one.every}|{one.at}|{one.timezone}"


class Schedules:
    """Fires the live recipes' schedules."""

    def __init__(self, book: RecipeBook, journal: Journal, door: Door, clock: Clock) -> None:
        self._book = book
        self._journal = journal
        self._door = door
        self._clock = clock
        self._began = clock.now()
        self._planned: list[_Planned] = []
        self.alarm = Alarm(clock, self._ring, "schedules")

    async def plan(self) -> None:
        """Plan anew, from the live recipes and the marks: at the start, and after a reload."""
        await forget_disabled(self._book, self._journal, "schedule")
        marks = await self._journal.marks("schedule/")
        self._planned = [
            self._one(recipe, index, trigger, marks)
            for recipe, index, trigger in self._book.triggers(ScheduleTrigger)
        ]
        fresh = {
            one.mark: _mark(one, one.seen)
            for one in self._planned
            if marks.get(one.mark) != _mark(one, one.seen)
        }
        if fresh:
            await self._journal.mark(fresh)
        self.alarm.set(self._clock.now())

    def _one(
        self, recipe: Recipe, index: int, trigger: ScheduleTrigger, marks: dict[str, Json]
    ) -> _Planned:
        schedule = Schedule.from_trigger(trigger, self._began)
        planned = _Planned(recipe, index, schedule, trigger, self._clock.now())
        known = marks.get(planned.mark)
        if isinstance(known, dict) and known.get("text") == planned.text:
            planned.seen = float(str(known["seen"]))
        return planned

    async def _ring(self, now: float) -> float | None:
        for planned in self._planned:
            await self._fire_due(planned, now)
        times = [planned.schedule.next_after(planned.seen) for planned in self._planned]
        return min((time for time in times if time is not None), default=None)

    async def _fire_due(self, planned: _Planned, now: float) -> None:
        first = planned.schedule.next_after(planned.seen)
        if first is None or first > now:
            return
        for time in due_times(planned.schedule, planned.wanted, planned.seen, now):
            await self._fire(planned, time, now)
        if planned.seen < now:
            planned.seen = now
            await self._journal.mark({planned.mark: _mark(planned, now)})

    async def _fire(self, planned: _Planned, time: float, now: float) -> None:
        recipe = planned.recipe
        payload: dict[str, Json] = {"data": {}, "scheduled_for": time, "fired_at": now}
        several = sum(isinstance(one, ScheduleTrigger) for one in recipe.triggers) > 1
        name = f"{recipe.id}/{planned.trigger}" if several else recipe.id
        event = inner_event("schedule", f"schedule/{name}/{iso(time)}", payload, now)
        marks = ((planned.mark, _mark(planned, time)),)
        await self._door.enter_for(event, payload, Target(recipe, planned.trigger), marks)
        planned.seen = time


def _mark(planned: _Planned, seen: float) -> Json:
    return {"text": planned.text, "seen": seen}


def due_times(
    schedule: Schedule, wanted: ScheduleTrigger, seen: float, now: float
) -> Sequence[float]:
    """Return the times in (seen, now] that fire: those on time, and missed ones as wished.

    Of several that are on time by now, the latest stands for all, but for `missed: all`: they
    came while nothing ran for less than `LATE`.
    """
    missed: list[float] = []
    on_time: list[float] = []
    oldest = max(seen, now - max(wanted.grace, LATE))
    for time in schedule.between(oldest, now, MOST_SEEN):
        if time >= now - LATE:
            on_time.append(time)
        elif time >= now - wanted.grace:
            missed.append(time)
    if wanted.missed == "all":
        return [*missed[-MOST_MISSED:], *on_time]
    # What comes on time right after stands for what was missed before it.
    made_up = missed[-1:] if wanted.missed == "once" else []
    return on_time[-1:] or made_up
