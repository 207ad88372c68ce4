"""The acknowledgement of a webhook that came as a request of aiohttp's.

It keeps to the three things that aiohttp asks of an answer: `prepare`, `write_eof` and
`keep_alive`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import HttpVersion11, web

from beeflow.server import wire
from beeflow.server.answers import json_bytes

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter

    from beeflow.engine.journal.records import Receipt


def acknowledge(request: web.BaseRequest, receipt: Receipt) -> web.StreamResponse:
    """Return the answer that tells what the journal said of a webhook."""
    if request.keep_alive and request.version == HttpVersion11:
        return Acknowledgement(receipt)
    return json_bytes(wire.body_of(receipt), 202 if receipt.status == "accepted" else 200)


class Acknowledgement(web.StreamResponse):
    """A small JSON answer on a connection that stays open."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__()
        self._bytes = wire.acknowledgement(receipt)

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
