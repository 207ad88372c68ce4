"""The oracle: what the recipes of the day do, read off their text by a person, in plain Python.

It knows nothing of the engine: no journal, no index, no plan of its own making, only what each
recipe says, one small function each, over the arrivals of a day.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.oracle.day import HOUR, MINUTE, Day, Hook

if TYPE_CHECKING:
    from collections.abc import Iterator

RECIPES = {
    "announce": """\
trigger: {webhook: event.updated.status, match: {data.status: live}}
cancel_on: {webhook: event.deleted}
actions:
  - {action: log.write, with: {message: "live {{ trigger.data.event_ref }}"}}
  - wait: 10m
  - {action: log.write, with: {message: "poll {{ trigger.data.event_ref }}"}}
""",
    "remind": """\
trigger: {event_start: -15m}
actions: [{action: log.write, with: {message: "soon {{ trigger.data.event_ref }}"}}]
""",
    "thank": """\
trigger: {event_start: +10m, if_past: now}
actions: [{action: log.write, with: {message: "thanks {{ trigger.data.event_ref }}"}}]
""",
    "clock": """\
trigger: {schedule: "*/30 * * * *"}
actions: [{action: log.write, with: {message: half past or full}}]
""",
    "greet": """\
trigger: {webhook: signup.created}
throttle: {key: trigger.data.event_ref, once_within: 5m}
actions: [{action: log.write, with: {message: "welcome {{ trigger.data.event_ref }}"}}]
""",
    "count": """\
trigger: {webhook: signup.created}
batch: {key: trigger.data.event_ref, window: 10m, max: 7}
actions:
  - action: log.write
    with: {message: "{{ trigger.items | length }} for {{ trigger.data.event_ref }}"}
""",
    "settle": """\
trigger: {webhook: [event.created, event.updated]}
debounce: {key: trigger.data.event_ref, quiet: 30m, max: 1h}
actions: [{action: log.write, with: {message: "settled {{ trigger.id }}"}}]
""",
    "expect": """\
trigger: {webhook: event.updated.status, match: {data.status: live}}
concurrency: {mode: parallel}
actions:
  - {wait_for: {webhook: poll.created, timeout: 20m}, as: seen, on_timeout: continue}
  - action: log.write
    with: {message: "{{ 'no poll' if seen.timed_out else seen.id }} {{ trigger.id }}"}
""",
}


@dataclass(frozen=True, slots=True, order=True)
class Fired:
    """One call: when (seconds since the day began), of which recipe, and what it said."""

    at: float
    recipe: str
    said: str


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
        by_event: dict[str, list[tuple[float, float | None, bool]]] = defaultdict(list)
        for hook in self._of("event.created", "event.updated", "event.deleted"):
            by_event[hook.ref].append((hook.at, hook.start, False))
        for ref in {truth.ref for truth in self._day.truths}:
            for at in self._listings():
                by_event[ref].append((at, self._truth(ref, at), True))
        for ref, told in by_event.items():
            fired: set[float] = set()
            for at, start in self._moments(sorted(told, key=lambda one: one[0]), offset, past):
                if start not in fired:
                    fired.add(start)
                    yield Fired(at, recipe, f"{word} {ref}")

    def _moments(
        self, told: list[tuple[float, float | None, bool]], offset: float, past: bool
    ) -> Iterator[tuple[float, float]]:
        """Go through what is told of one event, and say when a moment comes, and for which start."""
        start: float | None = None
        for number, (at, news, _) in enumerate(told):
            until = told[number + 1][0] if number + 1 < len(told) else self._day.end + 1
            moved = news != start
            start = news
            if start is None:
                continue
            moment = start + offset
            if moved and past and moment <= at:
                yield at, start
            # What is told at the very end of an outage is heard before what is due is seen to.
            known = at if moved else float("-inf")
            due = self._up(moment)
            if moment > known and at <= due < until and (moved or moment > self._before(told, number)):
                yield due, start

    def _before(self, told: list[tuple[float, float | None, bool]], number: int) -> float:
        """Return since when the start that holds at `number` is known."""
        while number and told[number - 1][1] == told[number][1]:
            number -= 1
        return told[number][0]

    def _listings(self) -> Iterator[float]:
        """Return when the platform's events are listed: at each beginning, then every ten minutes."""
        begins = [0.0, *(one.end for one in self._day.outages)]
        ends = [*(one.begin for one in self._day.outages), self._day.end]
        for begin, end in zip(begins, ends, strict=True):
            at = begin
            while at <= end:
                yield at
                at += 10 * MINUTE

    def _truth(self, ref: str, at: float) -> float | None:
        word: float | None = None
        for truth in self._day.truths:
            if truth.ref == ref and truth.at <= at:
                word = truth.start
        return word

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
            while hooks:
                window = [hook for hook in hooks if hook.at < hooks[0].at + 10 * MINUTE][:7]
                full = len(window) == 7
                at = window[-1].at if full else self._up(window[0].at + 10 * MINUTE)
                yield Fired(at, "count", f"{len(window)} for {ref}")
                hooks = hooks[len(window) :]

    def _settle(self) -> Iterator[Fired]:
        for hooks in self._by_event("event.created", "event.updated").values():
            while hooks:
                series = [hooks[0]]
                over = hooks[0].at + 30 * MINUTE
                for hook in hooks[1:]:
                    if hook.at < over:
                        series.append(hook)
                        over = min(hook.at + 30 * MINUTE, series[0].at + HOUR)
                yield Fired(self._up(over), "settle", f"settled {series[-1].id}")
                hooks = hooks[len(series) :]

    def _expect(self) -> Iterator[Fired]:
        polls = self._by_event("poll.created")
        for hook in self._of("event.updated.status"):
            limit = hook.at + 20 * MINUTE
            came = [poll for poll in polls[hook.ref] if hook.at < poll.at < limit]
            if came:
                yield Fired(came[0].at, "expect", f"{came[0].id} {hook.id}")
            else:
                yield Fired(self._up(limit), "expect", f"no poll {hook.id}")
