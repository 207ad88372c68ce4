"""The oracle: what the recipes of the day do, read off their text by a person, in plain Python.

It knows nothing of the engine: no journal, no index, no plan of its own making, only what each
recipe says, one small function each, over the arrivals of a day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.oracle.day import HOUR, MINUTE, Day, Hook, Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECIPES = {
    "announce": """\
trigger: {webhook: event.updated.status, match: {data.status: live}}
cancel_on: {webhook: event.deleted}
actions:
  - {action: log.write, with: {recipe: "{{ run.recipe }}", message: "live {{ trigger.data.event_ref }}"}}
  - wait: 10m
  - {action: log.write, with: {recipe: "{{ run.recipe }}", message: "poll {{ trigger.data.event_ref }}"}}
""",
    "remind": """\
trigger: {event_start: -15m}
actions: [{action: log.write, with: {recipe: "{{ run.recipe }}", message: "soon {{ trigger.data.event_ref }}"}}]
""",
    "thank": """\
trigger: {event_start: +10m, if_past: now}
actions: [{action: log.write, with: {recipe: "{{ run.recipe }}", message: "thanks {{ trigger.data.event_ref }}"}}]
""",
    "clock": """\
trigger: {schedule: "*/30 * * * *"}
actions: [{action: log.write, with: {recipe: "{{ run.recipe }}", message: half past or full}}]
""",
    "greet": """\
trigger: {webhook: signup.created}
throttle: {key: trigger.data.event_ref, once_within: 5m}
actions: [{action: log.write, with: {recipe: "{{ run.recipe }}", message: "welcome {{ trigger.data.event_ref }}"}}]
""",
    "count": """\
trigger: {webhook: signup.created}
batch: {key: trigger.data.event_ref, window: 10m, max: 7}
actions:
  - action: log.write
    with: {recipe: "{{ run.recipe }}", message: "{{ trigger.items | length }} for {{ trigger.data.event_ref }}"}
""",
    "settle": """\
trigger: {webhook: [event.created, event.updated]}
debounce: {key: trigger.data.event_ref, quiet: 30m, max: 1h}
actions: [{action: log.write, with: {recipe: "{{ run.recipe }}", message: "settled {{ trigger.id }}"}}]
""",
    "expect": """\
trigger: {webhook: event.updated.status, match: {data.status: live}}
concurrency: {mode: parallel}
actions:
  - {wait_for: {webhook: poll.created, timeout: 20m}, as: seen, on_timeout: continue}
  - action: log.write
    with: {recipe: "{{ run.recipe }}", message: "{{ 'no poll' if seen.timed_out else seen.id }} {{ trigger.id }}"}
""",
}


@dataclass(frozen=True, slots=True, order=True)
class Fired:
    """One call: when (seconds since the day began), of which recipe, and what it said."""

    at: float
    recipe: str
    said: str


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of an event's start at `at`; `listed`: by the platform's list, not a webhook."""

    at: float
    start: float | None
    listed: bool = False
    first: bool = False
    """Whether nothing was known of the event before."""


def _changes(told: list[Word]) -> list[Word]:
    """Leave out what only repeats what was known."""
    before: list[float | None] = [None, *(word.start for word in told)]
    return [
        replace(word, first=known is None)
        for word, known in zip(told, before, strict=False)
        if word.start != known
    ]


def _moments(
    known: list[Word], offset: float, *, past: bool, up: Callable[[float], float]
) -> Iterator[tuple[float, float]]:
    """Say when a moment comes, and for which start."""
    ends = [*(word.at for word in known[1:]), float("inf")]
    for word, until in zip(known, ends, strict=True):
        if word.start is None:
            continue
        moment = word.start + offset
        if moment > word.at:
            if up(moment) < until:
                yield up(moment), word.start
        elif past and _is_news(word):
            yield word.at, word.start


def _is_news(word: Word) -> bool:
    """Whether what is past is news: the list also holds what was long ago."""
    return not (word.listed and word.first) or (word.start or 0.0) > word.at


