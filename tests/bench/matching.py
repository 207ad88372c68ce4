"""Matching and delivery among many recipes on one type of webhook, of which one wants it.

    cd tests && python -m bench.matching [FEW] [MANY]

Told are the time of one match in the book of recipes with few and with many recipes (the promise:
within 2x), and what a daemon delivers with 5,000 against one (at least 80%).
"""

# ruff: noqa: T201 - a script tells its results

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench import processes
from bench.throughput import measure
from bench.wire import Receiver

from beeflow.engine.book import RecipeBook
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from beeflow.recipe.model import Recipe
    from beeflow.types import Json

KIND = "event.updated.status"
DAEMON_RECIPES = 5_000
WEBHOOKS = 4_000
TRIES = 2_000


def text(number: int) -> str:
    """Return a recipe that wants one event of its own."""
    match = f"{{data.event_ref: OTHER{number}, data.status: live}}"
    return f"trigger: {{webhook: {KIND}, match: {match}}}\nactions: [{{stop: done}}]\n"


def parsed(number: int) -> Recipe:
    """Return that recipe, parsed."""
    recipe = parse_recipe(text(number), path=f"r{number}.yaml").recipe
    assert recipe is not None
    return recipe


async def seconds_a_match(count: int) -> float:
    """Return the median time of one match among so many recipes."""
    book = RecipeBook(MemoryJournal(), lambda _: None)
    for number in range(count):
        await book.put(parsed(number))
    payload: dict[str, Json] = {
        "type": KIND,
        "data": {"event_ref": f"OTHER{count // 2}", "status": "live"},
    }
    assert len(book.match(KIND, payload)) == 1
    times = []
    for _ in range(TRIES):
        began = time.perf_counter()
        book.match(KIND, payload)
        times.append(time.perf_counter() - began)
    return median(times)


async def delivered(count: int) -> float:
    """Return the rate of a daemon with one recipe that wants the webhooks among so many."""
    receiver = Receiver()
    url = f"http://127.0.0.1:{await receiver.listen()}/"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        processes.configure(folder)
        (folder / "recipes" / "tell.yaml").write_text(processes.RECIPE.format(url=url))
        for number in range(count - 1):
            (folder / "recipes" / f"r{number}.yaml").write_text(text(number))
        return (await measure(processes.beeflow(folder), receiver, WEBHOOKS, 64)).rate


async def main(few: int = 10, many: int = 10_000) -> None:
    """Measure and tell."""
    small, large = await seconds_a_match(few), await seconds_a_match(many)
    told = f"{small * 1e6:.1f} us among {few}, {large * 1e6:.1f} us among {many}"
    print(f"one match: {told}: {large / small:.2f}x", flush=True)
    one, crowd = await delivered(1), await delivered(DAEMON_RECIPES)
    print(
        f"delivered: {one:.0f}/s with 1 recipe, {crowd:.0f}/s with {DAEMON_RECIPES}: {crowd / one:.0%}"
    )


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
