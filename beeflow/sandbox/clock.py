"""The sandbox's clock: real time that can be pushed forward or made to run faster."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Two readings of time, both in Unix seconds.

    `now` is the sandbox's own time: what events, viewers and uploads live by. `wall` is the time
    of the world outside: what receivers compare a webhook's `timestamp` with, and what rate limits
    are counted in.
    """

    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self.wall = wall
        self.speed = 1.0
        self._read_at = wall()
        self._then = self._read_at

    def now(self) -> float:
        """Return the sandbox's time."""
        return self._then + (self.wall() - self._read_at) * self.speed

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once; `seconds` is not negative."""
        self._set(self.now() + seconds)

    def run_at(self, speed: float) -> None:
        """Let `speed` seconds pass in each real second from now on."""
        self._set(self.now())
        self.speed = speed

    def reset(self) -> None:
        """Return to real time."""
        self.speed = 1.0
        self._set(self.wall())

    def _set(self, then: float) -> None:
        self._then, self._read_at = then, self.wall()
