"""Event starts: moments relative to when each BeeStreamed event begins.

The journal keeps the plan: every known event with its start, changed in the transaction that
journals the webhook that tells of it, and reconciled with the platform's own list. What fires
when is worked out from the plan and the live recipes, so that a reload needs no replanning; a
mark for each trigger says up to when it was seen to, and the event's key holds reference and
start, so that each fires once for each start.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.engine.alarm import Alarm
from beeflow.engine.door import Door, Target, inner_event
from beeflow.engine.journal.records import PlanChange, PlannedEvent
from beeflow.engine.scheduler.forgetting import forget_disabled
from beeflow.errors import ActionError
from beeflow.recipe.model import EventStartTrigger, Recipe
from beeflow.types import Json

if TYPE_CHECKING:
    from beeflow.engine.book import RecipeBook
    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.ports import Clock

log = logging.getLogger(__name__)

LATE: Final = 60.0
"""Seconds that a webhook may take from its arrival until the plan knows it."""

HORIZON: Final = 3600.0
"""Seconds that the plan is looked ahead at a time."""

Listing = Callable[[], Awaitable[Sequence[Mapping[str, Json]]]]
"""Lists the platform's events; raises `ActionError`."""

StartOf = Callable[[Mapping[str, Json]], float | None]
"""Reads an event's start from its data, in Unix seconds."""


class Platform(msgspec.Struct, frozen=True):
    """What is known of the platform: its list of events, and how to read a start."""

    events: Listing
    start_of: StartOf


class _Trigger(msgspec.Struct):
    recipe: Recipe
    index: int
    wanted: EventStartTrigger
    seen: float
    since: float = 0.0
    new: bool = False
    """Whether the platform's list was not read since it came: what is there is no news to it."""

    @property
    def mark(self) -> str:
        return f"event_start/{self.recipe.id}/{self.index}/{self.wanted.offset:g}"


