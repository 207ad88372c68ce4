"""When a schedule fires next: cron, `every`, `at`, on the wall clock of its time zone.

Cron is the five-field cron that people know: minute, hour, day of the month, month, day of the
week (0 and 7 are Sunday; names such as `mon` and `jan`). Where both days are restricted (neither
begins with `*`), either will do, as in cron. A time of the wall clock that does not exist fires at
the next valid instant; one that exists twice fires the first time.

`every` is an interval. One that divides a day is aligned to midnight and keeps to the wall clock
over a change of its offset; of these, one that divides an hour goes on evenly through the change,
because nobody who asks for "every 15 minutes" means an hour's silence in autumn. Any other counts
from the moment the daemon started.
"""

from __future__ import annotations

import calendar
import math
import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from beeflow.types import parse_datetime, zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apscheduler.triggers.cron import CronTrigger

    from beeflow.recipe.model import ScheduleTrigger

HOUR: Final = 3600.0
DAY: Final = 86400.0

_TINY: Final = 1e-9
"""What a quotient may miss a whole number by, and still be one."""

_HORIZON: Final = timedelta(days=366 * 30)
"""A time further away than this is none: leap days on a certain weekday come every 28 years."""

_MONTHS: Final = {name.lower(): at for at, name in enumerate(calendar.month_abbr) if name}
_DAYS: Final = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_PART: Final = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d{1,4}))?", re.ASCII)


class Field(msgspec.Struct, frozen=True):
    """A field of a cron: how it is called, what it takes."""

    title: str
    least: int
    most: int
    names: dict[str, int]

    def values(self, text: str) -> frozenset[int]:
        """Return the numbers a field stands for; raises `ValueError` for the user."""
        found: set[int] = set()
        for part in text.lower().split(","):
            match = _PART.fullmatch(part)
            if match is None:
                raise ValueError(f"`{text}` is no {self.title} of a cron: {self._allowed()}")
            first, last, step = match.groups()
            low, high = self._range(text, first, last, stepped=step is not None)
            pace = int(step or 1)
            if pace < 1:
                raise ValueError(f"`{text}`: a step must be at least 1")
            found.update(range(low, high + 1, pace))
        return frozenset(found)

    def _range(self, text: str, first: str, last: str | None, *, stepped: bool) -> tuple[int, int]:
        if first == "*":
            if last is not None:
                raise ValueError(f"`{text}` is no {self.title} of a cron: {self._allowed()}")
            return self.least, self.most
        low = self._number(text, first)
        if last is None:
            if stepped:
                raise ValueError(
                    f"`{text}`: a step needs a range, such as {first}-{self.most}/2 or */2"
                )
            return low, low
        high = self.most if (last, self.most) == ("sun", 7) else self._number(text, last)
        if high < low:
            raise ValueError(f"`{text}`: a range goes from the smaller to the larger")
        return low, high

    def _number(self, text: str, word: str) -> int:
        if word in self.names:
            return self.names[word]
        if not word.isdigit() or not self.least <= int(word[:9]) <= self.most:
            raise ValueError(f"`{text}` is no {self.title} of a cron: {self._allowed()}")
        return int(word)

    def _allowed(self) -> str:
        names = f" or {', '.join(self.names)}" if self.names else ""
        return f"it takes {self.least} to {self.most}{names}, lists, ranges and steps"


_SHORT: Final = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * sun",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 jan *",
    "@annually": "0 0 1 jan *",
}
"""What some other schedulers call these."""

FIELDS: Final = (
    Field("minute", 0, 59, {}),
    Field("hour", 0, 23, {}),
    Field("day of the month", 1, 31, {}),
    Field("month", 1, 12, _MONTHS),
    Field("day of the week", 0, 7, _DAYS),
)
"""The fields of a cron, in order."""


class _Times(Protocol):
    """Wall-clock times, in order."""

    def after(self, wall: datetime) -> datetime | None:
        """Return the first time later than `wall`, both naive."""


class Cron:
    """The wall-clock times of a cron expression; raises `ValueError` for the user."""

    def __init__(self, text: str) -> None:
        parts = text.split()
        if text.strip().lower() in _SHORT:
            raise ValueError(f"`{text}` is no cron: write {_SHORT[text.strip().lower()]}")
        if len(parts) == len(FIELDS) + 1:
            rest = " ".join(parts[1:])
            raise ValueError(
                f"a cron has five fields, and `{text}` has 6: "
                f"there is none for seconds, so leave the first out: {rest}"
            )
        if len(parts) != len(FIELDS):
            raise ValueError(
                f"a cron has five fields, and `{text}` has {len(parts)}: "
                "minute hour day month weekday, such as 0 9 * * mon-fri"
            )
        values = [field.values(part) for field, part in zip(FIELDS, parts, strict=True)]
        minute, hour, day, month, weekday = values
        weekdays = frozenset(number % 7 for number in weekday)
        either = not parts[2].startswith("*") and not parts[4].startswith("*")
        if not either and not any(_exists(one, many) for one in day for many in month):
            raise ValueError(
                f"`{text}` never comes: no such day is in that month; write one that it has"
            )
        self._clock = (minute, hour, month)
        every_day, every_weekday = frozenset(range(1, 32)), frozenset(range(7))
        self._days = ((day, every_weekday), (every_day, weekdays)) if either else ((day, weekdays),)
        self._triggers: tuple[CronTrigger, ...] = ()

    def after(self, wall: datetime) -> datetime | None:
        """Return the first time later than `wall`, both naive."""
        if not self._triggers:
            self._triggers = tuple(_trigger(self._clock, *days) for days in self._days)
        start = wall.replace(microsecond=0, tzinfo=UTC) + timedelta(seconds=1)
        found = [trigger.get_next_fire_time(None, start) for trigger in self._triggers]
        times = [time.replace(tzinfo=None) for time in found if time is not None]
        first: datetime | None = min(times, default=None)
        return first if first is not None and first - wall < _HORIZON else None


