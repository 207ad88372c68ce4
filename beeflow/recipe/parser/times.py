"""A `schedule` trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode
from beeflow.recipe.model import ScheduleTrigger
from beeflow.recipe.parser.crons import cron
from beeflow.recipe.parser.fields import Fields, open_fields
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.scalars import duration, moment, timezone, word
from beeflow.recipe.parser.vocabulary import SCHEDULE_TIMES
from beeflow.recipe.parser.words import MISSED

if TYPE_CHECKING:
    from beeflow.recipe.parser.place import Place


def schedule(reading: Reading, fields: Fields, name: str | None) -> ScheduleTrigger | None:
    """Read a `schedule` trigger: cron, `every`, or `at`."""
    zone, late, old = (fields.get(key) for key in ("timezone", "missed", "grace"))
    local = timezone(reading, zone) if zone else None
    missed = word(reading, late, MISSED) if late else None
    grace = duration(reading, old) if old else None
    place = fields.get("schedule")
    times = _times(reading, place, local or reading.timezone) if place else None
    if times is None:
        return None
    return ScheduleTrigger(
        times.timezone,
        times.cron,
        times.every,
        times.at,
        missed or "once",
        3600.0 if grace is None else grace,
        name,
    )


def _times(reading: Reading, place: Place, zone: str) -> ScheduleTrigger | None:
    if not isinstance(place.node, MappingNode):
        written = cron(reading, place)
        return None if written is None else ScheduleTrigger(zone, cron=written)
    fields = open_fields(reading, place, SCHEDULE_TIMES)
    if fields is None:
        return None
    if len(fields.entries) != 1:
        message = "`schedule` needs either `every` or `at`"
        help_ = 'write {every: 15m}, {at: "2026-12-01 09:00"}, or cron such as "0 9 * * mon-fri"'
        rule = "conflicting-keys" if fields.entries else "missing-key"
        reading.report(place, Finding(rule, message, help_))
        return None
    every, at = fields.get("every"), fields.get("at")
    if every is not None:
        seconds = duration(reading, every, least=limits.SHORTEST_EVERY)
        return None if seconds is None else ScheduleTrigger(zone, every=seconds)
    when = moment(reading, at) if at else None
    return None if when is None else ScheduleTrigger(zone, at=when)
