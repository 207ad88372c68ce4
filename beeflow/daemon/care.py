"""Care of the journal while the daemon runs: what is older than the retention goes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from beeflow.daemon.beside import beside
from beeflow.engine.alarm import Alarm
from beeflow.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.journal.sqlite import SqliteJournal
    from beeflow.engine.ports import Clock

log = logging.getLogger(__name__)

PACE: Final = 3600.0
"""Seconds between two rounds."""

LOOK: Final = 1.0
"""Seconds between two looks whether a full journal has room again, and is in its place."""


class Care:
    """Prunes the journal once an hour. `retention` is in seconds, None keeps all for good."""

    def __init__(self, journal: Journal, clock: Clock, retention: float | None) -> None:
        self._journal = journal
        self._retention = retention
        self.alarm = Alarm(clock, self._ring, "care of the journal")

    async def _ring(self, now: float) -> float | None:
        if self._retention is None:
            return None
        pruned = await self._journal.prune(now - self._retention)
        if pruned.runs or pruned.events:
            log.info(
                "pruned %s runs and %s events older than the retention", pruned.runs, pruned.events
            )
        return now + PACE


@asynccontextmanager
async def watching_place(journal: SqliteJournal) -> AsyncIterator[None]:
    """While the block runs, look every second whether the journal lies where it was opened."""

    async def watch() -> None:
        while not journal.broken.is_set():
            await asyncio.sleep(LOOK)
            try:
                await journal.require_place()
            except OSError as error:  # it cannot be told now; a later look can
                log.warning("whether the journal is in its place cannot be told: %s", error)

    async with beside(watch(), "watching the journal's place"):
        yield


@asynccontextmanager
async def watching_room(journal: SqliteJournal) -> AsyncIterator[None]:
    """While the block runs, and the journal is full, look every second whether it still is.

    Somebody must: whoever goes by `/readyz` sends nothing that would show it. The first look is
    at once, so that a daemon that starts on a full disk does not call itself ready.
    """
    with contextlib.suppress(JournalError):
        await journal.try_room()

    async def watch() -> None:
        while True:
            await journal.full.wait()
            log.warning("%s: %s; webhooks are answered with 503", journal.path, journal.trouble)
            while journal.full.is_set():
                await asyncio.sleep(LOOK)
                with contextlib.suppress(JournalError):
                    await journal.try_room()
            log.warning("the journal %s has room again", journal.path)

    async with beside(watch(), "watching for room"):
        yield
