"""How soon a daemon takes webhooks, how much memory it holds, how long `validate` takes."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.bench import processes
from beeflow.bench.figures import Figure
from beeflow.bench.recipes import ORDINARY, fill
from beeflow.bench.wire import requests, send
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from beeflow.bench.scale import Scale

SETTLED: Final = 3.0
"""Seconds after the first acceptance at which memory is read: what is imported later is there."""


class Started(msgspec.Struct, frozen=True):
    """Seconds from the start of the process to the first 202, and bytes held."""

    seconds: float
    memory: int


async def started(folder: Path, number: int = 0) -> Started:
    """Start a daemon in a folder; the first webhook it takes has this number."""
    async with processes.beeflow(folder) as running:
        began = perf_counter()
        await send(running.port, requests(1, number), 1)
        seconds = running.seconds + perf_counter() - began
        await asyncio.sleep(SETTLED)
        return Started(seconds, running.memory())


async def start(scale: Scale) -> AsyncIterator[Figure]:
    """Measure start and memory with few recipes and with many."""
    found = []
    for count, target in ((scale.few, 0.6), (scale.many, 3.0)):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            fill(folder, ORDINARY, count)
            tries = [await started(processes.afresh(folder)) for _ in range(scale.rounds)]
        best = min(tries, key=_seconds)
        found.append(best)
        named = f"start to first acceptance, {count:,} recipes"
        yield Figure("start", named, best.seconds, "s", target)
    few, many = found
    memory = few.memory / processes.MIB
    yield Figure("start", f"memory, idle with {scale.few:,} recipes", memory, "MiB", 80.0)
    each = (many.memory - few.memory) / (scale.many - scale.few)
    yield Figure("start", "memory, each further recipe", each / 1024, "KiB", 20.0)


def _seconds(one: Started) -> float:
    return one.seconds


async def validate(scale: Scale) -> AsyncIterator[Figure]:
    """Measure `beeflow validate`, the start of the process included."""
    for count, target in ((1, 0.4), (scale.many, 10.0)):
        with tempfile.TemporaryDirectory() as name:
            fill(Path(name), ORDINARY, count)
            seconds = min([await _validated(Path(name)) for _ in range(scale.rounds)])
        named = f"validate, {count:,} recipe{'s' if count > 1 else ''}"
        yield Figure("validate", named, seconds, "s", target)


async def _validated(folder: Path) -> float:
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "beeflow", "validate"),
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        env=processes.surroundings(),
    )
    try:
        async with processes.patiently("`beeflow validate`"):
            code = await process.wait()
    finally:
        await processes.end(process)
    if code:
        raise UsageError(f"`beeflow validate` ended with {code} on recipes that are right")
    return perf_counter() - began
