"""The clocks: the machine's, and a virtual one for tests, in which a week takes no time."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


LOOK: Final = 1.0
"""Seconds after which a sleeper looks whether the machine's clock was set meanwhile."""


class SystemClock:
    """The time of the machine, which may be set at any moment, and stands still in its sleep.

    `now()` are Unix seconds; it is asked so often that nothing stands in between.
    """

    now = staticmethod(time.time)

    async def sleep(self, seconds: float) -> None:
        """Return after so many seconds, or once the clock is that far, if it is set ahead."""
        end, wakes = time.monotonic() + seconds, time.time() + seconds
        await asyncio.sleep(0)
        while (left := min(end - time.monotonic(), wakes - time.time())) > 0:  # noqa: ASYNC110 - nobody tells when a clock is set
            await asyncio.sleep(min(left, LOOK))


class VirtualClock:
    """A clock that stands still until it is moved; sleepers wake in order as it passes them."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Return Unix seconds, as this clock has them."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return once the clock was moved so far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), future))
        await future

    def next(self) -> float | None:
        """Return when the next sleeper wakes."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def skip(self, instant: float) -> None:
        """Be at a later instant at once: for when nobody has anything to do before."""
        self._now = max(self._now, instant)

    async def run_until(self, instant: float, settle: Callable[[], Awaitable[None]]) -> None:
        """Let time pass until `instant`, inclusive; `settle` returns when nothing is under way."""
        await settle()
        while (wakes := self.next()) is not None and wakes <= instant:
            self._now = max(self._now, wakes)
            self._wake()
            await settle()
        self._now = max(self._now, instant)

    def reach(self, instant: float) -> None:
        """Move to an instant and wake those whose time has come, without waiting for them."""
        self._now = max(self._now, instant)
        self._wake()

    def _wake(self) -> None:
        """Wake all whose time has come."""
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)
