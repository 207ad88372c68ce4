from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpProcessingError, HttpRequestParser
from server.fakes import sign, webhook
from server.raw import hook, post
from server.test_front import AMBIGUOUS

from beeflow.server.plain import SIGNATURE, Came, Reader, source_of

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


def by_aiohttp(request: bytes) -> Came | None:
    """Return what aiohttp's parser makes of a plain webhook; None for all else."""
    loop = asyncio.get_running_loop()
    parser = HttpRequestParser(
        BaseProtocol(loop), loop, 2**16, max_line_size=8190, max_field_size=8190, max_headers=100
    )
    try:
        messages, _, _ = parser.feed_data(request)
    except HttpProcessingError:
        return None
    if len(messages) != 1:
        return None
    message, payload = messages[0]
    source = source_of(message, payload, {"main"})
    if source is None:
        return None
    return source, tuple(message.headers.getall(SIGNATURE, ())), payload.read_nowait(-1)


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


# --- the connection's own reader -----------------------------------------------------------------


async def test_it_reads_one_webhook_after_another() -> None:
    reader = Reader()
    for ident in ("p1", "p2", "p3"):
        body = webhook(ident)
        came = reader.read(hook(body, "X-Other: a", "Connection: keep-alive"), {"main"})
        assert came == ("main", (sign(body),), body)


async def test_a_webhook_without_a_signature_has_none() -> None:
    assert Reader().read(post("/hooks/main", b"hi"), {"main"}) == ("main", (), b"hi")


@pytest.mark.parametrize(
    "request_",
    [
        *AMBIGUOUS.values(),
        b"",
        b"\r\n" + hook(b"hi"),
        hook(b"hi") + b"\r\n",
        hook(b"hi") + b"P",
        hook(b"hi") * 2,
        hook(b"hi")[:-1],
        hook(b"hi")[:60],
        hook(b""),
        hook(b"hi", path="/hooks/other"),
        hook(b"hi", path="/hooks/m\xe4in"),
        hook(b"hi", "Connection: close"),
        hook(b"hi", "Connection: upgrade", "Upgrade: websocket"),
        hook(b"hi", "Content-Encoding: identity"),
        hook(b"hi", "Trailer: x"),
        hook(b"hi", "X-A: 1", "x-a: 2"),
        hook(b"hi", "X-A: " + "a" * 4096),
        hook(b"hi", *(f"X-{number}: a" for number in range(60))),
        hook(b"hi").replace(b"Content-Length: 2", b"Content-Length: 02"),
        hook(b"hi").replace(b"HTTP/1.1", b"HTTP/1.0").replace(
            b"Host: localhost", b"Host: localhost\r\nConnection: keep-alive"
        ),
        hook(b"h" * 70_000),
        CHUNKED,
    ],
)  # fmt: skip
async def test_it_leaves_all_else_to_aiohttp(request_: bytes) -> None:
    assert Reader().read(request_, {"main", "m\xe4in"}) is None


SPOILT = hook(b'{"a": 1}', "X-A: b", "Accept: */*")
"""What is spoilt below: everything an attacker would put somewhere into a request."""

SPLINTERS = [
    b"\r", b"\n", b"\r\n", b"\r\n\r\n", b" ", b"\t", b"\0", b":", b",", b"\x7f", b"\x80", b"\xff", b"a", b"0",
    b"\r\nHost: b", b"\r\nTransfer-Encoding: chunked", b"\r\nContent-Length: 8", b"\r\nContent-Length: 3",
    b"\r\nX-Beestreamed-Signature: c", b"\r\nConnection: close", b"\r\nUpgrade: h2c", b"\r\n folded",
    b"POST /hooks/main HTTP/1.1", b" HTTP/1.0", b"http://b", b"%6d", b"?", b"#",
]  # fmt: skip


async def test_it_takes_nothing_that_aiohttp_reads_differently() -> None:
    dice = random.Random(7)
    taken = 0
    for _ in range(6000):
        request_ = SPOILT
        for _ in range(dice.randint(1, 2)):
            start = dice.randrange(len(request_))
            end = start + dice.choice([0, 0, 1, 2, 5])
            request_ = request_[:start] + dice.choice(SPLINTERS) + request_[end:]
        came = Reader().read(request_, {"main"})
        if came is not None:
            taken += 1
            assert came == by_aiohttp(request_), request_
    assert taken > 300
