"""The demo's clock: it begins on a Thursday's morning, and leaps where a story would skip."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from zoneinfo import ZoneInfo

SLICE: Final = 0.02
"""Seconds after which a sleeper looks whether the clock has leapt meanwhile."""

THURSDAY: Final = 3


class LeapingClock:
    """The machine's time, moved: to `begin` at first, and on with every leap."""

    def __init__(self, begin: float) -> None:
        self._ahead = begin - time.time()

    def now(self) -> float:
        """Return Unix seconds, as this clock has them."""
        return time.time() + self._ahead

    def sleep(self, seconds: float) -> Coroutine[Any, Any, None]:
        """Return after so many seconds; a leap over the end of them wakes within `SLICE`.

        They count from this call on, not from when a task begins to wait for it.
        """
        return self._until(self.now() + seconds)

    async def _until(self, end: float) -> None:
        await asyncio.sleep(0)
        while (left := end - self.now()) > 0:  # noqa: ASYNC110 - a leap reaches all who look
            await asyncio.sleep(min(left, SLICE))

    def leap(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        self._ahead += seconds


def next_thursday_morning(now: float, zone: ZoneInfo, hour: int) -> float:
    """Return the next Thursday on which it is not yet `hour` o'clock, two minutes before.

    The demo begins there: the webinar is on the Friday, and the week's report on the Monday.
    """
    day = datetime.fromtimestamp(now, zone)
    begin = day.replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(minutes=2)
    while begin <= day or begin.weekday() != THURSDAY:
        begin += timedelta(days=1)
    return begin.timestamp()
