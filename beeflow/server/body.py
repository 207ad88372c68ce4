"""Reading a request's body: at most so much, in at most so long, whatever it claims to be."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, cast

from aiohttp import HttpVersion11, web

from beeflow.server.answers import Refused

if TYPE_CHECKING:
    from beeflow.server.connection import Connection

LARGEST = 1024 * 1024
"""Bytes a body may have."""

LONGEST = 30.0
"""Seconds in which all of a body must have arrived."""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Room(Protocol):
    """Keeps account of the memory that bodies on their way take."""

    def collect(self, size: int) -> None:
        """Reserve, or raise `Refused`."""
        ...

    def collected(self, size: int) -> None:
        """Give back."""
        ...


async def read_body(request: web.BaseRequest, room: Room, longest: float = LONGEST) -> bytes:
    """Return the body. Raises `Refused`: 413 too large, 408 too slow, 400 broken.

    A body that came with its header, as almost all do, is taken without waiting.
    """
    check_declared(request)
    if request.content.is_eof() and "Content-Length" in request.headers:
        return request.content.read_nowait(-1)
    _encourage(request)
    connection = cast("Connection", request.protocol)
    connection.end()  # it is the sender's turn: who takes long may have to give way to others
    try:
        async with asyncio.timeout(longest):
            return await _collect(request, room)
    except TimeoutError:
        raise Refused(408, "timeout", close=True) from None
    except web.RequestPayloadError:
        raise Refused(400, "bad_request", close=True) from None
    finally:
        connection.begin()


async def read_json(request: web.BaseRequest, room: Room) -> bytes:
    """Return the body of a POST that must be JSON, as a page elsewhere cannot send it unasked."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "unsupported_media_type", "send Content-Type: application/json")
    return await read_body(request, room)


def check_declared(request: web.BaseRequest) -> None:
    """Refuse a body that says itself that it is too large.

    The parser has seen to it that a declared length is a number and stands alone.
    """
    if int(request.headers.get("Content-Length", 0)) > LARGEST:
        raise too_large()


def too_large() -> Refused:
    """Return the 413; nobody reads the rest."""
    return Refused(413, "too_large", close=True)


def _encourage(request: web.BaseRequest) -> None:
    """Tell a sender that asks first to go on (RFC 9110, 10.1.1); curl does for large bodies."""
    asks = request.headers.get("Expect", "").lower() == "100-continue"
    if asks and request.version == HttpVersion11 and request.transport is not None:
        request.transport.write(_CONTINUE)


async def _collect(request: web.BaseRequest, room: Room) -> bytes:
    """Return what comes; room is taken for what is there, not for what was announced."""
    body = bytearray()
    try:
        while chunk := await request.content.readany():
            if len(body) + len(chunk) > LARGEST:
                raise too_large()
            room.collect(len(chunk))
            body += chunk
    finally:
        room.collected(len(body))
    broken = request.content.exception()
    if broken is not None:  # it ended because its rest could not be read
        raise broken
    return bytes(body)
