"""What the daemon shows of itself in the metrics, beside what it counts."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from beeflow.daemon.beside import beside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from beeflow.beestreamed.client import Client
    from beeflow.engine.journal.sqlite import SqliteJournal
    from beeflow.server.metrics import Meter

log = logging.getLogger(__name__)

BEAT: Final = 0.25
"""Seconds between two looks at the event loop."""

REMEMBERED: Final = 60
"""Looks of which the worst is shown: a quarter of a minute, as long as between two scrapes."""

HELD_UP: Final = 0.5
"""Seconds of lag that are worth a line in the log."""


class Lag:
    """How late the event loop is: whatever blocks it makes every webhook wait so long."""

    def __init__(self) -> None:
        self._late: deque[float] = deque([0.0], maxlen=REMEMBERED)

    @property
    def worst(self) -> float:
        """The worst of late, in seconds."""
        return max(self._late)

    def note(self, late: float) -> None:
        """Take down one look."""
        self._late.append(max(0.0, late))
        if late > HELD_UP:
            log.warning("the event loop was held up for %.2f s: something blocks it", late)


@asynccontextmanager
async def watching_lag(lag: Lag) -> AsyncIterator[None]:
    """Look at the event loop every `BEAT` while the block runs."""
    loop = asyncio.get_running_loop()

    async def watch() -> None:
        while True:
            due = loop.time() + BEAT
            await asyncio.sleep(BEAT)
            lag.note(loop.time() - due)

    async with beside(watch(), "watching the event loop"):
        yield


def show_vitals(meter: Meter, journal: SqliteJournal, client: Client, lag: Lag) -> None:
    """Have the metrics show what only the daemon knows."""
    follow = meter.follow
    follow(
        "event_loop_lag_seconds",
        "How late the event loop was at worst in the last quarter of a minute.",
        lambda: lag.worst,
    )
    follow("journal_queue_depth", "Changes that wait to be journaled.", lambda: journal.backlog)
    follow("journal_full", "1 while the journal has no room.", journal.full.is_set)
    follow(
        "journal_missing_events",
        "Events gone from the journal at the start that nothing pruned.",
        lambda: journal.missing,
    )
    follow(
        "platform_calls_left",
        "Calls of the BeeStreamed API that the rate limit lets through at once now.",
        lambda: client.calls_left,
    )
