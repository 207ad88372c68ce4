"""One connection: aiohttp's, with our answer to what it cannot parse, and a bound on how many."""

from __future__ import annotations

import asyncio
import logging
import resource
from collections import OrderedDict
from time import perf_counter
from typing import TYPE_CHECKING, cast

from aiohttp import web
from aiohttp.http import RawRequestMessage

from beeflow.server.answers import Refused, refusal
from beeflow.server.errand import Errand
from beeflow.server.plain import SIGNATURE, Reader, source_of

if TYPE_CHECKING:
    from aiohttp import StreamReader

    from beeflow.server.ingest import Ingest
    from beeflow.server.plain import Came

_log = logging.getLogger(__name__)

IDLE = 75.0
"""Seconds that a connection may be idle, or take for a request's header.

Longer than the minute for which proxies commonly keep connections to us: were it shorter, one of
them would now and then send a webhook into a connection that we are just closing.
"""

LINGER = 10.0
"""Seconds for which the rest of a refused body is read and dropped, so that the refusal arrives."""

LONGEST_HEADER = 8190
"""Bytes of a request line or of one header."""

MOST_HEADERS = 100

LONGEST_HEAD = 32 * 1024
"""Bytes of all that comes before a body: a thousand connections may each be about to send it."""

MOST = 1000
"""Connections at once. All of them may be sending: what they send together must be answered
within a quarter of a second."""

SPARED = 5.0
"""Seconds of silence after which a connection gives way to a new one when there are too many."""

_SPARE_FILES = 128

_LEANED_ON = (
    "_close", "_force_close", "_keepalive_handle", "_messages", "_next_keepalive_close_time",
    "_parser", "_process_keepalive", "_request_count", "_upgraded", "_waiter",
)  # fmt: skip

SHORT_WAY = all(hasattr(web.RequestHandler, name) for name in _LEANED_ON)
"""Whether plain webhooks are answered from the connection: where aiohttp is built as we know it.

With another one inside they all go the longer way, which takes nothing for granted.
"""

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
    b"Retry-After: 5\r\nContent-Length: 23\r\nConnection: close\r\n\r\n"
    b'{"error": "overloaded"}'
)


