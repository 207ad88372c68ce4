from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpRequestParser
from server.fakes import webhook
from server.raw import hook

from beeflow.server.plain import source_of

if TYPE_CHECKING:
    from aiohttp import StreamReader
    from aiohttp.http import RawRequestMessage

CHUNKED = (
    b"POST /hooks/main HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"2\r\nhi\r\n0\r\n\r\n"
)


def read(request: bytes) -> tuple[RawRequestMessage, StreamReader]:
    loop = asyncio.get_running_loop()
    parser = HttpRequestParser(BaseProtocol(loop), loop, 2**16)
    ((message, payload),), _, _ = parser.feed_data(request)
    return message, payload


async def test_a_webhook_that_is_all_there_is_plain() -> None:
    assert source_of(*read(hook(webhook())), {"main"}) == "main"


@pytest.mark.parametrize(
    "request_",
    [
        hook(webhook(), path="/hooks/other"),
        hook(webhook(), path="/books/main"),
        hook(webhook(), path="/hooks/main?x"),
        b"PUT" + hook(webhook())[4:],
        hook(webhook())[:-1],
        hook(webhook()).replace(b"HTTP/1.1", b"HTTP/1.0"),
        hook(webhook()).replace(b"HTTP/1.1", b"HTTP/1.0").replace(
            b"Host: localhost", b"Connection: keep-alive"
        ),
        hook(webhook(), "Connection: close"),
        hook(webhook(), "Connection: upgrade", "Upgrade: websocket"),
        hook(webhook(), "Content-Encoding: identity"),
        CHUNKED,
        b"POST /hooks/main HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)  # fmt: skip
async def test_all_else_is_not(request_: bytes) -> None:
    assert source_of(*read(request_), {"main"}) is None
