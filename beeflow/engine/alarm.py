"""An alarm: calls somebody when a time has come, who says when to be called next."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Final

from beeflow.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from beeflow.engine.ports import Clock

log = logging.getLogger(__name__)

LONGEST_NAP: Final = 3600.0
"""Seconds after which an alarm looks again, whatever it knows: the clock may have been set."""

PAUSE: Final = 1.0
"""Seconds until the next try after a failure, doubled with each further one."""

LONGEST_PAUSE: Final = 60.0


class Alarm:
    """Calls `ring(now)` at the time it is set to; `ring` returns the next time, or None.

    A `ring` that fails is logged and called again later: an alarm never dies of it. `busy` is
    whether it is ringing. `longest_nap` is in seconds; a clock that nobody sets needs none.
    """

    def __init__(
        self,
        clock: Clock,
        ring: Callable[[float], Awaitable[float | None]],
        name: str,
    ) -> None:
        self._clock = clock
        self._ring = ring
        self._name = name
        self._at: float | None = None
        self._earlier = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._failures = 0
        self.busy = False
        self.longest_nap = LONGEST_NAP

    def start(self) -> None:
        """Begin; the first ring is at once."""
        self.set(self._clock.now())
        self._task = asyncio.create_task(self._run(), name=self._name)

    def set(self, at: float | None) -> None:
        """Ring at this time, unless an earlier one is set."""
        if at is not None and (self._at is None or at < self._at):
            self._at = at
            self._earlier.set()

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    @property
    def due(self) -> bool:
        """Whether it rings now, or is about to."""
        running = self._task is not None
        return running and (self.busy or (self._at is not None and self._at <= self._clock.now()))

    async def _run(self) -> None:
        while True:
            now = self._clock.now()
            if self._at is not None and self._at <= now:
                await self._ring_now(now)
            else:
                pause = self.longest_nap if self._at is None else self._at - now
                await self._nap(min(pause, self.longest_nap))

    async def _ring_now(self, now: float) -> None:
        self._at = None
        self.busy = True
        try:
            self.set(await self._ring(now))
            self._failures = 0
        except JournalError as error:
            log.warning("%s must wait: %s", self._name, error)
            self._later(now)
        except Exception:
            # Whatever went wrong in one round, the next one must come.
            log.exception("%s failed and is tried again", self._name)
            self._later(now)
        finally:
            self.busy = False

    def _later(self, now: float) -> None:
        self.set(now + min(LONGEST_PAUSE, PAUSE * 2.0**self._failures))
        self._failures = min(self._failures + 1, 10)

    async def _nap(self, seconds: float) -> None:
        """Sleep, unless something earlier comes up."""
        self._earlier.clear()
        nap = asyncio.ensure_future(self._clock.sleep(seconds))
        call = asyncio.ensure_future(self._earlier.wait())
        try:
            await asyncio.wait((nap, call), return_when=asyncio.FIRST_COMPLETED)
        finally:
            nap.cancel()
            call.cancel()
