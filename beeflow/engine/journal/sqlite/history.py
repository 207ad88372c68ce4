"""Reading a journal: by itself while a daemon writes it, and as a part of the whole."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

from beeflow.engine.journal.sqlite import reading
from beeflow.engine.journal.sqlite.faults import translated
from beeflow.engine.journal.sqlite.opening import open_for_reading, real_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from sqlite3 import Connection

    from beeflow.engine.event import Event
    from beeflow.engine.journal.records import Counts, Filter, OpenRun, Run, Standing
    from beeflow.recipe.model import Bundle
    from beeflow.types import Json

P = ParamSpec("P")
T = TypeVar("T")

READERS: Final = 2
"""Threads that read: a long list does not hold up the loading of runs."""


class StoredHistory(ABC):
    """The protocol `History`, whatever way the reading is done."""

    @abstractmethod
    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do a piece of reading off the event loop."""

    async def events(self, wanted: Filter) -> list[tuple[Event, int]]:
        """List events, newest first, each with the number of its runs."""
        return await self.read(reading.events, wanted)

    async def event(self, event_id: str) -> Event | None:
        """Return one event by its id, or by the payload's own id."""
        return await self.read(reading.event, event_id)

    async def runs(self, wanted: Filter) -> list[Run]:
        """List runs, newest first."""
        return await self.read(reading.runs, wanted)

    async def run(self, run_id: str) -> OpenRun | None:
        """Return one run with its events and records."""
        return await self.read(reading.run, run_id)

    async def bundle(self, recipe_hash: str) -> Bundle | None:
        """Return the text of a recipe that a run is pinned to."""
        return await self.read(reading.bundle, recipe_hash)

    async def counts(self) -> Counts:
        """Count what there is."""
        return await self.read(reading.counts)

    async def standing(self) -> Standing:
        """Count what is in hand."""
        return await self.read(reading.standing)

    async def state(self, namespace: str) -> dict[str, Json]:
        """Return the values kept between the runs of a recipe."""
        return await self.read(reading.state, namespace)


class SqliteHistory(StoredHistory):
    """Reads the journal in the file `path`, for commands: nothing is kept open in between.

    Raises `NothingFound` where there is no journal, `JournalTooNew` for one of a later version,
    `JournalBroken` for a damaged one. Creates no file and does not hold up the writer.
    """

    def __init__(self, path: Path) -> None:
        self.path = real_file(path)

    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Open the file, read, and close it."""
        return await asyncio.to_thread(self._read, lambda db: work(db, *args, **kwargs))

    def _read(self, work: Callable[[Connection], T]) -> T:
        with translated(self.path, writing=False):
            db = open_for_reading(self.path)
            try:
                return work(db)
            finally:
                db.close()


class Readers:
    """Threads that read a journal which is open for writing, each with its own connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._free: SimpleQueue[Connection] = SimpleQueue()
        for _ in range(READERS):
            self._free.put(open_for_reading(path, beside_writer=True))
        self._pool = ThreadPoolExecutor(READERS, "beeflow-journal-reader")

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Do a piece of reading in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        db = self._free.get()
        try:
            with translated(self._path, writing=False):
                return work(db)
        finally:
            self._free.put(db)

    def close(self) -> None:
        """End the threads and close what they had open; blocks."""
        self._pool.shutdown()
        while not self._free.empty():
            self._free.get().close()
