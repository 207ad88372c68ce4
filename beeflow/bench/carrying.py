"""What one run costs by itself: the canonical job through dispatcher, interpreter and client.

The journal answers with the next turn of the event loop, and so does the other side; neither a
disk nor a network takes part. Calls are counted, which no other load on the machine disturbs.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from beeflow.actions.http.addresses import AddressGuard
from beeflow.actions.http.connecting import Connector
from beeflow.actions.http.connection import Connection
from beeflow.actions.http.pool import Pool
from beeflow.actions.http.request import HttpRequest
from beeflow.actions.registry import Registry
from beeflow.bench.figures import Figure
from beeflow.bench.processes import CANONICAL
from beeflow.bench.wire import ANSWER
from beeflow.config import Config, Secrets
from beeflow.daemon.engine import Settings, Told, build_engine
from beeflow.daemon.loop import loop_factory
from beeflow.daemon.telling import tell_end
from beeflow.engine.event import Event
from beeflow.engine.journal.encoding import encode_records
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.records import Ended, Moved, OpenRun, Run
from beeflow.recipe.parser import parse_recipe
from beeflow.server.metrics import Meter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from beeflow.actions.http.outgoing import Origin
    from beeflow.bench.scale import Scale
    from beeflow.engine.commands import Ending
    from beeflow.engine.journal.records import Admission, Record, StoredWait

SIDE_BY_SIDE: Final = 64
TURNS: Final = 5
URL: Final = "http://127.0.0.1:9/"
SECRET: Final = "bench-secret"  # noqa: S105 - of nothing


class _Echo(asyncio.Transport):
    """The other side: answers each request with the next turn of the loop."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def write(self, data: Any) -> None:
        del data
        asyncio.get_running_loop().call_soon(self._connection.data_received, ANSWER)

    def abort(self) -> None:
        """Be gone."""


class _Connector(Connector):
    """Connects to nothing."""

    async def connect(self, origin: Origin, label: str, seconds: float) -> Connection:
        del origin, label, seconds
        connection = Connection(self.deadlines)
        connection.connection_made(_Echo(connection))
        return connection


class _Journal(MemoryJournal):
    """Keeps nothing of what it writes out, and answers all that is asked in a turn at once."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: list[tuple[asyncio.Future[Any], object]] = []

    def _next_turn(self, result: object) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        if not self._asked:
            loop.call_soon(self._settle)
        self._asked.append((future, result))
        return future

    def _settle(self) -> None:
        asked, self._asked = self._asked, []
        for future, result in asked:
            future.set_result(result)

    async def save(
        self, run_id: str, records: Sequence[Record], waits: Sequence[StoredWait] = ()
    ) -> None:
        del run_id, waits
        encode_records(records)
        await self._next_turn(None)

    async def finish(
        self, run_id: str, records: Sequence[Record], ending: Ending, ended_at: float,
        follow: Admission | None = None,
    ) -> Moved:  # fmt: skip
        del follow
        encode_records(records)
        ended = Ended(run_id, "canonical", "", ending.outcome, ending.reason, ended_at, ended_at)
        moved: Moved = await self._next_turn(Moved(ended=(ended,)))
        return moved


async def carry(scale: Scale) -> AsyncIterator[Figure]:
    """Measure a run of the canonical job, on the event loop that the daemon runs on."""
    ended = threading.Event()
    try:
        calls, seconds = await asyncio.to_thread(_measured, scale.webhooks, ended)
    finally:
        ended.set()  # who was interrupted does not wait for the rest
    yield Figure("run", "calls of Python for a run", calls, "")
    yield Figure("run", "processor time of a run, at best", min(seconds) * 1e6, "us")
    yield Figure("run", "processor time of a run, the median", median(seconds) * 1e6, "us")


def _measured(count: int, ended: threading.Event) -> tuple[float, list[float]]:
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(_carried(count, ended))


async def _carried(count: int, ended: threading.Event) -> tuple[float, list[float]]:
    async with Pool(_Connector(AddressGuard(()))) as pool:
        plant = await _plant(pool, ended)
        await plant(count)
        return await _calls(plant, count), [await _seconds(plant, count) for _ in range(TURNS)]


async def _plant(pool: Pool, over: threading.Event) -> Callable[[int], Any]:
    """Return what carries so many runs of the canonical job, or fewer once it is over."""
    recipe = parse_recipe(CANONICAL.format(url=URL), path="canonical.yaml").recipe
    assert recipe is not None  # noqa: S101 - it is right
    settings, meter = Settings(Config(), Secrets({}, None, (SECRET,))), Meter("0")

    def ended(one: Ended) -> None:
        meter.run_ended(one.recipe, one.outcome)
        tell_end(settings.log, one)

    actions = Registry({"http.request": lambda: HttpRequest(pool)})
    engine = build_engine(settings, _Journal(), actions, Told(ended, meter.called))
    await engine.book.put(recipe)

    async def carry_out(count: int) -> None:
        runs = [_opened(number, recipe.hash) for number in range(count)]
        while runs and not over.is_set():
            together, runs = runs[:SIDE_BY_SIDE], runs[SIDE_BY_SIDE:]
            for opened in together:
                engine.dispatcher.submit(Moved(ready=(opened.run.id,)), (opened,))
            await engine.dispatcher.idle()

    return carry_out


def _opened(number: int, recipe_hash: str) -> OpenRun:
    now, kind, ident = time.time(), "event.updated.status", f"bench-{number}"
    data: Any = {"event_ref": f"E{number}", "status": "live", "note": "x" * 200}
    payload = {"type": kind, "id": ident, "timestamp": int(now), "data": data}
    event = Event(f"e{number}", f"main/{ident}", "main", kind, now, payload, ident, f"E{number}")
    run = Run(f"r{number}", "canonical", recipe_hash, event.id, "ready", 0, created_at=now)
    return OpenRun(run, (event,), {})


async def _calls(plant: Callable[[int], Any], count: int) -> float:
    """Count the calls of functions written in Python, and resumptions of those that wait."""
    calls = 0

    def note(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(note)
    try:
        await plant(count)
    finally:
        sys.setprofile(None)
    return calls / count


async def _seconds(plant: Callable[[int], Any], count: int) -> float:
    began = time.thread_time()
    await plant(count)
    return (time.thread_time() - began) / count
