"""A clock and a wire that do what a test says."""

from __future__ import annotations

import asyncio
import heapq
import json
from collections.abc import Callable
from itertools import count

from beeflow.beestreamed.transport import Answer, Outgoing


class FakeClock:
    """Time passes only by `advance`; sleepers wake in order."""

    def __init__(self, now: float = 1000.0) -> None:
        self._now = now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        end = self._now + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            at, _, woken = heapq.heappop(self._sleepers)
            self._now = max(self._now, at)
            if not woken.done():
                woken.set_result(None)
            await self.settle()
        self._now = end

    @staticmethod
    async def settle() -> None:
        for _ in range(20):
            await asyncio.sleep(0)


Reply = Answer | Exception | Callable[[Outgoing], Answer]


class FakeTransport:
    """Answers in the order of `replies`, and keeps what was sent."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.sent: list[Outgoing] = []
        self.timeouts: list[float] = []
        self.gate: asyncio.Event | None = None
        self.closed = False

    async def send(self, outgoing: Outgoing, timeout: float) -> Answer:  # noqa: ASYNC109 - as the protocol has it
        self.sent.append(outgoing)
        self.timeouts.append(timeout)
        if self.gate is not None:
            await self.gate.wait()
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, Answer) else reply(outgoing)

    async def close(self) -> None:
        self.closed = True


def answer(status: int = 200, body: object = None, **headers: str) -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {k.replace("_", "-"): v for k, v in headers.items()}, raw)
