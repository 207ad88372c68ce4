"""A restart with many waiting runs: how soon it is ready, and what they take of its memory."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from beeflow.bench.figures import Figure
from beeflow.bench.recipes import KIND, WAITING, fill
from beeflow.bench.starting import started
from beeflow.engine.event import NewEvent
from beeflow.engine.journal.records import Admission, Record, Start
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from beeflow.bench.scale import Scale
    from beeflow.recipe.model import Recipe

AT_ONCE: Final = 256
MONTH: Final = 30 * 86400.0
READY: Final = 5.0
"""Seconds in which a daemon is to be ready again."""


async def waiting(scale: Scale) -> AsyncIterator[Figure]:
    """Measure a restart with runs that wait for a time still far off."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, WAITING.replace("{", "{{").replace("}", "}}"), 1)
        without = await started(folder)
        await _park(folder / "beeflow.db", scale.waiting)
        among = await started(folder, 1)
    named = f"restart with {scale.waiting:,} waiting runs, to the first acceptance"
    yield Figure("waiting", named, among.seconds, "s", READY)
    yield Figure("waiting", "the same without any", without.seconds, "s")
    # What the system's own caches do to the figure is no growth: below a byte it is nothing.
    each = max(0.0, (among.memory - without.memory) / 1024 / scale.waiting)
    yield Figure("waiting", "memory, each waiting run", each, "KiB", 0.05)


async def _park(path: Path, count: int) -> None:
    """Put runs into a journal that wait for a month, all of one recipe, as many as it may have."""
    recipe = parse_recipe(WAITING, path="waiting.yaml").recipe
    assert recipe is not None  # noqa: S101 - it is right
    journal = await SqliteJournal.open(path)
    try:
        await journal.keep_bundle(recipe.hash, recipe.bundle)
        for first in range(0, count, AT_ONCE):
            numbers = range(first, min(count, first + AT_ONCE))
            await asyncio.gather(*(_wait(journal, recipe, number) for number in numbers))
    finally:
        await journal.close()


async def _wait(journal: SqliteJournal, recipe: Recipe, number: int) -> None:
    now, ref = time.time(), f"W{number}"
    payload = {"type": KIND, "id": ref, "timestamp": int(now), "data": {"event_ref": ref}}
    event = NewEvent(
        f"webhook/main/{KIND}/{ref}", "main", KIND, now, json.dumps(payload).encode(), ref, ref
    )
    start = Start(recipe.id, recipe.hash, 0, ref, "queue", event_ref=ref)
    receipt = await journal.admit(Admission(event, (start,)))
    records = (
        Record("start", "now", "done", now, now, output=now),
        Record("actions/0", "wait", "open", now, until=now + MONTH),
    )
    await journal.park(receipt.runs[0], records, now + MONTH)
