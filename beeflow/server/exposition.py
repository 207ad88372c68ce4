"""What was counted, as Prometheus reads it: its text format, written by its library."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from beeflow.server.tallies import Counts, Gauge, Histogram

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus_client.core import Metric

Tally: TypeAlias = "Counts | Gauge | Histogram"


def write(tallies: Sequence[Tally]) -> bytes:
    """Write it all, and what the process tells of itself."""
    registry = CollectorRegistry()
    registry.register(_Told(tallies))
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)
    return generate_latest(registry)


class _Told(Collector):
    """Tells the library what was counted."""

    def __init__(self, tallies: Sequence[Tally]) -> None:
        self._tallies = tallies

    def collect(self) -> Iterator[Metric]:
        """Tell it of all tallies."""
        return map(_family, self._tallies)


def _family(tally: Tally) -> Metric:
    match tally:
        case Counts():
            counts = CounterMetricFamily(tally.name, tally.about, labels=tally.labels)
            for key, count in tally.counted():
                counts.add_metric(key, count)
            return counts
        case Gauge():
            gauge = GaugeMetricFamily(tally.name, tally.about, labels=tally.labels)
            for key, value in tally.stands():
                gauge.add_metric(key, value)
            return gauge
        case Histogram():
            histogram = HistogramMetricFamily(tally.name, tally.about, labels=tally.labels)
            for key, times in tally.taken():
                histogram.add_metric(key, times.buckets(), times.sum)
            return histogram