class Oracle:
    """Reads a day. `fired` is everything that happens in it, sorted."""

    def __init__(self, day: Day) -> None:
        self._day = day
        seen: set[str] = set()
        self._hooks: list[Hook] = []
        for hook in day.hooks:
            if hook.id not in seen:
                seen.add(hook.id)
                self._hooks.append(hook)

    @property
    def fired(self) -> list[Fired]:
        """Everything that fires within the day."""
        parts = (
            self._announce(), self._starts("remind", "soon", -15 * MINUTE, past=False),
            self._starts("thank", "thanks", 10 * MINUTE, past=True), self._clock(),
            self._greet(), self._count(), self._settle(), self._expect(),
        )  # fmt: skip
        every = [one for part in parts for one in part]
        return sorted(one for one in every if one.at <= self._day.end)

    def _of(self, *types: str) -> list[Hook]:
        return [hook for hook in self._hooks if hook.type in types]

    def _by_event(self, *types: str) -> dict[str, list[Hook]]:
        by_event: dict[str, list[Hook]] = defaultdict(list)
        for hook in self._of(*types):
            by_event[hook.ref].append(hook)
        return by_event

    def _up(self, at: float) -> float:
        """Return when something that is due at `at` happens: after the outage, if in one."""
        return next((one.end for one in self._day.outages if one.begin < at < one.end), at)

    # --- one recipe each ---------------------------------------------------------------------

    def _announce(self) -> Iterator[Fired]:
        """Each in turn, ten minutes long; the event's deletion ends all that wait."""
        gone = {hook.ref: hook.at for hook in self._of("event.deleted")}
        for ref, hooks in self._by_event("event.updated.status").items():
            free = 0.0
            for hook in hooks:
                deleted = gone.get(ref)
                cut = deleted if deleted is not None and deleted > hook.at else float("inf")
                begin = max(hook.at, free)
                if begin >= cut:
                    continue
                yield Fired(begin, "announce", f"live {ref}")
                end = self._up(begin + 10 * MINUTE)
                if end < cut:
                    yield Fired(end, "announce", f"poll {ref}")
                free = min(end, cut)

    def _starts(self, recipe: str, word: str, offset: float, *, past: bool) -> Iterator[Fired]:
        """Once for each start an event is known to have when its moment comes."""
        for ref, known in self._known().items():
            fired: set[float] = set()
            for at, start in _moments(known, offset, past=past, up=self._up):
                if start not in fired:
                    fired.add(start)
                    yield Fired(at, recipe, f"{word} {ref}")

    def _known(self) -> dict[str, list[Word]]:
        """Return what is known of each event's start, and since when."""
        told: dict[str, list[Word]] = defaultdict(list)
        for hook in self._of("event.created", "event.updated", "event.deleted"):
            told[hook.ref].append(Word(hook.at, hook.start))
        words: dict[str, list[Truth]] = defaultdict(list)
        for truth in self._day.truths:
            words[truth.ref].append(truth)
        for at in self._listings():
            for ref, truths in words.items():
                so_far = [truth.start for truth in truths if truth.at <= at]
                told[ref].append(Word(at, so_far[-1] if so_far else None, listed=True))
        return {ref: _changes(sorted(one, key=lambda word: word.at)) for ref, one in told.items()}

    def _listings(self) -> Iterator[float]:
        """Return when the platform's events are listed: at each beginning, then every ten minutes."""
        begins = [0.0, *(one.end for one in self._day.outages)]
        ends = [*(one.begin for one in self._day.outages), self._day.end]
        for begin, end in zip(begins, ends, strict=True):
            at = begin
            while at <= end:
                yield at
                at += 10 * MINUTE

    def _clock(self) -> Iterator[Fired]:
        """Every half hour; of those missed in an outage the last hour's latest, once."""
        at = 30 * MINUTE
        made_up: set[float] = set()
        while at <= self._day.end:
            up = self._up(at)
            if up - at <= MINUTE:
                yield Fired(up, "clock", "half past or full")
                made_up.add(up)
            at += 30 * MINUTE
        for outage in self._day.outages:
            missed = [at for at in self._halves() if outage.begin < at < outage.end - MINUTE]
            late = [at for at in missed if at >= outage.end - HOUR]
            if late and outage.end not in made_up:
                yield Fired(outage.end, "clock", "half past or full")

    def _halves(self) -> list[float]:
        return [number * 30 * MINUTE for number in range(1, 49)]

    def _greet(self) -> Iterator[Fired]:
        for ref, hooks in self._by_event("signup.created").items():
            passed = float("-inf")
            for hook in hooks:
                if hook.at - passed >= 5 * MINUTE:
                    passed = hook.at
                    yield Fired(hook.at, "greet", f"welcome {ref}")

    def _count(self) -> Iterator[Fired]:
        for ref, hooks in self._by_event("signup.created").items():
            left = hooks
            while left:
                window = [hook for hook in left if hook.at < left[0].at + 10 * MINUTE][:7]
                full = len(window) == 7
                at = window[-1].at if full else self._up(window[0].at + 10 * MINUTE)
                yield Fired(at, "count", f"{len(window)} for {ref}")
                left = left[len(window) :]

    def _settle(self) -> Iterator[Fired]:
        for hooks in self._by_event("event.created", "event.updated").values():
            left = hooks
            while left:
                series = [left[0]]
                over = left[0].at + 30 * MINUTE
                for hook in left[1:]:
                    if hook.at < over:
                        series.append(hook)
                        over = min(hook.at + 30 * MINUTE, series[0].at + HOUR)
                yield Fired(self._up(over), "settle", f"settled {series[-1].id}")
                left = left[len(series) :]

    def _expect(self) -> Iterator[Fired]:
        polls = self._by_event("poll.created")
        for hook in self._of("event.updated.status"):
            limit = hook.at + 20 * MINUTE
            came = [poll for poll in polls[hook.ref] if hook.at < poll.at < limit]
            if came:
                yield Fired(came[0].at, "expect", f"{came[0].id} {hook.id}")
            else:
                yield Fired(self._up(limit), "expect", f"no poll {hook.id}")
