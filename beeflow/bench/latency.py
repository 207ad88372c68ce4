"""How long a webhook takes: to its action at a steady rate, to its acknowledgement in a burst."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from beeflow.bench import processes
from beeflow.bench.figures import Figure
from beeflow.bench.rate import WARM_UP
from beeflow.bench.wire import Receiver, quantile, requests, send, send_steadily

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from beeflow.bench.processes import Running
    from beeflow.bench.scale import Scale

TARGETS: Final = {100: (3.0, 10.0), 300: (3.0, 15.0)}
"""Milliseconds at p50 and p99, by webhooks a second."""

ACKNOWLEDGED: Final = 250.0
"""Milliseconds in which a burst is to be acknowledged, or refused, at p99."""

BURST_CONNECTIONS: Final = 500


async def latency(scale: Scale) -> AsyncIterator[Figure]:
    """Measure the time from the moment a webhook is due to the moment its action arrives."""
    with tempfile.TemporaryDirectory() as name:
        async with Receiver() as receiver:
            folder = Path(name)
            processes.configure(folder)
            text = processes.CANONICAL.format(url=receiver.url)
            (folder / "recipes" / "canonical.yaml").write_text(text, encoding="utf-8")
            for per_second, targets in TARGETS.items():
                count = max(10, round(per_second * scale.seconds))
                bare, ours = [], []
                for _ in range(scale.rounds):
                    floor = processes.floor(folder, receiver.url)
                    bare.append(await _delays(floor, receiver, count, per_second))
                    beeflow = processes.beeflow(processes.afresh(folder))
                    ours.append(await _delays(beeflow, receiver, count, per_second))
                for percent, target in zip((50, 99), targets, strict=True):
                    name_ = f"sent to action received, {per_second}/s, p{percent}"
                    yield Figure("latency", name_, _middle(ours, percent), "ms", target)
                    named = f"the same of the bare floor, {per_second}/s, p{percent}"
                    yield Figure("latency", named, _middle(bare, percent), "ms")


def _middle(rounds: list[list[float]], percent: int) -> float:
    """Return a percentile in milliseconds: of several rounds, that of the middle one.

    What else a machine does falls upon single rounds, and is not what is measured.
    """
    return median(quantile(delays, percent) for delays in rounds) * 1e3


async def _delays(
    started: AbstractAsyncContextManager[Running], receiver: Receiver, count: int, rate: float
) -> list[float]:
    """Return how long each webhook took to its action, in seconds."""
    made = requests(WARM_UP + count)
    async with started as running:
        before = receiver.count
        await send(running.port, made[:WARM_UP], 16)
        await receiver.reached(before + WARM_UP)
        receiver.at.clear()
        due = await send_steadily(running.port, made[WARM_UP:], rate)
        await receiver.reached(before + WARM_UP + count)
    return [
        receiver.at[f"bench-{number}".encode()] - at for number, at in enumerate(due, start=WARM_UP)
    ]


async def burst(scale: Scale) -> AsyncIterator[Figure]:
    """Measure how soon each webhook of a burst is told 202, or 503."""
    with tempfile.TemporaryDirectory() as name:
        async with Receiver() as receiver:
            folder = Path(name)
            processes.configure(folder)
            text = processes.CANONICAL.format(url=receiver.url)
            (folder / "recipes" / "canonical.yaml").write_text(text, encoding="utf-8")
            async with processes.beeflow(folder) as running:
                connections = min(BURST_CONNECTIONS, scale.burst)
                sent = await send(running.port, requests(scale.burst), connections, again=False)
                await receiver.reached(len(sent.latencies))
    told = quantile(sent.latencies, 99) * 1e3
    yield Figure("burst", "acknowledged (202), p99", told, "ms", ACKNOWLEDGED)
    share = sent.refused / (sent.refused + len(sent.latencies))
    yield Figure("burst", "refused (503)", share, "ratio")
    lost = len(sent.latencies) - receiver.count
    yield Figure("burst", "acknowledged and not delivered", float(lost), "", 0.0)
