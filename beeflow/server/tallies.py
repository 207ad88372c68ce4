"""Counting and timing that cost next to nothing where they happen.

Prometheus' own counters take a lock and some calls for each increment. These are plain numbers,
each touched by one thread only; reading them from another may miss what is being counted just now.
How they are told to Prometheus is the business of `beeflow.server.exposition`.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Counts:
    """How often something was, by the values of its labels."""

    def __init__(self, name: str, about: str, labels: tuple[str, ...]) -> None:
        self.name, self.about, self.labels = name, about, labels
        self._of: dict[tuple[str, ...], int] = {}

    def add(self, key: tuple[str, ...]) -> None:
        """Count one, by the values of the labels."""
        of = self._of
        of[key] = of.get(key, 0) + 1

    def counted(self) -> tuple[tuple[tuple[str, ...], int], ...]:
        """Return how often it was by now."""
        return tuple(self._of.items())


class Gauge:
    """How much there is of something at the moment, by the values of its labels."""

    def __init__(self, name: str, about: str, labels: tuple[str, ...] = ()) -> None:
        self.name, self.about, self.labels = name, about, labels
        self._of: dict[tuple[str, ...], float] = {} if labels else {(): 0.0}

    def set(self, value: float, *key: str) -> None:
        """Say how much, by the values of the labels."""
        self._of[key] = value

    def stands(self) -> tuple[tuple[tuple[str, ...], float], ...]:
        """Return how much there is."""
        return tuple(self._of.items())


class Times:
    """How many values there were up to each bound, and their sum."""

    __slots__ = ("_bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Take a value down."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.sum += value

    def buckets(self) -> list[tuple[str, float]]:
        """Return each bound as text with how many values were at most that."""
        told, so_far = [], 0
        names = [*(repr(float(bound)) for bound in self._bounds), "+Inf"]
        for name, count in zip(names, tuple(self.counts), strict=True):
            so_far += count
            told.append((name, float(so_far)))
        return told


class Histogram:
    """Values by the size they had; with a label, apart for each of its values."""

    def __init__(
        self, name: str, about: str, bounds: Sequence[float], label: str | None = None
    ) -> None:
        self.name, self.about = name, about
        self.labels = () if label is None else (label,)
        self._bounds = bounds
        self._by_value: dict[str, Times] = {}

    def times(self, value: str = "") -> Times:
        """Return what takes down the values of one value of the label."""
        found = self._by_value.get(value)
        if found is None:
            found = self._by_value[value] = Times(self._bounds)
        return found

    def taken(self) -> tuple[tuple[tuple[str, ...], Times], ...]:
        """Return what was taken down, by the value of the label where there is one."""
        by_value = tuple(self._by_value.items())
        return tuple(((value,) if self.labels else (), times) for value, times in by_value)
