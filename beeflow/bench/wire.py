"""A sender and a receiver of HTTP as lean as they can be, so that they are not what is measured."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
import time
from collections import deque
from functools import partial
from statistics import quantiles
from typing import TYPE_CHECKING, Final, Self, cast

import msgspec

from beeflow.beestreamed.signatures import HEADER, sign
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SECRET = "bench-secret"  # noqa: S105 - of a measurement that nobody else can reach
PATH = "/hooks/main"
AGAIN: Final = 0.05
"""Seconds after which a request that was refused is sent again."""

CLOSE: Final = 0.0015
"""Seconds before a moment from which on the clock is looked at again and again."""

STUCK: Final = 60.0
"""Seconds without a webhook that was taken, or an action that came, after which it is given up."""

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


class Sent(msgspec.Struct):
    """What was sent: how long each 202 took, in seconds, and how many were refused with 503.

    `begun` counts webhooks, each once however often it is sent again.
    """

    latencies: list[float] = msgspec.field(default_factory=list)
    refused: int = 0
    begun: int = 0

    def answered(self, data: bytes, seconds: float) -> bool:
        """Take an answer down; whether it is a 202. Raises `UsageError` for what no one expects."""
        if data.startswith(b"HTTP/1.1 202"):
            self.latencies.append(seconds)
            return True
        if not data.startswith(b"HTTP/1.1 503"):
            raise UsageError(f"a webhook was answered with {data[:100]!r}")
        self.refused += 1
        return False


def quantile(values: Sequence[float], percent: int) -> float:
    """Return the value below which so many percent are."""
    if len(values) < 2:  # noqa: PLR2004 - no quantiles of a single value
        return values[0] if values else 0.0
    return quantiles(values, n=100, method="inclusive")[percent - 1]


class _Sender(asyncio.Protocol):
    """One connection: sends the next request when the last one was answered.

    With `again` a request that was refused is sent again a little later.
    """

    def __init__(self, left: Iterator[bytes], sent: Sent, over: asyncio.Future[None]) -> None:
        self._left = left
        self._sent = sent
        self._over = over
        self._at = 0.0
        self._request = b""
        self._transport: asyncio.WriteTransport
        self.again = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        try:
            accepted = self._sent.answered(data, time.perf_counter() - self._at)
        except UsageError as error:
            self._end(error)
            return
        if accepted or not self.again:
            self._next()
        else:
            asyncio.get_running_loop().call_later(AGAIN, self._write)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._end(_gone())

    def _next(self) -> None:
        request = next(self._left, None)
        if request is None:
            self._end(None)
            self._transport.close()
            return
        self._sent.begun += 1
        self._request = request
        self._write()

    def _write(self) -> None:
        self._at = time.perf_counter()
        self._transport.write(self._request)

    def _end(self, error: Exception | None) -> None:
        if self._over.done():
            return
        if error is None:
            self._over.set_result(None)
        else:
            self._over.set_exception(error)


async def send(port: int, made: Sequence[bytes], connections: int, *, again: bool = True) -> Sent:
    """Send all over so many connections, each one request at a time."""
    loop = asyncio.get_running_loop()
    left, sent = iter(made), Sent()
    overs = [loop.create_future() for _ in range(connections)]
    transports: list[asyncio.Transport] = []

    def sender(over: asyncio.Future[None]) -> _Sender:
        made = _Sender(left, sent, over)
        made.again = again
        return made

    try:
        for over in overs:
            made_for = partial(sender, over)
            transports.append((await loop.create_connection(made_for, "127.0.0.1", port))[0])
        await _all_over(overs, sent)
    except OSError:
        raise _gone() from None
    finally:
        for over in overs:
            if not over.cancel() and not over.cancelled():
                over.exception()  # one of them was told
        for transport in transports:
            transport.abort()
    return sent


async def _all_over(overs: Sequence[asyncio.Future[None]], sent: Sent) -> None:
    """Wait for the senders as long as they get on. Raises what one of them ended with."""
    begun, left = -1, set(overs)
    while left:
        if sent.begun == begun:
            raise UsageError(
                f"no webhook was taken for {STUCK:g} s, after {len(sent.latencies)} that were; "
                f"refused with 503: {sent.refused}: is there room in {tempfile.gettempdir()}?"
            )
        begun = sent.begun
        done, left = await asyncio.wait(left, timeout=STUCK, return_when=asyncio.FIRST_EXCEPTION)
        for over in done:
            over.result()


def _gone() -> UsageError:
    return UsageError("what is measured ended, or closed a connection: see what it said above")


class _Steady(asyncio.Protocol):
    """One connection of a steady sender: free, or waiting for an answer.

    `trouble` is why no answer can be waited for any more.
    """

    def __init__(self, free: deque[_Steady], sent: Sent) -> None:
        self._free = free
        self._sent = sent
        self._at = 0.0
        self._transport: asyncio.WriteTransport
        self.trouble: UsageError | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)
        self._free.append(self)

    def data_received(self, data: bytes) -> None:
        try:
            self._sent.answered(data, time.perf_counter() - self._at)
        except UsageError as error:
            self.trouble = error
        self._free.append(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self.trouble = self.trouble or _gone()

    def write(self, request: bytes) -> None:
        self._at = time.perf_counter()
        self._transport.write(request)

    def close(self) -> None:
        self._transport.close()


async def send_steadily(
    port: int, made: Sequence[bytes], rate: float, connections: int = 32
) -> list[float]:
    """Send at a steady rate, whatever the answers; returns when each was due to be sent."""
    loop = asyncio.get_running_loop()
    free: deque[_Steady] = deque()
    sent, due = Sent(), []
    steady = [
        (await loop.create_connection(lambda: _Steady(free, sent), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    began = time.perf_counter()
    try:
        for number, request in enumerate(made):
            at = began + number / rate
            await _until(at)
            await _freed(free, 1, steady)
            due.append(at)
            free.popleft().write(request)
        await _freed(free, connections, steady)
    finally:
        for one in steady:
            one.close()
    if sent.refused:
        raise UsageError(f"{sent.refused} webhooks were refused: this machine cannot keep {rate}/s")
    return due


async def _until(at: float) -> None:
    """Wait for a moment of `time.perf_counter`, more exactly than the event loop's timers do.

    They come up to a millisecond late, which would be counted as the daemon's.
    """
    await asyncio.sleep(max(0.0, at - time.perf_counter() - CLOSE))
    while time.perf_counter() < at:  # noqa: ASYNC110 - answers are taken meanwhile
        await asyncio.sleep(0)


async def _freed(free: deque[_Steady], count: int, steady: Sequence[_Steady]) -> None:
    """Wait until so many connections are free."""
    until = time.perf_counter() + STUCK
    while len(free) < count:
        for one in steady:
            if one.trouble is not None:
                raise one.trouble
        if time.perf_counter() > until:
            raise UsageError(f"a webhook was not answered for {STUCK:g} s")
        await asyncio.sleep(0.001)


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
        self._receiver.take(body)


class Receiver:
    """Counts requests. `last` is when the latest came."""

    def __init__(self) -> None:
        self.url = ""
        self._server: asyncio.Server
        self.count = 0
        self.last = 0.0
        self._wanted = 0
        self._there = asyncio.Event()
        self.at: dict[bytes, float] = {}
        """When each body came, by the text of its `id`."""

    async def __aenter__(self) -> Self:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Taker(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Listen no more."""
        self._server.close()

    def take(self, body: bytes) -> None:
        """Count one."""
        self.count += 1
        self.last = time.perf_counter()
        self.at[body.rpartition(b":")[2].strip(b' "}')] = self.last
        if self.count >= self._wanted:
            self._there.set()

    async def reached(self, count: int) -> None:
        """Wait until so many came. Raises `UsageError` once none comes any more."""
        self._wanted, before = count, -1
        while self.count < count:
            if self.count == before:
                raise UsageError(f"of {count} actions {before} came, and no more for {STUCK:g} s")
            before = self.count
            self._there.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STUCK):
                    await self._there.wait()
