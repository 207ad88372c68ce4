"""Simulated viewers: when they come, how long they stay, and what can be counted of them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from statistics import mean, median
from typing import TYPE_CHECKING

from beeflow.sandbox.records import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from beeflow.sandbox.names import Names

_COUNTRIES = ("DK", "DE", "SE", "NO", "GB", "US", "NL")
_DEVICES = ("desktop", "desktop", "desktop", "phone", "phone", "tablet", "tv")
_BROWSERS = ("Chrome", "Chrome", "Safari", "Firefox", "Edge")
_SYSTEMS = ("Windows", "macOS", "iOS", "Android", "Linux")
_ARRIVAL_MEAN = 300.0
_STAY_MEAN = 1800.0


def planned(names: Names, start: float, count: int) -> list[View]:
    """Plan the views of a stream that begins at `start`: most viewers come within minutes.

    The first is there within a second, so that a stream is never without a viewer for long.
    """
    views = [_view(names, start + _after(names, _ARRIVAL_MEAN)) for _ in range(count - 1)]
    return sorted([_view(names, start + names.rng.random()), *views], key=lambda view: view.start)


def arrivals(names: Names, now: float, count: int) -> list[View]:
    """Let `count` viewers come at once."""
    return [_view(names, now) for _ in range(count)]


def ended(views: Iterable[View], at: float) -> list[View]:
    """End a stream: who is there leaves, who would have come later does not."""
    return [replace(view, end=min(view.end, at)) for view in views if view.start < at]


def departed(views: Sequence[View], now: float, count: int) -> list[View]:
    """Let the last `count` of those who are there leave."""
    there = [view for view in views if view.start <= now < view.end]
    leaving = {view.id for view in there[max(0, len(there) - count) :]}
    return [replace(view, end=now) if view.id in leaving else view for view in views]


def _view(names: Names, start: float) -> View:
    pick = names.rng.random
    return View(
        id=names.mixed(30),
        viewer_id=names.mixed(24),
        start=start,
        end=start + 30 + _after(names, _STAY_MEAN),
        country=_COUNTRIES[int(pick() * len(_COUNTRIES))],
        device=_DEVICES[int(pick() * len(_DEVICES))],
        browser=_BROWSERS[int(pick() * len(_BROWSERS))],
        operating_system=_SYSTEMS[int(pick() * len(_SYSTEMS))],
    )


def _after(names: Names, mean_seconds: float) -> float:
    """Draw a waiting time; exponential, as independent arrivals are."""
    return -mean_seconds * math.log(1 - names.rng.random())


@dataclass(frozen=True, slots=True)
class Watched:
    """What has been seen of the views by `now`; times and durations in seconds."""

    views: Sequence[View]
    now: float

    def within(self, start: float, end: float) -> Watched:
        """Return the views that began from `start` up to `end`."""
        kept = [view for view in self.views if start <= view.start <= min(end, self.now)]
        return Watched(kept, self.now)

    @property
    def present(self) -> int:
        """How many are watching."""
        return sum(view.start <= self.now < view.end for view in self.views)

    def duration(self, view: View) -> float:
        """How long a view has lasted so far."""
        return max(0.0, min(view.end, self.now) - view.start)

    def total(self) -> float:
        """How long all of them have watched."""
        return sum(self.duration(view) for view in self.views)


_BY: dict[str, Callable[[View], str]] = {
    "country": lambda view: view.country,
    "device": lambda view: view.device,
    "browser": lambda view: view.browser,
    "operating_system": lambda view: view.operating_system,
    "viewer_id": lambda view: view.viewer_id,
}
GROUPINGS = tuple(_BY)
"""What a breakdown can be made by here; the platform documents no list."""

_MEASUREMENTS: dict[str, Callable[[Sequence[float]], float]] = {
    "count": len,
    "sum": sum,
    "avg": mean,
    "median": median,
    "min": min,
    "max": max,
}
MEASUREMENTS = tuple(_MEASUREMENTS)
"""How a metric can be measured here; the platform documents `count` only."""

METRICS = ("views", "viewers", "watch_time", "average_watch_time", "engagement")
"""What can be measured here, after "Analytics: Introduction"."""


def measured(watched: Watched, metric: str, measurement: str) -> float:
    """Measure a metric over all views, in the way of `measurement`.

    Views and viewers are counts whatever the measurement; watch times are in seconds.
    """
    if metric in {"views", "engagement"}:
        return len(watched.views)
    if metric == "viewers":
        return len({view.viewer_id for view in watched.views})
    durations = [round(watched.duration(view)) for view in watched.views]
    if not durations:
        return 0
    if metric == "average_watch_time":
        return round(mean(durations), 3)
    return round(_MEASUREMENTS["sum" if measurement == "count" else measurement](durations), 3)


def grouped(watched: Watched, metric: str, by: str) -> list[tuple[str, float]]:
    """Measure a metric for each group of views, the largest first; the groups add up."""
    groups: dict[str, list[View]] = {}
    for view in watched.views:
        groups.setdefault(_BY[by](view), []).append(view)
    counts = [
        (group, measured(Watched(views, watched.now), metric, "count"))
        for group, views in groups.items()
    ]
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))


def series(watched: Watched, start: int, end: int, step: int) -> list[tuple[int, int]]:
    """Count the views that began in each step from `start` to `end`; the steps add up."""
    counts = Counter(int(view.start) // step for view in watched.within(start, end).views)
    return [(moment * step, counts[moment]) for moment in range(start // step, end // step + 1)]
