"""The gate: whether there is room for one more webhook.

An acknowledgement is worth something while it is quick; a sender that waits too long gives up
and counts as failed what we took. So only as many webhooks are let into the journal at once as get
there quickly (`allowance`). Others wait for their turn for a moment, and are told 503 when it does
not come: those who keep asking are told so no faster than that, and what is taken is acknowledged
in time. The gate is closed while the first of those inside has waited too long: then the disk, not
the number, is what is slow. And when so many come at once that one was not looked at in time.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING

from beeflow.server.allowance import Allowance
from beeflow.server.answers import unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

IN_FLIGHT = 1000
"""Webhooks that may be on their way into the journal at once."""

PATIENCE = 0.2
"""Seconds that the first of them may have waited for others to be let in."""

MOMENT = 0.06
"""Seconds that one waits for its turn. With these, those inside (`allowance.QUICK`), and as long
as it takes to be read and answered, it is to be told well within a quarter of a second."""

CROWD = 48
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
        self._allowance = Allowance(in_flight)
        self._since: OrderedDict[int, float] = OrderedDict()
        self._tickets = count()
        self._waiting: deque[tuple[float, asyncio.Future[int]]] = deque()
        self._timer: asyncio.TimerHandle | None = None
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
        since, now = self._since, perf_counter()
        if since and now - next(iter(since.values())) > PATIENCE:
            raise unavailable("overloaded")
        if arrived is not None and now - arrived > UNHEARD and len(since) >= CROWD:
            raise unavailable("overloaded")

    @property
    def has_room(self) -> bool:
        """Whether one more may come in at once; none overtakes those that wait."""
        return len(self._since) < self._allowance.number and not self._waiting

    def begin(self) -> int:
        """Count a webhook in, on its way into the journal; returns the ticket to `end` it.

        To be called when the gate `has_room`; where it has none, wait for the `turn`.
        """
        ticket = next(self._tickets)
        self._since[ticket] = perf_counter()
        return ticket

    async def turn(self) -> int:
        """Wait for room, then `begin`. Raises `Refused` when none comes within a moment."""
        if self.closing:
            raise unavailable("shutting_down")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int] = loop.create_future()
        until = loop.time() + MOMENT
        self._waiting.append((until, future))
        if self._timer is None:
            self._timer = loop.call_at(until, self._send_away)
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self.end(future.result())
            raise

    def end(self, ticket: int) -> None:
        """Count it out again, and let in who waits."""
        since = self._since
        self._allowance.took(since[ticket], perf_counter(), len(since))
        del since[ticket]
        if self._waiting:
            self._let_in()
        if self._emptied is not None and not since:
            self._emptied.set()

    def _let_in(self) -> None:
        waiting = self._waiting
        while waiting and len(self._since) < self._allowance.number:
            _, future = waiting.popleft()
            if not future.done():  # who waited may have been cancelled
                future.set_result(self.begin())

    def _send_away(self) -> None:
        """Refuse those that have waited for long enough; the next one is looked at in its time."""
        loop = asyncio.get_running_loop()
        waiting, now = self._waiting, loop.time()
        while waiting and (waiting[0][0] <= now or self.closing):
            _, future = waiting.popleft()
            if not future.done():
                future.set_exception(unavailable("shutting_down" if self.closing else "overloaded"))
        self._timer = loop.call_at(waiting[0][0], self._send_away) if waiting else None

    def close(self) -> None:
        """Let nobody in any more, those that wait for their turn included."""
        self.closing = True
        if self._waiting:
            self._send_away()

    async def empty(self) -> None:
        """Return once nothing is on its way any more."""
        if self._since:
            self._emptied = asyncio.Event()
            await self._emptied.wait()

    def collect(self, size: int) -> None:
        """Make room for `size` bytes more of a body that is not all there yet."""
        if self._collecting + size > BODY_BUDGET:
            raise unavailable("overloaded")
        self._collecting += size

    def collected(self, size: int) -> None:
        """Give the room back."""
        self._collecting -= size
