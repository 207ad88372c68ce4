"""A burst of webhooks over many connections, to a daemon that is killed in the middle of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from acceptance.house import SECRET, SOURCE, webhook

from beeflow.beestreamed.signatures import HEADER, sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acceptance.house import House

CONNECTIONS = 24
PAUSE = 0.05
"""Seconds before a webhook is sent again that nobody took."""


@dataclass(slots=True)
class Burst:
    """Sends one webhook for each of `events` (an id, an event), over and over until it is taken.

    `taken` are the ids that were acknowledged, in order.
    """

    house: House
    events: Sequence[tuple[str, str]]
    taken: list[str] = field(default_factory=list)

    async def send(self) -> None:
        """Send all, over many connections."""
        left = list(reversed(self.events))
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as g:
            for _ in range(CONNECTIONS):
                g.create_task(self._work(session, left))

    async def _work(self, session: aiohttp.ClientSession, left: list[tuple[str, str]]) -> None:
        while left:
            ident, event = left.pop()
            body = webhook("event.updated.status", {"event_ref": event, "status": "live"}, ident)
            if await self._is_taken(session, body):
                self.taken.append(ident)
            else:
                left.append((ident, event))
                await asyncio.sleep(PAUSE)

    async def _is_taken(self, session: aiohttp.ClientSession, body: bytes) -> bool:
        url = f"http://127.0.0.1:{self.house.port}/hooks/{SOURCE}"
        headers = {HEADER: sign(SECRET.encode(), body)}
        try:
            async with session.post(url, data=body, headers=headers) as answer:
                return answer.status in {200, 202}
        except aiohttp.ClientError:
            return False

    async def with_kills(self, at: Sequence[int]) -> None:
        """Send all; each time so many were taken, kill the daemon and start another."""
        daemon = await self.house.start()
        sending = asyncio.create_task(self.send())
        for count in at:
            while len(self.taken) < count:
                assert not sending.done(), "it was over before the kill"
                await asyncio.sleep(0.001)
            await daemon.kill()
            daemon = await self.house.start()
        await sending
