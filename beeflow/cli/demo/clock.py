"""The demo's clock: it begins on a weekday's morning, and leaps where a story would skip."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

SLICE: Final = 0.02
"""Seconds after which a sleeper looks whether the clock has leapt meanwhile."""

SATURDAY: Final = 5


class LeapingClock:
    """The machine's time, moved: to `begin` at first, and on with every leap."""

    def __init__(self, begin: float) -> None:
        self._ahead = begin - time.time()

    def now(self) -> float:
        """Return Unix seconds, as this clock has them."""
        return time.time() + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds; a leap over the end of them wakes within `SLICE`."""
        end = self.now() + seconds
        await asyncio.sleep(0)
        while (left := end - self.now()) > 0:  # noqa: ASYNC110 - a leap reaches all who look
            await asyncio.sleep(min(left, SLICE))

    def leap(self, seconds: float) -> None:
        """Let so many seconds pass at once."""
        self._ahead += seconds


def next_weekday_morning(now: float, zone: ZoneInfo, hour: int) -> float:
    """Return the next Monday to Friday on which it is not yet `hour` o'clock, two minutes before.

    The demo begins there, so that its weekday schedule has something to do.
    """
    day = datetime.fromtimestamp(now, zone)
    begin = day.replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(minutes=2)
    while begin <= day or begin.weekday() >= SATURDAY:
        begin += timedelta(days=1)
    return begin.timestamp()