def _exists(day: int, month: int) -> bool:
    return day <= calendar.monthrange(2024, month)[1]


def _trigger(
    clock: tuple[frozenset[int], frozenset[int], frozenset[int]],
    day: frozenset[int],
    weekday: frozenset[int],
) -> CronTrigger:
    # Imported once a schedule is really followed: it takes 70 ms that checking a recipe has not.
    from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415

    minute, hour, month = (_listed(values) for values in clock)
    # APScheduler counts weekdays from Monday, cron from Sunday.
    from_monday = frozenset((number - 1) % 7 for number in weekday)
    return CronTrigger(
        minute=minute,
        hour=hour,
        day=_listed(day),
        month=month,
        day_of_week=_listed(from_monday),
        timezone=UTC,
    )


def _listed(values: frozenset[int]) -> str:
    return ",".join(str(value) for value in sorted(values))


class _Aligned(msgspec.Struct, frozen=True):
    """Times of the day that are multiples of `every` seconds from midnight."""

    every: float

    def after(self, wall: datetime) -> datetime | None:
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        passed = (wall - midnight).total_seconds()
        return midnight + timedelta(seconds=(passed // self.every + 1) * self.every)


class Schedule(msgspec.Struct, frozen=True):
    """The instants of a schedule trigger, in Unix seconds.

    Exactly one of `times` (on the wall clock of `zone`), `even` (seconds, aligned to the hour),
    `steady` (seconds from `started_at`) and `once` is set.
    """

    zone: tzinfo
    times: _Times | None = None
    even: float | None = None
    steady: float | None = None
    once: float | None = None
    started_at: float = 0.0

    @classmethod
    def from_trigger(cls, trigger: ScheduleTrigger, started_at: float) -> Schedule:
        """Return the schedule of a trigger; `started_at` is when the daemon started."""
        local = zone(trigger.timezone)
        if trigger.at is not None:
            return cls(local, once=_moment(trigger.at, local))
        if trigger.cron is not None:
            return cls(local, times=Cron(trigger.cron))
        every = trigger.every or HOUR
        if _divides(every, HOUR):
            return cls(local, even=every)
        if _divides(every, DAY):
            return cls(local, times=_Aligned(every))
        return cls(local, steady=every, started_at=started_at)

    def next_after(self, instant: float) -> float | None:
        """Return the first time later than `instant`, or None when there is none any more."""
        if self.once is not None:
            return self.once if self.once > instant else None
        if self.even is not None:
            return _even_after(instant, self.even, self.zone)
        if self.steady is not None:
            turns = math.floor((instant - self.started_at) / self.steady) + 1
            due = self.started_at + max(turns, 1) * self.steady
            return due if due > instant else due + self.steady
        return self._on_the_wall(instant)

    def between(self, after: float, until: float, limit: int) -> tuple[float, ...]:
        """Return the times later than `after` up to and including `until`, at most `limit`."""
        return tuple(self._walk(after, until, limit))

    def _walk(self, after: float, until: float, limit: int) -> Iterator[float]:
        for _ in range(limit):
            due = self.next_after(after)
            if due is None or due > until:
                return
            yield due
            after = due

    def _on_the_wall(self, instant: float) -> float | None:
        """Return the first time whose instant is later: in the repeated hour, some are not."""
        wall = datetime.fromtimestamp(instant, self.zone).replace(tzinfo=None)
        while self.times is not None:
            found = self.times.after(wall)
            if found is None:
                return None
            due = _instant(found, self.zone)
            if due > instant:
                return due
            wall = found
        return None


def _divides(part: float, whole: float) -> bool:
    turns = whole / part
    return turns >= 1 and abs(turns - round(turns)) < _TINY


def _moment(text: str, local: tzinfo) -> float:
    read = parse_datetime(text, local)
    return _instant(read.replace(tzinfo=None), local) if read.tzinfo is local else read.timestamp()


def _instant(wall: datetime, local: tzinfo) -> float:
    """Return the first instant at which clocks show `wall`, or skip past it."""
    early = wall.replace(tzinfo=local, fold=0).timestamp()
    shown = datetime.fromtimestamp(early, local).replace(tzinfo=None)
    if shown == wall:
        return early
    return _change(wall.replace(tzinfo=local, fold=1).timestamp(), early, local)


def _change(low: float, high: float, local: tzinfo) -> float:
    """Return the instant between two at which the zone's offset changes, to the second."""
    before = _offset(low, local)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, local) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(instant: float, local: tzinfo) -> float:
    offset = datetime.fromtimestamp(instant, local).utcoffset()
    return offset.total_seconds() if offset else 0.0


def _even_after(instant: float, every: float, local: tzinfo) -> float:
    """Return the next multiple of `every` on the wall clock, both passes of a repeated hour."""
    offset = _offset(instant, local)
    due = _multiple_after(instant, every, offset)
    later = _offset(due, local)
    if later == offset:
        return due
    change = _change(math.floor(instant), due, local)
    return _multiple_after(max(change - 1e-3, instant), every, later)


def _multiple_after(instant: float, every: float, offset: float) -> float:
    turns = math.floor((instant + offset) / every) + 1
    due = turns * every - offset
    return due if due > instant else due + every
