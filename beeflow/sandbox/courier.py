"""Carries webhooks to their receivers: signed, in order, with a few attempts.

What the platform does when a receiver fails is not documented. Here the first attempts to one
receiver are made in order, one after the other; an answer of 2xx is a delivery, any other 4xx than
408, 425 and 429 is final, and everything else is tried again apart from the queue, four more times.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from beeflow.beestreamed.signatures import HEADER, sign

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from types import TracebackType
    from typing import Self

    from beeflow.sandbox.outbox import Delivery, Outbox

_TRY_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and how long: seconds before each further attempt, and for one attempt."""

    delays: tuple[float, ...] = (0.5, 1, 2, 4)
    timeout: float = 10


class Courier:
    """Carries out the deliveries of an outbox while it is entered."""

    def __init__(self, outbox: Outbox, policy: Policy | None = None) -> None:
        self._outbox = outbox
        self._policy = policy or Policy()
        self._queues: dict[int, asyncio.Queue[Delivery]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        """Begin to carry."""
        timeout = aiohttp.ClientTimeout(total=self._policy.timeout)
        self._session = aiohttp.ClientSession(timeout=timeout)
        self._outbox.on_delivery = self._accept
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; what was not delivered stays so."""
        self._outbox.on_delivery = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._session.close()

    async def settled(self) -> None:
        """Wait until every delivery has been made or given up."""
        await self._idle.wait()

    def _accept(self, delivery: Delivery) -> None:
        self._open += 1
        self._idle.clear()
        number = delivery.receiver.id
        if number not in self._queues:
            self._queues[number] = asyncio.Queue()
            self._start(self._work(self._queues[number]))
        self._queues[number].put_nowait(delivery)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, queue: asyncio.Queue[Delivery]) -> None:
        while True:
            delivery = await queue.get()
            await self._attempt(delivery)
            if delivery.status == "retrying":
                self._start(self._retry(delivery))
            else:
                self._close_one()

    async def _retry(self, delivery: Delivery) -> None:
        for delay in self._policy.delays:
            await asyncio.sleep(delay)
            await self._attempt(delivery)
            if delivery.status != "retrying":
                break
        else:
            delivery.status = "failed"
        self._close_one()

    def _close_one(self) -> None:
        self._open -= 1
        if not self._open:
            self._idle.set()

    async def _attempt(self, delivery: Delivery) -> None:
        delivery.attempts += 1
        try:
            status = await self._post(delivery)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            delivery.answer = str(error)[:200] or type(error).__name__
            delivery.status = "retrying"
            return
        delivery.answer = str(status)
        if 200 <= status < 300:  # noqa: PLR2004 - HTTP
            delivery.status = "delivered"
        elif 400 <= status < 500 and status not in _TRY_LATER:  # noqa: PLR2004 - HTTP
            delivery.status = "failed"
        else:
            delivery.status = "retrying"

    async def _post(self, delivery: Delivery) -> int:
        receiver = delivery.receiver
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Beestreamed-Webhooks (sandbox)",
            HEADER: sign(receiver.secret.encode(), delivery.body),
        }
        async with self._session.post(
            receiver.url, data=delivery.body, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status
