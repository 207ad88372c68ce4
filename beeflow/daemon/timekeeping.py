"""What the daemon does as time passes: schedules, event starts, watches, care of the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.daemon.care import Care
from beeflow.engine.ports import CallContext
from beeflow.engine.scheduler.event_starts import EventStarts, Platform
from beeflow.engine.scheduler.schedules import Schedules
from beeflow.engine.scheduler.watches import Sources, Watches
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.daemon.engine import Engine, Settings
    from beeflow.engine.alarm import Alarm
    from beeflow.engine.ports import Actions
    from beeflow.types import Json

LIST_TIMEOUT: Final = 120.0
"""Seconds that listing all of the platform's events may take."""


class Timekeepers(msgspec.Struct, frozen=True):
    """All that goes by the clock."""

    schedules: Schedules
    event_starts: EventStarts
    watches: Watches
    care: Care

    @property
    def _alarms(self) -> tuple[Alarm, ...]:
        return (
            self.schedules.alarm,
            self.event_starts.alarm,
            self.watches.alarm,
            self.care.alarm,
        )

    async def plan(self) -> None:
        """Plan anew, after the recipes changed."""
        await self.schedules.plan()
        await self.event_starts.plan()
        await self.watches.plan()

    def start(self) -> None:
        """Begin to keep time."""
        for alarm in self._alarms:
            alarm.start()

    async def stop(self) -> None:
        """End."""
        for alarm in self._alarms:
            await alarm.stop()


def timekeepers(settings: Settings, engine: Engine, actions: Actions) -> Timekeepers:
    """Return the timekeepers of an engine, told of every change to the plan of event starts."""
    book, journal, door, clock = engine.book, engine.journal, engine.door, engine.clock
    platform = Platform(lambda: listed_events(actions), settings.start_of)
    keepers = Timekeepers(
        Schedules(book, journal, door, clock),
        EventStarts(book, journal, door, clock, platform),
        Watches(book, journal, door, clock, Sources(actions, settings.secrets)),
        Care(journal, clock, settings.config.journal.retention),
    )
    door.planned = keepers.event_starts.changed
    return keepers


async def listed_events(actions: Actions) -> Sequence[Mapping[str, Json]]:
    """Return all events of the platform; raises `ActionError` where they cannot be listed."""
    action = actions.get("events.list")
    context = CallContext("", "", "event starts", LIST_TIMEOUT, "all")
    listed = None if action is None else await action.call({}, context)
    if not isinstance(listed, list):
        # Taken for an empty list, it would empty the plan.
        raise ActionError(Failure("action", "`events.list` answered no list of events"))
    return [event for event in listed if isinstance(event, dict)]
