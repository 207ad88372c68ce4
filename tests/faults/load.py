"""Load: webhooks over many connections, to a daemon that may be killed while it takes them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
from acceptance.house import SECRET, SOURCE, until, webhook

from beeflow.beestreamed.signatures import HEADER, sign

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from acceptance.house import Daemon, House

CONNECTIONS = 24
PAUSE = 0.05
"""Seconds before a webhook is sent again that nobody took."""

PATIENCE = 120.0
"""Seconds without a webhook that is taken, after which a count counts as never reached."""

LATEST = 0.2
"""Seconds within which a kill comes after its count was reached."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook: its id, the event it is about, and how many bytes it is padded with."""

    ident: str
    event: str
    padding: int = 0

    def body(self) -> bytes:
        """Return it as it is sent now."""
        data = {"event_ref": self.event, "status": "live", "padding": "x" * self.padding}
        return webhook("event.updated.status", data, self.ident)


@dataclass(slots=True)
class Load:
    """Sends webhooks, each over and over until it is taken.

    `taken` are those that were acknowledged, in order, with the id of the journal where it was
    told: a webhook whose first acknowledgement was cut off is a duplicate, and is told none.
    `refused` counts the answers by status, `unanswered` what got none.
    """

    house: House
    hooks: Sequence[Hook]
    connections: int = CONNECTIONS
    taken: dict[str, str | None] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)
    unanswered: int = 0

    async def reaches(self, count: int) -> None:
        """Wait until so many were taken."""

        async def has() -> bool:
            return len(self.taken) >= count

        await until(has, PATIENCE, lambda: len(self.taken))

    async def send(self) -> None:
        """Send all, over many connections."""
        left = list(reversed(self.hooks))
        connector = aiohttp.TCPConnector(limit=self.connections)
        async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as g:
            for _ in range(self.connections):
                g.create_task(self._work(session, left))

    async def _work(self, session: aiohttp.ClientSession, left: list[Hook]) -> None:
        while left:
            hook = left.pop()
            if not await self._is_taken(session, hook):
                left.append(hook)
                await asyncio.sleep(PAUSE)

    async def _is_taken(self, session: aiohttp.ClientSession, hook: Hook) -> bool:
        url = f"http://127.0.0.1:{self.house.port}/hooks/{SOURCE}"
        body = hook.body()
        headers = {HEADER: sign(SECRET.encode(), body)}
        try:
            async with session.post(url, data=body, headers=headers) as answer:
                told = await answer.json()
        except aiohttp.ClientError:
            self.unanswered += 1
            return False
        if answer.status not in {200, 202}:
            self.refused[answer.status] = self.refused.get(answer.status, 0) + 1
            return False
        self.taken[hook.ident] = told.get("id")
        return True


@dataclass(frozen=True, slots=True)
class Kills:
    """Kills at random: after so many acknowledgements each, and then a moment later.

    `after` is called once the daemon is dead and before the next one starts.
    """

    at: Sequence[int]
    random: Random
    launcher: Sequence[str] = ()
    after: Callable[[], None] = lambda: None


def drawn(random: Random, kills: int, hooks: int) -> list[int]:
    """Draw after how many acknowledgements to kill: not at the very begin, not at the very end."""
    return sorted(random.sample(range(hooks // 50 + 1, hooks * 49 // 50), kills))


async def with_kills(load: Load, kills: Kills) -> Daemon:
    """Send all, with kills in between; returns the last daemon, once all was taken."""
    house = load.house
    daemon = await house.start(launcher=kills.launcher)
    sending = asyncio.create_task(load.send())
    for count in kills.at:
        await load.reaches(count)
        await asyncio.sleep(kills.random.uniform(0, LATEST))
        await daemon.kill()
        kills.after()
        daemon = await house.start(launcher=kills.launcher)
    await sending
    return daemon
