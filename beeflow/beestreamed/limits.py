"""The rate limit: never more than so many requests in any 60 seconds.

What has to hold is what the platform counts: arrivals. When a request arrives there is not known
here, only that it is after its turn and before its end. So a place is taken from the turn on and is
free again 60 seconds after the *end*: then any two requests of which one had the other's place
arrive 60 seconds or more apart, and no window of 60 seconds ever holds more than there are places.

A limiter begins as if its predecessor had used all places evenly during the last 60 seconds,
because after a restart it may have. So the first burst is small and the allowance builds up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final

from beeflow.beestreamed.clock import Clock, MonotonicClock
from beeflow.errors import BeeflowError

PERIOD: Final = 60.0
"""Seconds that the platform counts over (pages "Rate Limiting": requests a minute)."""

AUTHENTICATED: Final = 3500
"""Requests a minute with a token; the lower of the two documented figures."""

UNAUTHENTICATED: Final = 100
"""Requests a minute without a token; the lower of the two documented figures."""


class TurnTooLate(BeeflowError):  # noqa: N818 - it reads as what it says
    """The turn would come only after `wait` seconds, which is later than the caller can wait."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"its turn comes in {wait:.1f} s")
        self.wait = wait


class RateLimiter:
    """Gives turns to the requests to one host, in the order they ask."""

    def __init__(self, limit: int, *, clock: Clock | None = None) -> None:
        self._limit = limit
        self._clock = clock or MonotonicClock()
        self._line = asyncio.Lock()  # it serves in the order of arrival
        self._under_way = 0
        start = self._clock.now() - PERIOD
        self._ends = deque(start + PERIOD * (n + 1) / limit for n in range(limit))
        self._paused_until = start

    async def acquire(self, patience: float) -> None:
        """Wait for the turn; each one must be given back by `release`.

        Raises `TurnTooLate` as soon as it is known that `patience` seconds are not enough.
        """
        deadline = self._clock.now() + patience
        async with self._line:
            while (delay := self._delay()) > 0:
                if self._clock.now() + delay > deadline:
                    raise TurnTooLate(delay)
                await self._clock.sleep(delay)
            self._under_way += 1

    def release(self) -> None:
        """Give the turn back: the request has ended, one way or the other."""
        self._under_way -= 1
        self._ends.append(self._clock.now())

    @property
    def left(self) -> int:
        """How many turns could be taken at once now."""
        return 0 if self._delay() > 0 else self._limit - len(self._ends) - self._under_way

    def pause(self, seconds: float) -> None:
        """Give no turn for so many seconds: the platform said so (429, Retry-After)."""
        self._paused_until = max(self._paused_until, self._clock.now() + seconds)

    def _delay(self) -> float:
        """Return the seconds until there may be a place, 0 when there is one."""
        now = self._clock.now()
        if now < self._paused_until:
            return self._paused_until - now
        while self._ends and self._ends[0] + PERIOD <= now:
            self._ends.popleft()
        if len(self._ends) + self._under_way < self._limit:
            return 0.0
        # With all places under way, the first to end is free a whole period later.
        return self._ends[0] + PERIOD - now if self._ends else PERIOD
