"""A sender and a receiver of HTTP as lean as they can be, so that they are not what is measured."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, cast

from beeflow.beestreamed.signatures import HEADER, sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SECRET = "bench-secret"
PATH = "/hooks/main"
ANSWER = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'
)


def requests(count: int, first: int = 0) -> list[bytes]:
    """Make so many signed webhooks, each about an event of its own, as they go over the wire."""
    made = []
    for number in range(first, first + count):
        body = json.dumps({
            "type": "event.updated.status",
            "id": f"bench-{number}",
            "timestamp": int(time.time()),
            "data": {"event_ref": f"E{number}", "status": "live", "note": "x" * 200},
        }).encode()  # fmt: skip
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"{HEADER}: {sign(SECRET.encode(), body)}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


@dataclass(slots=True)
class Sent:
    """What was sent: how long each answer took, in seconds, and how many were not 202."""

    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    began: float = 0.0


class _Sender(asyncio.Protocol):
    """One connection: sends the next request when the last one was answered."""

    def __init__(self, left: Iterator[bytes], sent: Sent, over: asyncio.Future[None]) -> None:
        self._left = left
        self._sent = sent
        self._over = over
        self._at = 0.0
        self._request = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1 503"):
            self._sent.refused += 1
            asyncio.get_running_loop().call_later(0.05, self._transport.write, self._request)
            return
        if not data.startswith(b"HTTP/1.1 202"):
            self._over.set_exception(AssertionError(data[:200]))
            return
        self._sent.latencies.append(time.perf_counter() - self._at)
        self._next()

    def _next(self) -> None:
        request = next(self._left, None)
        if request is None:
            self._transport.close()
            self._over.set_result(None)
            return
        self._at = time.perf_counter()
        self._request = request
        self._transport.write(request)


async def send(port: int, made: Sequence[bytes], connections: int) -> Sent:
    """Send all over so many connections, each one request at a time."""
    loop = asyncio.get_running_loop()
    left, sent = iter(made), Sent(began=time.perf_counter())
    overs = [loop.create_future() for _ in range(connections)]
    for over in overs:
        await loop.create_connection(partial(_Sender, left, sent, over), "127.0.0.1", port)
    await asyncio.gather(*overs)
    return sent


class _Taker(asyncio.Protocol):
    """One connection of the receiver; requests have a Content-Length and come one by one."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._rest = b""
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        head, found, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if not found or len(body) < length:
            self._rest = data
            return
        self._rest = b""
        self._transport.write(ANSWER)
        self._receiver.take()


class Receiver:
    """Counts requests. `last` is when the latest came."""

    def __init__(self) -> None:
        self.count = 0
        self.last = 0.0
        self._wanted = 0
        self._there = asyncio.Event()

    async def listen(self) -> int:
        """Begin; returns the port."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Taker(self), "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        return port

    def take(self) -> None:
        """Count one."""
        self.count += 1
        self.last = time.perf_counter()
        if self.count >= self._wanted:
            self._there.set()

    async def reached(self, count: int, seconds: float) -> None:
        """Wait until so many came."""
        self._wanted = count
        if self.count < count:
            self._there.clear()
            await asyncio.wait_for(self._there.wait(), seconds)
