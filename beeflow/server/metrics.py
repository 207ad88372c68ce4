"""What is counted and timed, for Prometheus, in a registry of our own.

What happens with each webhook and run is counted in plain numbers (`beeflow.server.tallies`).
"""

from __future__ import annotations

import asyncio
import platform
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    GCCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from beeflow.server.tallies import Counts, Histogram, Times

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.engine.journal.records import Standing

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
        # When a series began says nothing to anybody here.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types there
        self._registry = CollectorRegistry()
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
            self._registry,
            "action",
        )
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
            self._unfinished.labels(status).set(standing.unfinished.get(status, 0))
        self._unknown.set(standing.unknown)

    def committed(self, seconds: float, operations: int) -> None:
        """Time one synced commit of the journal, and count what it held."""
        self._committed.observe(seconds)
        self._batches.observe(operations)

    def follow(self, name: str, about: str, value: Callable[[], float]) -> None:
        """Show a value as the gauge `beeflow_<name>`, asked for whenever the metrics are read."""
        gauge = Gauge(f"beeflow_{name}", about, registry=self._registry)
        self._followed.append((gauge, value))

    async def text(self) -> bytes:
        """Return everything in Prometheus' text format.

        What is followed is asked for here, on the event loop, to which it belongs. With thousands
        of recipes to write it takes a while, during which webhooks are not to wait: so that is
        done in a thread.
        """
        for gauge, value in self._followed:
            gauge.set(value())
        return await asyncio.to_thread(generate_latest, self._registry)

    def _counts(self, name: str, about: str, labels: tuple[str, ...]) -> Counts:
        return Counts(name, about, labels, self._registry)

    def _times(self, name: str, about: str, bounds: tuple[float, ...]) -> Times:
        return Histogram(name, about, bounds, self._registry).times()

    def _tell_of_runs(self) -> None:
        self._unfinished = Gauge(
            "beeflow_runs_unfinished",
            "Runs in the journal that have not ended, by how they stand.",
            ("status",),
            registry=self._registry,
        )
        self._unknown = Gauge(
            "beeflow_runs_unknown",
            "Runs that ended unknown and wait for a person's answer.",
            registry=self._registry,
        )

    def _tell_of_the_process(self, version: str) -> None:
        build = Gauge(
            "beeflow_build_info",
            "The version that runs, as labels; the value is always 1.",
            ("version", "python"),
            registry=self._registry,
        )
        build.labels(version, platform.python_version()).set(1)
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
