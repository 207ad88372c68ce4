"""When the time of a request is over: one timer for all of them, in place of one for each.

Nearly every request is answered long before, so that making and cancelling a timer for each
would cost more than watching over it. The one there is rings when the first of them is late.
"""

from __future__ import annotations

import asyncio
from typing import Protocol


class Pressed(Protocol):
    """Who wants to be told that the time is over."""

    def late(self) -> None:
        """Do without the answer."""
        ...


class Deadlines:
    """Watches over who waits; times are those of the event loop's clock."""

    def __init__(self) -> None:
        self._until: dict[Pressed, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._rings = 0.0

    def watch(self, one: Pressed, until: float) -> None:
        """Tell `one` at `until`, unless it is forgotten before."""
        self._until[one] = until
        if self._timer is None or until < self._rings:
            self._set(until)

    def forget(self, one: Pressed) -> None:
        """Tell it nothing any more."""
        self._until.pop(one, None)

    def close(self) -> None:
        """Leave no timer behind, unless somebody still waits."""
        if self._timer is not None and not self._until:
            self._timer.cancel()
            self._timer = None

    def _set(self, until: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings = until
        self._timer = asyncio.get_running_loop().call_at(until, self._ring)

    def _ring(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        for one, until in tuple(self._until.items()):
            if until <= now:
                del self._until[one]
                one.late()
        if self._until:
            self._set(min(self._until.values()))