class EventStarts:
    """Fires the live recipes' `event_start` triggers, and keeps the plan true."""

    def __init__(
        self, book: RecipeBook, journal: Journal, door: Door, clock: Clock, platform: Platform
    ) -> None:
        self._book = book
        self._journal = journal
        self._door = door
        self._clock = clock
        self._platform = platform
        self._triggers: list[_Trigger] = []
        self._changed: list[PlanChange] = []
        self._reconcile_at = clock.now()
        self.alarm = Alarm(clock, self._ring, "event starts")

    async def plan(self) -> None:
        """Take in the live recipes: at the start, and after a reload."""
        await forget_disabled(self._book, self._journal, "event_start")
        marks = await self._journal.marks("event_start/")
        now = self._clock.now()
        self._triggers = [
            _Trigger(recipe, index, wanted, now)
            for recipe, index, wanted in self._book.triggers(EventStartTrigger)
        ]
        fresh: dict[str, Json] = {}
        for one in self._triggers:
            known = marks.get(one.mark)
            if isinstance(known, int | float):
                one.seen = float(known)
            else:
                fresh[one.mark] = one.since = now
                one.new = True
        if fresh:
            await self._journal.mark(fresh)
            # A trigger that nobody planned for before wants to know what there is.
            self._reconcile_at = now
        self.alarm.set(now)

    def changed(self, changes: Sequence[PlanChange]) -> None:
        """Take in that the plan changed."""
        if self._triggers:
            self._changed.extend(changes)
            self.alarm.set(self._clock.now())

    # --- the clock ---------------------------------------------------------------------------

    async def _ring(self, now: float) -> float | None:
        if not self._triggers:
            return None
        if now >= self._reconcile_at:
            await self._reconcile(now)
        changed, self._changed = self._changed, []
        for change in changed:
            await self._see_changed(change, now)
        upcoming = [await self._see_to(trigger, now) for trigger in self._triggers]
        return min([self._reconcile_at, *upcoming])

    async def _see_to(self, trigger: _Trigger, now: float) -> float:
        """Fire what is due of one trigger; returns when to look again."""
        offset = trigger.wanted.offset
        for planned in await self._journal.planned(trigger.seen - offset, now - offset):
            if planned.start_at + offset > planned.seen_at:
                await self._fire(trigger, planned, now)
        if now > trigger.seen:
            trigger.seen = now
            await self._journal.mark({trigger.mark: now})
        ahead = await self._journal.planned(now - offset, now - offset + HORIZON)
        return ahead[0].start_at + offset if ahead else now + HORIZON

    async def _see_changed(self, change: PlanChange, now: float) -> None:
        """Fire what a changed start makes due at once.

        A moment that had passed before the change was known fires with `if_past: now` only; one
        that passed while the change was being journaled fires anyway.
        """
        planned = await self._journal.planned_ref(change.event_ref)
        if planned is None or change.planned is None:
            return
        for trigger in self._triggers:
            at = planned.start_at + trigger.wanted.offset
            if at > now:
                continue
            moved_now = planned.seen_at == change.planned.seen_at
            late = at > max(planned.seen_at, now - LATE, trigger.since)
            if late or (moved_now and trigger.wanted.if_past == "now"):
                await self._fire(trigger, planned, now)

    async def _see_listed(self, planned: PlannedEvent, now: float) -> None:
        """Fire what is past already of an event that only the list told of.

        With `if_past: now`, and only while the event itself is still to come: the list also holds
        all that was long ago.
        """
        for trigger in self._triggers:
            past = planned.start_at + trigger.wanted.offset <= now < planned.start_at
            if past and trigger.wanted.if_past == "now" and not trigger.new:
                await self._fire(trigger, planned, now)

    async def _fire(self, trigger: _Trigger, planned: PlannedEvent, now: float) -> None:
        recipe = trigger.recipe
        at = planned.start_at + trigger.wanted.offset
        payload: dict[str, Json] = {
            "data": {"event_ref": planned.event_ref},
            "event": {**planned.data, "event_ref": planned.event_ref},
            "scheduled_for": at,
            "fired_at": now,
        }
        key = f"event_start/{recipe.id}/{trigger.index}/{planned.event_ref}/{planned.start_at:.0f}"
        event = inner_event("event_start", key, payload, now)
        await self._door.enter_for(event, payload, Target(recipe, trigger.index))

    # --- the platform ------------------------------------------------------------------------

    async def _reconcile(self, now: float) -> None:
        """Bring the plan in line with the platform's list of events."""
        pause = min(trigger.wanted.reconcile for trigger in self._triggers)
        self._reconcile_at = now + pause
        before = await self._journal.planned_refs()
        try:
            listed = await self._platform.events()
        except ActionError as error:
            log.warning("the plan of event starts could not be reconciled: %s", error)
            self._reconcile_at = now + min(pause, 60.0)
            return
        # What a webhook told while the list was read is newer than the list.
        known = await self._journal.planned_refs()
        newer = {ref for ref, start in known.items() if before.get(ref) != start}
        there = await self._planned(listed, now)
        gone = [ref for ref in known if ref not in there and ref not in newer]
        moved = [
            planned
            for ref, planned in there.items()
            if known.get(ref) != planned.start_at and ref not in newer
        ]
        await self._journal.plan([*moved, *gone], now)
        for planned in moved:
            if planned.event_ref in known:
                self._changed.append(PlanChange(planned.event_ref, planned))
            else:
                await self._see_listed(planned, now)
        for trigger in self._triggers:
            trigger.new = False

    async def _planned(
        self, listed: Sequence[Mapping[str, Json]], now: float
    ) -> dict[str, PlannedEvent]:
        """Return the plan that a list of events amounts to.

        The list has local times without a zone; the zone that a webhook told is kept.
        """
        there: dict[str, PlannedEvent] = {}
        for event in listed:
            ref = event.get("event_ref")
            if not isinstance(ref, str):
                continue
            known = await self._journal.planned_ref(ref)
            zone = known.data.get("event_timezone") if known else None
            data = {**({"event_timezone": zone} if zone else {}), **event}
            start_at = self._platform.start_of(data)
            if start_at is not None:
                there[ref] = PlannedEvent(ref, start_at, now, data)
        return there
