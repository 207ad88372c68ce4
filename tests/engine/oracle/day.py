"""A webinar's day, made up from a seed: what happens on the platform, and what of it arrives when.

Times are seconds since the day began. Webhooks come late at times, twice at times, and in another
order than they were sent; while the engine is down none come, and those sent meanwhile come after.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

MINUTE = 60.0
HOUR = 3600.0
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Truth:
    """The platform's own word: from `at` on the event starts at `start`; None: it is deleted."""

    at: float
    ref: str
    start: float | None


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook that arrives at `at`. `start` is the event's, where the webhook tells it."""

    at: float
    id: str
    type: str
    ref: str
    start: float | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """The engine is down from `begin` to `end`."""

    begin: float
    end: float


@dataclass(slots=True)
class Day:
    """All that happens. `hooks` are sorted by arrival, a repeated one among them."""

    truths: list[Truth] = field(default_factory=list)
    hooks: list[Hook] = field(default_factory=list)
    outages: tuple[Outage, ...] = ()
    end: float = DAY


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything there is."""

    events: int = 100
    flooded: int = 8
    flood: int = 50
    outages: int = 2


def make_day(seed: int, size: Size | None = None) -> Day:
    """Make up a day; the same seed makes the same day."""
    size = size or Size()
    random = Random(seed)
    day = Day()
    for number in range(size.events):
        _live_through(day, random, f"E{number}", size.flood if number < size.flooded else 3)
    day.outages = _outages(random, size.outages)
    day.hooks = _arrivals(day, random)
    day.truths = sorted((one for one in day.truths if one.at < day.end), key=lambda one: one.at)
    return day


def _minute(random: Random, low: float, high: float) -> float:
    return random.randint(int(low // MINUTE), int(high // MINUTE)) * MINUTE


def _moment(random: Random, low: float, high: float) -> float:
    """A moment between two instants, off the full second, so that nothing else falls on it."""
    return random.randint(int(low), int(high)) + random.randint(1, 999) / 1024


def _live_through(day: Day, random: Random, ref: str, signups: int) -> None:
    """Let an event be created, moved twice, gone live, signed up for, and perhaps deleted."""
    at = _moment(random, 0, 16 * HOUR)
    start = _tell(day, random, Hook(at, f"{ref}-created", "event.created", ref))
    for number in (1, 2):
        at = _moment(random, at + MINUTE, at + 2 * HOUR)
        start = _tell(day, random, Hook(at, f"{ref}-moved-{number}", "event.updated", ref))
    for number in range(random.choice((0, 1, 2))):
        when = max(at, start) + number * random.choice((90.5, 700.25))
        day.hooks.append(
            Hook(when, f"{ref}-live-{number}", "event.updated.status", ref, None, "live")
        )
        poll = when + random.choice((5.125, 100.125, 1500.125))
        day.hooks.append(Hook(poll, f"{ref}-poll-{number}", "poll.created", ref))
    for number in range(signups):
        when = at + random.random() * (10 * MINUTE if signups > 10 else 5 * HOUR)
        day.hooks.append(Hook(when, f"{ref}-signup-{number}", "signup.created", ref))
    if random.random() < 0.25:
        gone = _moment(random, at + 1, at + 8 * HOUR)
        day.truths.append(Truth(gone, ref, None))
        day.hooks.append(Hook(gone, f"{ref}-deleted", "event.deleted", ref))


def _tell(day: Day, random: Random, hook: Hook) -> float:
    """Let an event begin at another time; returns when."""
    start = _minute(random, hook.at - 30 * MINUTE, hook.at + 6 * HOUR)
    day.truths.append(Truth(hook.at, hook.ref, start))
    day.hooks.append(replace(hook, start=start))
    return start


def _outages(random: Random, count: int) -> tuple[Outage, ...]:
    begins = sorted(_moment(random, HOUR, DAY - 4 * HOUR) for _ in range(count))
    made: list[Outage] = []
    for begin in begins:
        if not made or begin > made[-1].end + HOUR:
            long = random.choice((0.0, 61.0, 40 * MINUTE, 3 * HOUR))
            made.append(Outage(begin, begin + long))
    return tuple(made)


def _arrivals(day: Day, random: Random) -> list[Hook]:
    """Return the webhooks as they arrive: late at times, and some twice."""
    arrived: list[Hook] = []
    for number, hook in enumerate(day.hooks):
        # A delay of its own for each keeps two from arriving at the same instant.
        late = random.choice((0.0, 0.0, 0.0, 2.0, 300.0)) + number / 2**17
        arrived.append(replace(hook, at=hook.at + late))
        if random.random() < 0.15:
            again = hook.at + late + random.choice((1.0, 600.0, 2 * HOUR)) + number / 2**17
            arrived.append(replace(hook, at=again))
    kept = [replace(hook, at=_after_outage(hook.at, day.outages)) for hook in arrived]
    return sorted((hook for hook in kept if hook.at < day.end), key=lambda hook: hook.at)


def _after_outage(at: float, outages: tuple[Outage, ...]) -> float:
    for outage in outages:
        if outage.begin <= at <= outage.end:
            return outage.end + 1.0 + (at - outage.begin) / 2**10
    return at