class Connections:
    """How many connections there are and may be, and which are silent, the longest first.

    Silent is also who has yet to send the rest of a body: else a thousand that never do would keep
    all others out.

    `refused` is how many were sent away.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = _affordable() if limit is None else limit
        self._count = 0
        self.refused = 0
        self._silent: OrderedDict[web.RequestHandler, float] = OrderedDict()

    @property
    def limit(self) -> int:
        """How many there may be."""
        return self._limit

    @property
    def count(self) -> int:
        """How many there are."""
        return self._count

    def add(self, connection: web.RequestHandler) -> bool:
        """Count a new connection in; False where there is no room for it."""
        if self._count >= self._limit and not self._close_longest_silent():
            self.refused += 1
            return False
        self._count += 1
        self._silent[connection] = perf_counter()
        return True

    def remove(self, connection: web.RequestHandler) -> None:
        """Count a closed connection out."""
        self._count -= 1
        self._silent.pop(connection, None)

    def speaking(self, connection: web.RequestHandler) -> None:
        """Note that a request is being answered: it will not be cut off."""
        self._silent.pop(connection, None)

    def silent(self, connection: web.RequestHandler) -> None:
        """Note that the request is over."""
        if connection.transport is not None:
            self._silent[connection] = perf_counter()

    def _close_longest_silent(self) -> bool:
        """Make room, so that those who only hold connections open keep nobody out."""
        if not self._silent:
            return False
        connection, since = next(iter(self._silent.items()))
        if perf_counter() - since < SPARED:
            return False
        del self._silent[connection]
        connection.force_close()
        return True


def _affordable() -> int:
    """Leave some of the files that this process may open for the journal and outward calls."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST
    return max(16, min(MOST, soft - _SPARE_FILES, soft * 3 // 4))


class Connection(web.RequestHandler):
    """A connection of a client."""

    __slots__ = (
        "_connections", "_counted", "_early", "_head", "_ingest", "_last", "_reader", "_resting",
        "_unreadable", "arrived",
    )  # fmt: skip

    def __init__(self, server: web.Server, connections: Connections, ingest: Ingest) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # none is kept; aiohttp documents None
            keepalive_timeout=IDLE,
            lingering_time=LINGER,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
            max_headers=MOST_HEADERS,
            auto_decompress=False,  # signatures are over the bytes as they were sent
        )
        self._connections = connections
        self._ingest = ingest
        self._reader: Reader | None = Reader()
        self._early: list[bytes] | None = None
        self._counted = False
        self._head = 0
        self._unreadable = False
        self._last: StreamReader | None = None
        self._resting: asyncio.Future[None] | None = None
        self.arrived = 0.0
        """When the last bytes came in, by `perf_counter`."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve the client, or send it away when there are too many."""
        if not self._connections.add(self):
            full = cast("asyncio.WriteTransport", transport)
            full.write(_FULL)
            full.close()
            return
        self._counted = True
        super().connection_made(transport)
        if self._waiter is None:
            # Before Python 3.12 the task that aiohttp makes begins in the next turn only.
            self._early = []
            self._loop.call_soon(self._begin)

    def _begin(self) -> None:
        """Take in what came before aiohttp's task had begun."""
        early, self._early = self._early or (), None
        for data in early:
            self.data_received(data)

    def data_received(self, data: bytes) -> None:
        """Answer a plain webhook here; leave all else to aiohttp.

        aiohttp's task for this connection rests on `_waiter` until there is a request. Without it,
        what is parsed is queued and nobody is woken: as if a request were under way.
        """
        if self._early is not None:
            self._early.append(data)
            return
        if self._unreadable:
            return
        self.arrived = perf_counter()
        waiter = self._waiter
        if waiter is None or waiter.done() or not SHORT_WAY:  # or: a request is under way
            self._reader = None
            self._parse(data)
            return
        self._resting, self._waiter = waiter, None
        came = None if self._reader is None else self._reader.read(data, self._ingest.sources())
        if came is None or self.writing_paused:
            self._reader = None
            self._parse(data)
            came = self._next_plain()
        if came is None:
            self._rouse()
        else:
            self._connections.speaking(self)
            Errand(self._ingest.straight(*came, self), self._answered).go()

    def _parse(self, data: bytes) -> None:
        """Have aiohttp queue what there is; a header that does not come to its end is refused."""
        room = LONGEST_HEAD - self._head
        if len(data) <= room or self._upgraded or self._is_in_body():
            self._feed(data)
        elif self._unreadable:
            return
        elif room:  # the most there may be of a header, then what is behind it
            self._feed(data[:room])
            self._parse(data[room:])
        else:
            self._feed(b"\0")  # which nothing before a body may hold

    def _is_in_body(self) -> bool:
        return self._last is not None and not self._last.is_eof()

    def _feed(self, data: bytes) -> None:
        """Hand a part on.

        What follows a body that is not all there can only be that the rest cannot be read. aiohttp
        queues that behind the request, whose reader would wait for the rest until its time is up.
        """
        body = self._last if self._is_in_body() else None
        before = self._request_count
        super().data_received(data)
        if self._messages:
            message, self._last = self._messages[-1]
            if not isinstance(message, RawRequestMessage):
                self._unreadable = True
                message.exc.with_traceback(None)  # whose frames would keep all that came
        if body is not None and body is not self._last and not body.is_eof():
            body.feed_eof()  # first: nobody waits for it then whom the error would be thrown at
            body.set_exception(web.RequestPayloadError("the rest of the body is unreadable"))
        only_head = body is None and before == self._request_count
        self._head = self._head + len(data) if only_head else 0

    def _next_plain(self) -> Came | None:
        """Take what aiohttp has read out of its queue, if it is one plain webhook."""
        messages = self._messages
        if len(messages) != 1 or self.writing_paused or self._parser is None:
            return None
        message, payload = messages[0]
        if not isinstance(message, RawRequestMessage):  # it could not be parsed
            return None
        source = source_of(message, payload, self._ingest.sources())
        if source is None:
            return None
        messages.clear()
        self._parser.message_consumed()
        return source, message.headers.getall(SIGNATURE, ()), payload.read_nowait(-1)

    def _answered(self, answer: bytes | None) -> None:
        """Write the answer to a plain webhook, if somebody is there still, and rest again."""
        transport = self.transport
        if answer is None:
            self.force_close()
        elif transport is not None and not transport.is_closing():
            transport.write(answer)
        self._connections.silent(self)
        self._next_keepalive_close_time = until = self._loop.time() + IDLE
        if self._keepalive_handle is None and self.transport is not None:
            self._keepalive_handle = self._loop.call_at(until, self._process_keepalive)
        self._rouse()

    def _rouse(self) -> None:
        """Give aiohttp's task its rest back, and wake it for what came meanwhile, or the end."""
        waiter, self._resting = self._resting, None
        if waiter is None or waiter.done():
            return
        self._waiter = waiter
        if self._close or self._force_close:
            waiter.cancel()
            if self.transport is not None:
                self.transport.close()
        elif self._messages:
            waiter.set_result(None)

    @property
    def remote(self) -> str | None:
        """The address of the client."""
        peer = self.peername
        return str(peer[0]) if isinstance(peer, tuple) else peer

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the client."""
        if self._counted:
            self._counted = False
            self._connections.remove(self)
            super().connection_lost(exc)
            if self._resting is not None:
                self._resting.cancel()

    def begin(self) -> None:
        """Note that a request is being answered."""
        self._connections.speaking(self)

    def end(self) -> None:
        """Note that it has been."""
        self._connections.silent(self)

    def eof_received(self) -> bool:  # type: ignore[override]  # what asyncio asks; aiohttp never says
        """Answer a client that has said all it had to say and listens on; then close."""
        self._begin()
        if self._resting is None and not self._is_at_work():
            return False
        self.close()
        return True

    def _is_at_work(self) -> bool:
        """Whether aiohttp's task answers, or is about to, what is all there."""
        awake = self._waiter is None or self._waiter.done()
        return awake and self._last is not None and self._last.is_eof()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be parsed, without repeating any of it; the connection ends.

        Nothing else comes here: the front lets no exception out.
        """
        _log.debug("unreadable (%d) from %s: %s", status, request.remote, message or exc)
        return refusal(Refused(400, "bad_request", close=True))
