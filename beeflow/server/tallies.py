"""Counting and timing that cost next to nothing where they happen, told when they are asked for.

Prometheus' own counters take a lock and some calls for each increment. These are plain numbers,
each touched by one thread only; reading them from another may miss what is being counted just now.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus_client import CollectorRegistry
    from prometheus_client.core import Metric


class Counts(Collector):
    """How often something was, by the values of its labels."""

    def __init__(
        self, name: str, about: str, labels: tuple[str, ...], registry: CollectorRegistry
    ) -> None:
        self._of: dict[tuple[str, ...], int] = {}
        self._head = (name, about)
        self._labels = labels
        registry.register(self)

    def add(self, key: tuple[str, ...]) -> None:
        """Count one, by the values of the labels."""
        of = self._of
        of[key] = of.get(key, 0) + 1

    def collect(self) -> Iterator[Metric]:
        """Tell Prometheus' library what was counted."""
        family = CounterMetricFamily(*self._head, labels=self._labels)
        for key, count in tuple(self._of.items()):
            family.add_metric(key, count)
        yield family


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


class Histogram(Collector):
    """Values by the size they had; with a label, apart for each of its values."""

    def __init__(
        self,
        name: str,
        about: str,
        bounds: Sequence[float],
        registry: CollectorRegistry,
        label: str | None = None,
    ) -> None:
        self._head = (name, about)
        self._bounds = bounds
        self._label = label
        self._by_value: dict[str, Times] = {}
        registry.register(self)

    def times(self, value: str = "") -> Times:
        """Return what takes down the values of one value of the label."""
        found = self._by_value.get(value)
        if found is None:
            found = self._by_value[value] = Times(self._bounds)
        return found

    def collect(self) -> Iterator[Metric]:
        """Tell Prometheus' library what was taken down."""
        labels = () if self._label is None else (self._label,)
        family = HistogramMetricFamily(*self._head, labels=labels)
        for value, times in tuple(self._by_value.items()):
            family.add_metric((value,) if labels else (), times.buckets(), times.sum)
        yield family
