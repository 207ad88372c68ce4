"""The catcher: somebody else's HTTP service that can take a flood, and counts what it was told."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@dataclass(slots=True)
class Catcher:
    """Counts what it was told, by id; `first` and `last` are when, on the monotonic clock."""

    url: str = ""
    told: Counter[str] = field(default_factory=Counter)
    first: float = 0.0
    last: float = 0.0

    def take(self, ident: str) -> None:
        """Count one."""
        self.told[ident] += 1
        self.last = time.monotonic()
        self.first = self.first or self.last


class _Connection(asyncio.Protocol):
    """One connection; requests have a Content-Length, and come one by one."""

    def __init__(self, catcher: Catcher) -> None:
        self._catcher = catcher
        self._rest = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self._rest += data
        head, found, body = self._rest.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        if found and len(body) >= int(length or 0):
            self._rest = b""
            self._catcher.take(json.loads(body)["id"])
            self._transport.write(ANSWER)


@asynccontextmanager
async def catching() -> AsyncIterator[Catcher]:
    """Run a catcher while the block runs."""
    catcher = Catcher()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(catcher), "127.0.0.1", 0)
    catcher.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield catcher
    finally:
        server.close()
