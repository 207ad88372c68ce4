"""Somebody else's HTTP service: it counts what it gets, and fails as it is told."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True, slots=True)
class Told:
    """A request as it came in; `at` is on the monotonic clock."""

    at: float
    method: str
    body: Any


@dataclass(slots=True)
class Receiver:
    """Answers in turn with the statuses in `statuses`, 200 once they are used up.

    Instead of a status, `hang` never answers and `cut` closes the connection.
    """

    url: str = ""
    told: list[Told] = field(default_factory=list)
    statuses: list[int | str] = field(default_factory=list)
    pause: float = 0.0
    """Seconds after which it answers."""

    def counted(self) -> Counter[str]:
        """Count the ids of all that was told."""
        return Counter(one.body["id"] for one in self.told)

    async def has(self, count: int) -> bool:
        """Whether it was told so often."""
        return len(self.told) >= count

    async def take(self, request: web.Request) -> web.Response:
        """Take a request."""
        body = await request.json() if request.can_read_body else None
        self.told.append(Told(time.monotonic(), request.method, body))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == "hang":
            await asyncio.sleep(60)
        if status == "cut" and request.transport is not None:
            request.transport.abort()
        await asyncio.sleep(self.pause)
        code = status if isinstance(status, int) else 200
        return web.json_response({"ok": code < 300}, status=code)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """Run a receiver while the block runs."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield receiver
    finally:
        await runner.cleanup()
