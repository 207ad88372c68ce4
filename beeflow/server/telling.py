"""What the log is told of webhooks: one line each, but not without end of what strangers send."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.engine.event import NewEvent
    from beeflow.engine.journal.records import Receipt
    from beeflow.server.answers import Refused
    from beeflow.types import Json

MOST: Final = 20
"""Refusals of one kind that are told within a second; the others are counted, and told with the
next one."""


class Log(Protocol):
    """Where lines go."""

    def tell(self, event: str, level: int = logging.INFO, /, **fields: Json) -> None:
        """Tell what happened, with its particulars."""
        ...


class Silent:
    """A log that nobody reads."""

    def tell(self, event: str, level: int = logging.INFO, /, **fields: Json) -> None:
        """Do nothing."""


class Teller:
    """Tells of webhooks that were taken, and of those that were not."""

    def __init__(self, log: Log, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._second = -1
        self._told: dict[tuple[str, str], int] = {}

    def taken(self, event: NewEvent, receipt: Receipt, seconds: float) -> None:
        """Tell of a webhook that is in the journal."""
        self._log.tell(
            f"webhook.{receipt.status}",
            source=event.source,
            type=event.type,
            id=event.payload_id,
            event_id=receipt.event_id,
            runs=len(receipt.runs),
            ms=round(seconds * 1000, 2),
        )

    def refused(self, source: str, refused: Refused, remote: str | None) -> None:
        """Tell of one that was not taken, and why; strangers cannot fill the log by it."""
        key = (source, refused.code)
        second = int(self._clock())
        suppressed = None
        if second != self._second:
            suppressed = self._begin_anew(second)
        count = self._told[key] = self._told.get(key, 0) + 1
        if count <= MOST:
            self._log.tell(
                "webhook.refused",
                logging.WARNING,
                source=source,
                reason=refused.code,
                detail=refused.aside,
                remote=remote,
                suppressed=suppressed,
            )

    def _begin_anew(self, second: int) -> int | None:
        """Begin another second; returns how many were told by nobody in the one before."""
        suppressed = sum(max(0, count - MOST) for count in self._told.values())
        self._second, self._told = second, {}
        return suppressed or None
