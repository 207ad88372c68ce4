"""What is counted and timed, for Prometheus.

It is kept in plain numbers (`beeflow.server.tallies`) until somebody asks.
"""

from __future__ import annotations

import asyncio
import platform
from typing import TYPE_CHECKING

from beeflow.server.tallies import Counts, Gauge, Histogram, Times

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beeflow.engine.journal.records import Standing
    from beeflow.server.exposition import Tally

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_ACKNOWLEDGED = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_STEPS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_UNFINISHED = ("delayed", "queued", "ready", "waiting")
_COMMITTED = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


class Meter:
    """The numbers of this process. Each is counted by one thread, `committed` by the journal's.

    Labels only ever hold names of the configuration and the recipes, never what a stranger
    sent: the number of series is bounded.
    """

    def __init__(self, version: str) -> None:
        self._tallies: list[Tally] = []
        self._followed: list[tuple[Gauge, Callable[[], float]]] = []
        self._webhooks = self._counts(
            "beeflow_webhooks", "Webhooks by what became of them.", ("source", "result")
        )
        self._runs = self._counts(
            "beeflow_runs", "Runs that ended, by recipe and outcome.", ("recipe", "outcome")
        )
        self._acknowledged = self._times(
            "beeflow_acknowledgement_seconds",
            "From a webhook's header to its synced acknowledgement.",
            _ACKNOWLEDGED,
        )
        self._committed = self._times(
            "beeflow_journal_commit_seconds", "One synced commit of the journal.", _COMMITTED
        )
        self._batches = self._times(
            "beeflow_journal_commit_operations",
            "Changes that one commit of the journal held.",
            _BATCHES,
        )
        self._called = self._counts(
            "beeflow_calls",
            "Calls of actions by how they went; open: it may have taken effect, or not.",
            ("action", "result"),
        )
        self._steps = Histogram(
            "beeflow_step_seconds",
            "One call of an action, with its waiting for the platform's rate limit.",
            _STEPS,
            "action",
        )
        self._tallies.append(self._steps)
        self._tell_of_runs()
        self._tell_of_the_process(version)

    def webhook(self, source: str, result: str) -> None:
        """Count what became of a webhook of a known source (`accepted`, `invalid_json`)."""
        self._webhooks.add((source, result))

    def acknowledged(self, seconds: float) -> None:
        """Time an acknowledgement (202 or 200)."""
        self._acknowledged.observe(seconds)

    def run_ended(self, recipe: str, outcome: str) -> None:
        """Count a run that ended."""
        self._runs.add((recipe, outcome))

    def called(self, action: str, result: str, seconds: float) -> None:
        """Count and time one call of an action: how it went (`done`, `failed`, `open`)."""
        self._called.add((action, result))
        self._steps.times(action).observe(seconds)

    def stands(self, standing: Standing) -> None:
        """Show what is in hand, as the journal says."""
        for status in _UNFINISHED:
            self._unfinished.set(standing.unfinished.get(status, 0), status)
        self._unknown.set(standing.unknown)

    def committed(self, seconds: float, operations: int) -> None:
        """Time one synced commit of the journal, and count what it held."""
        self._committed.observe(seconds)
        self._batches.observe(operations)

    def follow(self, name: str, about: str, value: Callable[[], float]) -> None:
        """Show a value as the gauge `beeflow_<name>`, asked for whenever the metrics are read."""
        self._followed.append((self._gauge(f"beeflow_{name}", about), value))

    async def text(self) -> bytes:
        """Return everything in Prometheus' text format.

        What is followed is asked for here, on the event loop, to which it belongs. With thousands
        of recipes to write it takes a while, during which webhooks are not to wait: so that is
        done in a thread.
        """
        for gauge, value in self._followed:
            gauge.set(value())
        return await asyncio.to_thread(_written, self._tallies)

    def _tell_of_runs(self) -> None:
        self._unfinished = self._gauge(
            "beeflow_runs_unfinished",
            "Runs in the journal that have not ended, by how they stand.",
            "status",
        )
        self._unknown = self._gauge(
            "beeflow_runs_unknown", "Runs that ended unknown and wait for a person's answer."
        )

    def _tell_of_the_process(self, version: str) -> None:
        build = self._gauge(
            "beeflow_build_info",
            "The version that runs, as labels; the value is always 1.",
            "version",
            "python",
        )
        build.set(1, version, platform.python_version())

    def _counts(self, name: str, about: str, labels: tuple[str, ...]) -> Counts:
        counts = Counts(name, about, labels)
        self._tallies.append(counts)
        return counts

    def _times(self, name: str, about: str, bounds: tuple[float, ...]) -> Times:
        histogram = Histogram(name, about, bounds)
        self._tallies.append(histogram)
        return histogram.times()

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        gauge = Gauge(name, about, labels)
        self._tallies.append(gauge)
        return gauge


def _written(tallies: Sequence[Tally]) -> bytes:
    """Import Prometheus' library once it asks: until then it would only hold up the start."""
    from beeflow.server.exposition import write  # noqa: PLC0415 - as said

    return write(tallies)
