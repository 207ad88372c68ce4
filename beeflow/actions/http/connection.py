"""One connection of `http.request`: a request out, its answer in, and free for the next.

The answer is taken apart by llhttp (the package httptools), which refuses what two programs could
read differently. What it does not bound is bounded here: the header, the body, and the time.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, cast

import msgspec
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from beeflow.actions.http.deadlines import Deadlines
    from beeflow.actions.http.outgoing import Outgoing

MAX_ANSWER: Final = 1024 * 1024
"""Bytes of an answer that are read."""

MAX_HEADER: Final = 64 * 1024
"""Bytes of an answer's header that are read."""

_OVER = f"is longer than {MAX_ANSWER // 1024} KiB, the most that is read"
_FINAL = 200
"""The first status that is an answer: those below only announce one."""


class Answer(msgspec.Struct, frozen=True, gc=False):
    """What came back: the header's fields as they were sent, and the body."""

    status: int
    fields: list[tuple[bytes, bytes]]
    body: bytes

    def header(self, name: bytes) -> str:
        """Return the first field of a name (in lower case), "" where there is none."""
        found = (value for field, value in self.fields if field.lower() == name)
        return next(found, b"").decode("utf-8", "replace")


class Connection(asyncio.Protocol):
    """A connection to one origin. One `exchange` at a time; `open` says whether it can be used.

    `silent`: nothing came since the last request was sent. `idle_since` is kept by the pool.
    """

    def __init__(self, deadlines: Deadlines) -> None:
        self.open = False
        self.silent = True
        self.idle_since = 0.0
        self._deadlines = deadlines
        self._transport: asyncio.Transport
        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        self._request: Outgoing | None = None
        self._future: asyncio.Future[Answer]
        self._fields: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._header_size = self._body_size = self._untold = 0
        self._in_body = False
        self._until_close = False

    def exchange(self, request: Outgoing, until: float) -> asyncio.Future[Answer]:
        """Send a request; the answer is to be there at `until`, by the loop's clock.

        The future fails with an `ActionError` that says whether the request may have been done.
        """
        self._request = request
        self.silent = True
        self._future = self._loop.create_future()
        self._deadlines.watch(self, until)
        self._begin()
        self._untold = 0
        self._transport.write(request.data)
        return self._future

    def abort(self) -> None:
        """Close at once."""
        self.open = False
        self._deadlines.forget(self)
        self._transport.abort()

    def _begin(self) -> None:
        self._fields = []
        self._body = []
        self._header_size = self._body_size = 0
        self._in_body = self._until_close = False

    # --- what asyncio says -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready."""
        self._transport = cast("asyncio.Transport", transport)
        self.open = True

    def data_received(self, data: bytes) -> None:
        """Take a part of the answer in. Nobody has anything to say before they are asked."""
        if self._request is None:
            self.abort()
            return
        self.silent = False
        self._untold += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self._unreadable("it changes to another protocol")
        except HttpParserError as error:
            self._unreadable(str(error))
        if self._untold > MAX_HEADER:
            # The parser would keep a line without end, and pass over what is beside a body.
            where = "beside its body" if self._in_body else "of header"
            self._too_long(f"has more than {MAX_HEADER // 1024} KiB {where}")

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits; an answer without a length ends so."""
        self.open = False
        if self._request is None:
            return
        if exc is None and self._until_close:
            self._done()
            return
        told = f"{type(exc).__name__}: {exc}" if exc is not None else "it was closed"
        self._fail(
            Failure(
                "connection",
                f"{self._request.label}: the connection was cut before the whole answer was there "
                f"({told})",
                open=True,
                retryable=True,
            )
        )

    # --- what the parser says ----------------------------------------------------------------

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the header; those behind a chunked body are left out."""
        self._untold = 0
        self._header_size += len(name) + len(value)
        if self._header_size > MAX_HEADER:
            self._too_long(f"has a header of more than {MAX_HEADER // 1024} KiB")
        elif not self._in_body:
            self._fields.append((name, value))

    def on_headers_complete(self) -> None:
        """See how the body will end, and whether it is too long already."""
        if self._request is None or self._parser.get_status_code() < _FINAL:
            return
        self._in_body = True
        length, chunked = None, False
        for name, value in self._fields:
            known = name.lower()
            if known == b"content-length":
                length = value
            elif known == b"transfer-encoding":
                chunked = True
        self._until_close = length is None and not chunked
        if self._request.method == "HEAD":
            # Whatever length it tells, there is no body; the parser would wait for one.
            self.open = False
            self._done()
        elif length is not None and int(length) > MAX_ANSWER:
            self._too_long(_OVER)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._untold = 0
        self._body.append(body)
        self._body_size += len(body)
        if self._body_size > MAX_ANSWER:
            self._too_long(_OVER)

    def on_message_complete(self) -> None:
        """Answer who waits; what only announced the answer is forgotten."""
        if self._parser.get_status_code() < _FINAL:
            self._begin()
            return
        self.open = self.open and self._parser.should_keep_alive()
        self._done()

    # --- the end of an exchange --------------------------------------------------------------

    def _done(self) -> None:
        if self._request is not None:
            self._request = None
            self._deadlines.forget(self)
            answer = Answer(self._parser.get_status_code(), self._fields, b"".join(self._body))
            if not self._future.done():
                self._future.set_result(answer)

    def _fail(self, failure: Failure) -> None:
        if self._request is not None:
            self._request = None
            self._deadlines.forget(self)
            self.abort()
            if not self._future.done():
                self._future.set_exception(ActionError(failure))

    def late(self) -> None:
        """End what has taken too long."""
        if self._request is not None:
            message = f"{self._request.label}: no answer in time"
            self._fail(Failure("timeout", message, open=True, retryable=True))

    def _too_long(self, how: str) -> None:
        if self._request is not None:
            self._fail(Failure("limit", f"the answer to {self._request.label} {how}", open=True))

    def _unreadable(self, why: str) -> None:
        if self._request is not None:
            message = f"{self._request.label}: the answer cannot be read: {why}"
            self._fail(Failure("connection", message, open=True, retryable=True))
