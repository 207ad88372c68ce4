"""The acknowledgement of a webhook: written to the connection in one piece.

An aiohttp `Response` builds its headers anew for each answer, which here is an eighth of all that
a webhook costs. This one keeps to the three things that aiohttp asks of an answer: `prepare`,
`write_eof` and `keep_alive`.
"""

from __future__ import annotations

import time
from email.utils import formatdate
from typing import TYPE_CHECKING

from aiohttp import web

from beeflow.server.answers import json_bytes

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter

    from beeflow.engine.journal.records import Receipt

_ACCEPTED = b"HTTP/1.1 202 Accepted"
_OK = b"HTTP/1.1 200 OK"
_DUPLICATE = b'{"status": "duplicate"}'
_CONFLICT = b'{"status": "duplicate", "conflict": true}'


def acknowledge(request: web.BaseRequest, receipt: Receipt) -> web.StreamResponse:
    """Return the answer that tells what the journal said of a webhook."""
    if receipt.status == "accepted":
        body = b'{"status": "accepted", "id": "%b"}' % receipt.event_id.encode()
    else:
        body = _DUPLICATE if receipt.status == "duplicate" else _CONFLICT
    accepted = receipt.status == "accepted"
    if not request.keep_alive:
        return json_bytes(body, 202 if accepted else 200)
    return Acknowledgement(_ACCEPTED if accepted else _OK, body)


class Acknowledgement(web.StreamResponse):
    """A small JSON answer on a connection that stays open."""

    def __init__(self, status_line: bytes, body: bytes) -> None:
        super().__init__()
        self._bytes = (
            b"%b\r\nContent-Type: application/json\r\nServer: beeflow\r\n"
            b"Date: %b\r\nContent-Length: %d\r\n\r\n%b"
        ) % (status_line, _date.now(), len(body), body)

    @property
    def keep_alive(self) -> bool:
        """Leave the connection open."""
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write it. Raises `ConnectionError` when the sender has gone."""
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the sender has gone")
        transport.write(self._bytes)
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing: all has been written."""


class _Date:
    """The time as HTTP writes it (RFC 9110, 5.6.7), made once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._text = b""

    def now(self) -> bytes:
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._text = formatdate(second, usegmt=True).encode()
        return self._text


_date = _Date()
