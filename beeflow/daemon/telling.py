"""What the log is told of runs: one line as each ends."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from beeflow.engine.journal.records import Ended
    from beeflow.server.telling import Log

_GRAVE: Final = frozenset({"failed", "unknown"})
"""Outcomes that want a person."""


def tell_end(log: Log, ended: Ended) -> None:
    """Tell of a run that ended; `seconds` are those since its event came in."""
    level = logging.WARNING if ended.outcome in _GRAVE else logging.INFO
    log.tell(
        "run.ended",
        level,
        recipe=ended.recipe,
        run=ended.run,
        event_id=ended.event,
        outcome=ended.outcome,
        reason=ended.reason or None,
        seconds=round(ended.ended_at - ended.created_at, 3),
    )
