"""The gate: whether there is room for one more webhook.

An acknowledgement is worth something while it is quick; a sender that waits too long gives up
and counts as failed what we took. So the gate closes, with 503, when too many webhooks are on
their way into the journal, or when the first of them has waited too long: then the disk, not the
number, is what is slow. And when so many come at once that one was not looked at in time.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING

from beeflow.server.answers import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

IN_FLIGHT = 1000
"""Webhooks that may be on their way into the journal at once."""

PATIENCE = 0.2
"""Seconds that the first of them may have waited for others to be let in."""

CROWD = 128
"""Webhooks on their way into the journal that make a crowd: of fewer, none is sent away unheard."""

UNHEARD = 0.1
"""Seconds that a webhook in a crowd may have waited until somebody looks at it."""

BODY_BUDGET = 64 * 1024 * 1024
"""Bytes of bodies, not all there yet, that may be collected at once."""


class Gate:
    """Counts webhooks in, and tells when the next must stay outside."""

    def __init__(
        self, hindrances: Callable[[], Sequence[str]], *, in_flight: int = IN_FLIGHT
    ) -> None:
        self._hindrances = hindrances
        self._limit = in_flight
        self._since: OrderedDict[int, float] = OrderedDict()
        self._tickets = count()
        self._collecting = 0
        self._emptied: asyncio.Event | None = None
        self.closing = False

    @property
    def in_flight(self) -> int:
        """How many webhooks are on their way into the journal."""
        return len(self._since)

    def check(self, arrived: float | None = None) -> None:
        """Raise `Refused` when no webhook can be taken now.

        `arrived` is when it came in (by `perf_counter`). In a crowd it may have waited for so
        long already that its acknowledgement would come too late: to say so is cheap.
        """
        if self.closing:
            raise unavailable("shutting_down")
        if self._hindrances():
            raise unavailable("not_ready")
        since = self._since
        if since and perf_counter() - next(iter(since.values())) > PATIENCE:
            raise unavailable("overloaded")
        if arrived is None or len(since) < CROWD:
            return
        if perf_counter() - arrived > UNHEARD:
            raise unavailable("overloaded")

    def begin(self) -> int:
        """Count a webhook in, on its way into the journal; returns the ticket to `end` it."""
        if len(self._since) >= self._limit:
            raise unavailable("overloaded")
        ticket = next(self._tickets)
        self._since[ticket] = perf_counter()
        return ticket

    def end(self, ticket: int) -> None:
        """Count it out again."""
        del self._since[ticket]
        if self._emptied is not None and not self._since:
            self._emptied.set()

    async def empty(self) -> None:
        """Return once nothing is on its way any more."""
        if self._since:
            self._emptied = asyncio.Event()
            await self._emptied.wait()

    def collect(self, size: int) -> None:
        """Make room for a body of up to `size` bytes that is still to come."""
        if self._collecting + size > BODY_BUDGET:
            raise unavailable("overloaded")
        self._collecting += size

    def collected(self, size: int) -> None:
        """Give the room back."""
        self._collecting -= size
