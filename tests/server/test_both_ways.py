"""Plain webhooks are answered from the connection itself, all others by way of aiohttp.

Nobody may be able to tell which way it was: every request here is sent in one piece and in two,
and once more to a server that knows the long way only, and has to get the same answer.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from server.fakes import SECRET, World, sign, webhook
from server.raw import hook, post
from server.test_front import AMBIGUOUS

from beeflow.errors import JournalBroken, JournalFull, Overloaded
from beeflow.server import connection
from beeflow.server.app import create_app, listening
from beeflow.server.guard import Access
from beeflow.server.ingest import Ingest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from aiohttp import StreamReader
    from aiohttp.http import RawRequestMessage

PLAIN = {
    "a webhook": hook(webhook("p1")),
    "the same again": hook(webhook("p1")),
    "the same key, another body": hook(webhook("p1", status="live")),
    "headers in capitals": hook(webhook("p2")).replace(b"X-Beestreamed", b"X-BEESTREAMED"),
    "a header that says nothing": hook(webhook("p3"), "X-Empty:", "Accept: */*"),
    "keep-alive, said aloud": hook(webhook("p4"), "Connection: keep-alive"),
    "a sender that asks first, and does not wait": hook(webhook("p5"), "Expect: 100-continue"),
    "no signature": post("/hooks/main", webhook("p6")),
    "a wrong signature": post("/hooks/main", webhook("p6"), "X-Beestreamed-Signature: " + "0" * 64),
    "a signature in capitals": post(
        "/hooks/main", webhook("p6"), f"X-Beestreamed-Signature: {sign(webhook('p6')).upper()}"
    ),
    "a signature with spaces around": post(
        "/hooks/main", webhook("p7"), f"X-Beestreamed-Signature:   {sign(webhook('p7'))} \t "
    ),
    "two signatures": hook(webhook("p8"), f"X-Beestreamed-Signature: {sign(webhook('p8'))}"),
    "a signature that is no text": post(
        "/hooks/main", webhook("p8"), "X-Beestreamed-Signature: \xff\xfe"
    ),
    "no body": post("/hooks/main", b""),
    "not JSON": hook(b"{"),
    "not UTF-8": hook(b"\xff"),
    "no envelope": hook(b"{}"),
    "stale": hook(b'{"type": "a", "timestamp": 0}'),
}
"""What is answered from the connection when it comes in one piece."""

OTHERS = {
    "a query": hook(webhook("q1"), path="/hooks/main?x=1"),
    "an escape": hook(webhook("q2"), path="/hooks/%6dain"),
    "an unknown source": hook(webhook("q3"), path="/hooks/none"),
    "no source": hook(webhook("q3"), path="/hooks/"),
    "another method": b"PUT" + hook(webhook("q3"))[4:],
    "an encoding": hook(webhook("q4"), "Content-Encoding: gzip"),
    "no encoding": hook(webhook("q4"), "Content-Encoding: identity"),
    "close": hook(webhook("q5"), "Connection: close"),
    "HTTP/1.0": hook(webhook("q6")).replace(b"HTTP/1.1", b"HTTP/1.0"),
    "a body without a length": b"POST /hooks/main HTTP/1.1\r\nHost: a\r\n\r\n",
    "a web socket": hook(webhook("q7"), "Connection: upgrade", "Upgrade: websocket"),
    "too large": b"POST /hooks/main HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n",
    "chunks": (
        b"POST /hooks/main HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        + f"X-Beestreamed-Signature: {sign(b'{}')}\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n".encode()
    ),
    "what is not for us": b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
    **AMBIGUOUS,
}

TROUBLES = {
    "full": JournalFull("no room"),
    "broken": JournalBroken("I/O error"),
    "overloaded": Overloaded("later"),
    "a fault of ours": ZeroDivisionError("inner secret"),
}

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_DATE = re.compile(rb"Date: [^\r]+")


async def _settle() -> None:
    """Let the server read what was sent."""
    for _ in range(5):
        await asyncio.sleep(0)


async def answered(port: int, pieces: list[bytes]) -> bytes:
    """Send a request and return its answer, less the time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            await _settle()
            writer.write(piece)
        async with asyncio.timeout(5):
            return await _read(reader)
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).removeprefix(CONTINUE)
    head = head or await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    body = await reader.readexactly(int(length[1]) if length else 0)
    return _DATE.sub(b"Date", head) + body


@asynccontextmanager
async def serving(world: World) -> AsyncIterator[int]:
    app = create_app(world.parts(), Access("127.0.0.1"))
    async with listening(app, "127.0.0.1", 0) as at:
        yield at.port


async def all_answers(split: Callable[[bytes], list[bytes]]) -> dict[str, bytes]:
    """Send everything there is to one server; returns the answers, and what they left behind."""
    world = World()
    told = {}
    async with serving(world) as port:
        for name, request in (PLAIN | OTHERS).items():
            told[name] = await answered(port, split(request))
        for name, trouble in TROUBLES.items():
            world.door.trouble = trouble
            told[name] = await answered(port, split(hook(webhook(name))))
        world.operator.why_not.append("the journal is being read")
        told["not ready"] = await answered(port, split(hook(webhook("last"))))
    lines = (await world.meter.text()).splitlines()
    counted = [line for line in lines if line.startswith(b"beeflow_webhooks_total{")]
    told["what is counted"] = b"\n".join(sorted(counted))
    told["what is taken"] = json.dumps(sorted(world.door.taken)).encode()
    return told


def whole(request: bytes) -> list[bytes]:
    return [request]


def at_the_body(request: bytes) -> list[bytes]:
    if request not in PLAIN.values():
        return [request]
    head, end, body = request.partition(b"\r\n\r\n")
    return [head + end, body]


def in_the_header(request: bytes) -> list[bytes]:
    return [request[:20], request[20:]]


@pytest.fixture
def straight(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The source of each webhook that went straight in."""
    went: list[str] = []
    plain = Ingest.plain

    def noted(ingest: Ingest, message: RawRequestMessage, payload: StreamReader) -> str | None:
        source = plain(ingest, message, payload)
        if source is not None:
            went.append(source)
        return source

    monkeypatch.setattr(Ingest, "plain", noted)
    return went


async def test_the_answer_is_the_same_whichever_way_a_request_came(
    monkeypatch: pytest.MonkeyPatch, straight: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL")
    short = await all_answers(whole)
    assert len(straight) == len(PLAIN) + len(TROUBLES) + 1
    split = await all_answers(in_the_header)
    assert len(straight) == 2 * (len(PLAIN) + len(TROUBLES) + 1)
    assert connection.SHORT_WAY
    monkeypatch.setattr(connection, "SHORT_WAY", False)
    long = await all_answers(whole)
    assert len(straight) == 2 * (len(PLAIN) + len(TROUBLES) + 1)
    assert short == long
    assert split == long
    assert await all_answers(at_the_body) == long
    assert SECRET not in b"".join(short.values())
