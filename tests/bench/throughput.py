"""Signed webhook, synced journal, condition, one POST delivered: against the bare floor.

    cd tests && python -m bench.throughput [WEBHOOKS] [ROUNDS] [CONNECTIONS]

Floor and beeflow take turns in one run, so that what else the machine does weighs on both. Told
are the delivered rate (from the first byte sent to the last delivery), and the processor time of
the server for each webhook, which other load disturbs less.
"""

# ruff: noqa: T201 - a script tells its results

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from bench import processes
from bench.wire import Receiver, requests, send

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from bench.processes import Running

PATIENCE = 180.0
WARM_UP = 500


@dataclass(frozen=True, slots=True)
class Rate:
    """Webhooks delivered a second, microseconds of processor time each, p99 of the answer."""

    rate: float
    cpu: float
    p99: float
    refused: int

    def __str__(self) -> str:
        told = f"{self.rate:8.0f} delivered/s {self.cpu:8.0f} us each"
        return f"{told}   answered within {self.p99 * 1000:.0f} ms (p99)   {self.refused} refused"


async def measure(
    started: AbstractAsyncContextManager[Running], receiver: Receiver, count: int, connections: int
) -> Rate:
    """Send so many webhooks and wait until all were delivered."""
    made = requests(WARM_UP + count)
    async with started as running:
        before = receiver.count
        await send(running.port, made[:WARM_UP], connections)
        await receiver.reached(before + WARM_UP, PATIENCE)
        cpu, began = running.cpu(), time.perf_counter()
        sent = await send(running.port, made[WARM_UP:], connections)
        await receiver.reached(before + WARM_UP + count, PATIENCE)
        took = receiver.last - began
        spent = running.cpu() - cpu
    p99 = quantiles(sent.latencies, n=100)[-1]
    return Rate(count / took, spent / count * 1e6, p99, sent.refused)


async def main(count: int = 10_000, rounds: int = 3, connections: int = 64) -> None:
    """Measure in turns and tell the ratio."""
    receiver = Receiver()
    url = f"http://127.0.0.1:{await receiver.listen()}/"
    floors: list[Rate] = []
    ours: list[Rate] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            processes.configure(folder)
            (folder / "recipes" / "tell.yaml").write_text(processes.RECIPE.format(url=url))
            floors.append(await measure(processes.floor(folder, url), receiver, count, connections))
            print(f"floor    {floors[-1]}", flush=True)
            ours.append(await measure(processes.beeflow(folder), receiver, count, connections))
            print(f"beeflow  {ours[-1]}", flush=True)
    rate = median(one.rate for one in ours) / median(one.rate for one in floors)
    cpu = median(one.cpu for one in floors) / median(one.cpu for one in ours)
    print(f"ratio    {rate:.0%} of the floor's rate, {cpu:.0%} by processor time")


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
