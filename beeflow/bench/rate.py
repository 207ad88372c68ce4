"""How many webhooks a second go all the way, against the bare floor; the two take turns."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.bench import processes
from beeflow.bench.figures import Figure
from beeflow.bench.wire import Receiver, requests, send

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from beeflow.bench.processes import Running
    from beeflow.bench.scale import Scale

CONNECTIONS: Final = 64
WARM_UP: Final = 300
AT_LEAST: Final = 0.8
"""The part of the floor's rate that is to be reached."""


class Rate(msgspec.Struct, frozen=True):
    """Webhooks delivered a second, and seconds of processor time for each."""

    rate: float
    cpu: float


async def measure_rate(
    started: AbstractAsyncContextManager[Running], receiver: Receiver, count: int
) -> Rate:
    """Send so many webhooks and wait until all were delivered."""
    made = requests(WARM_UP + count)
    async with started as running:
        before = receiver.count
        await send(running.port, made[:WARM_UP], CONNECTIONS)
        await receiver.reached(before + WARM_UP)
        cpu, began = running.cpu(), perf_counter()
        await send(running.port, made[WARM_UP:], CONNECTIONS)
        await receiver.reached(before + WARM_UP + count)
        return Rate(count / (receiver.last - began), (running.cpu() - cpu) / count)


async def rate(scale: Scale) -> AsyncIterator[Figure]:
    """Measure the sustained rate."""
    floors: list[Rate] = []
    ours: list[Rate] = []
    with tempfile.TemporaryDirectory() as name:
        async with Receiver() as receiver:
            folder = Path(name)
            processes.configure(folder)
            text = processes.CANONICAL.format(url=receiver.url)
            (folder / "recipes" / "canonical.yaml").write_text(text, encoding="utf-8")
            for _ in range(scale.rounds):
                floor = processes.floor(folder, receiver.url)
                floors.append(await measure_rate(floor, receiver, scale.webhooks))
                beeflow = processes.beeflow(processes.afresh(folder))
                ours.append(await measure_rate(beeflow, receiver, scale.webhooks))
    for figure in compared(floors, ours):
        yield figure


def compared(floors: list[Rate], ours: list[Rate]) -> list[Figure]:
    """Return what the rounds come to: the ratios, and what they are made of."""
    rates = median(one.rate for one in ours), median(one.rate for one in floors)
    costs = median(one.cpu for one in ours), median(one.cpu for one in floors)
    return [
        Figure("rate", "delivered, against the bare floor", rates[0] / rates[1], "ratio",
               AT_LEAST, at_least=True),
        Figure("rate", "floor's processor time a webhook, against ours", costs[1] / costs[0],
               "ratio", AT_LEAST, at_least=True),
        Figure("rate", "delivered by beeflow", rates[0], "/s"),
        Figure("rate", "delivered by the bare floor", rates[1], "/s"),
        Figure("rate", "processor time a webhook, beeflow", costs[0] * 1e6, "us"),
        Figure("rate", "processor time a webhook, bare floor", costs[1] * 1e6, "us"),
    ]  # fmt: skip
