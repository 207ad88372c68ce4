"""Matching and delivery among many recipes on one type of webhook, of which one wants it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

from beeflow.bench import processes
from beeflow.bench.figures import Figure
from beeflow.bench.rate import measure_rate
from beeflow.bench.recipes import KIND, PICKY, fill
from beeflow.bench.wire import Receiver
from beeflow.engine.book import RecipeBook
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from beeflow.bench.scale import Scale
    from beeflow.recipe.model import Recipe
    from beeflow.types import Json

TRIES: Final = 1_000
STEP: Final = 10
"""By so much the number of recipes grows from one measurement to the next."""


async def match(scale: Scale) -> AsyncIterator[Figure]:
    """Measure one look for the recipes that want a webhook, in a book of few and of many."""
    book = RecipeBook(MemoryJournal(), lambda _bundle: None)
    there, first = 0, 0.0
    for count in _sizes(scale.few, scale.matched):
        for number in range(there, count):
            await book.put(_parsed(number))
        there = count
        seconds = _seconds_a_match(book, count)
        first = first or seconds
        if count > scale.few:
            named = f"one match among {count:,}, against {scale.few:,}"
            yield Figure("match", named, seconds / first, "ratio", 2.0)
        yield Figure("match", f"one match among {count:,} recipes", seconds * 1e6, "us")


def _sizes(few: int, many: int) -> Iterator[int]:
    size = few
    while size < many:
        yield size
        size *= STEP
    yield many


def _parsed(number: int) -> Recipe:
    recipe = parse_recipe(PICKY.format(number=number), path=f"r{number}.yaml").recipe
    assert recipe is not None  # noqa: S101 - it is right
    return recipe


def _seconds_a_match(book: RecipeBook, count: int) -> float:
    """Return the median time of one match."""
    payload: dict[str, Json] = {
        "type": KIND,
        "data": {"event_ref": f"OTHER{count // 2}", "status": "live"},
    }
    times = []
    for _ in range(TRIES):
        began = perf_counter()
        book.match(KIND, payload)
        times.append(perf_counter() - began)
    return median(times)


async def crowd(scale: Scale) -> AsyncIterator[Figure]:
    """Measure what a daemon delivers with many recipes on the type against one."""
    alone = await _delivered(1, scale.webhooks)
    among = await _delivered(scale.crowd, scale.webhooks)
    named = f"delivered with {scale.crowd:,} recipes on one type, against 1"
    yield Figure("crowd", named, among / alone, "ratio", 0.8, at_least=True)
    yield Figure("crowd", "delivered with 1 recipe", alone, "/s")
    yield Figure("crowd", f"delivered with {scale.crowd:,} recipes", among, "/s")


async def _delivered(count: int, webhooks: int) -> float:
    with tempfile.TemporaryDirectory() as name:
        async with Receiver() as receiver:
            folder = Path(name)
            fill(folder, PICKY, count - 1)
            text = processes.CANONICAL.format(url=receiver.url)
            (folder / "recipes" / "canonical.yaml").write_text(text, encoding="utf-8")
            return (await measure_rate(processes.beeflow(folder), receiver, webhooks)).rate
