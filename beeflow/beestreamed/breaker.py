"""The circuit breaker: a host that does not answer is left alone for a while.

::

    closed ── 5 failures in a row ──▶ open ── cooldown over ──▶ half-open
      ▲                                ▲                          │
      │                                └──── the probe fails ─────┤
      └────────────────── the probe is answered ──────────────────┘

Each probe that fails doubles the cooldown, from 5 s up to 30 s. Only silence counts as a failure:
no connection, no answer in time, or a gateway that says so (502, 504, 503 without Retry-After).
Whatever else came back shows that the host lives. While half-open one request goes as the probe
and the others wait for what becomes of it.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Final, Literal, TypeAlias

from beeflow.beestreamed.clock import Clock, MonotonicClock
from beeflow.errors import BeeflowError
from beeflow.types import format_duration

THRESHOLD: Final = 5
"""Failures in a row after which the breaker opens."""

FIRST_COOLDOWN: Final = 5.0
LONGEST_COOLDOWN: Final = 30.0


class Known(Enum):
    """What a request may show about the host, apart from a failure."""

    ALIVE = "it answered, or at least took the connection"
    GIVEN_UP = "the caller gave up before anything could be known"


ALIVE, GIVEN_UP = Known.ALIVE, Known.GIVEN_UP

Outcome: TypeAlias = Known | str
"""What became of a request; a text is the failure, in words."""


class BreakerOpen(BeeflowError):  # noqa: N818 - it reads as what it says
    """The host is left alone for another `wait` seconds; nothing was sent."""

    def __init__(self, host: str, reason: str, wait: float) -> None:
        super().__init__(
            f"{host} is not asked again for {format_duration(max(round(wait, 1), 0.1))}, "
            f"after failing several times in a row (last: {reason})"
        )
        self.wait = wait


class Breaker:
    """Guards the requests to one host."""

    def __init__(self, host: str, *, clock: Clock | None = None) -> None:
        self._host = host
        self._clock = clock or MonotonicClock()
        self._failures = 0
        self._cooldown = FIRST_COOLDOWN
        self._open_until: float | None = None
        self._probe: asyncio.Event | None = None
        self._reason = ""

    @property
    def state(self) -> Literal["closed", "open", "half-open"]:
        """Where in the picture above it is."""
        if self._open_until is None:
            return "closed"
        return "open" if self._clock.now() < self._open_until else "half-open"

    async def enter(self) -> bool:
        """Return when a request may be sent, and whether it is the probe; `leave` must follow.

        Raises `BreakerOpen`.
        """
        while self._open_until is not None:
            wait = self._open_until - self._clock.now()
            if wait > 0:
                raise BreakerOpen(self._host, self._reason, wait)
            if self._probe is None:
                self._probe = asyncio.Event()
                return True
            await self._probe.wait()
        return False

    def leave(self, outcome: Outcome, *, probe: bool) -> None:
        """Tell what became of a request."""
        if outcome is ALIVE:
            self._failures, self._open_until, self._cooldown = 0, None, FIRST_COOLDOWN
        elif isinstance(outcome, str):
            self._fail(outcome, probe=probe)
        if self._probe is not None and (probe or outcome is ALIVE):
            self._probe.set()
            self._probe = None

    def _fail(self, reason: str, *, probe: bool) -> None:
        self._failures += 1
        self._reason = reason
        if probe:
            self._cooldown = min(self._cooldown * 2, LONGEST_COOLDOWN)
            self._open_until = self._clock.now() + self._cooldown
        elif self._open_until is None and self._failures >= THRESHOLD:
            self._open_until = self._clock.now() + self._cooldown
