"""Care of the journal while the daemon runs: what is older than the retention goes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from beeflow.engine.alarm import Alarm

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.ports import Clock

log = logging.getLogger(__name__)

PACE: Final = 3600.0
"""Seconds between two rounds."""


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
