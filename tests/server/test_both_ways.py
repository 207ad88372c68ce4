"""Plain webhooks are answered from the connection itself, all others by way of aiohttp.

Nobody may be able to tell which way it was: every request here is sent in one piece and in two,
and once more to a server that knows the long way only, and has to get the same answer.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from server.fakes import SECRET, World, sign, webhook
from server.raw import hook, post
from server.test_front import AMBIGUOUS

from beeflow.daemon.loop import loop_factory
from beeflow.errors import JournalBroken, JournalFull, Overloaded
from beeflow.server import connection
from beeflow.server.app import create_app, listening
from beeflow.server.guard import Access
from beeflow.server.ingest import Ingest
from beeflow.server.plain import Reader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection

    from server.conftest import Site

    from beeflow.server.plain import Came

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

ONLY_AIOHTTP = ("two signatures", "no body")
"""Those of them that the connection's own reader leaves to aiohttp's parser."""

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
    head, end, body = request.partition(b"\r\n\r\n")
    return [head + end, body]


def plain_ones_at_the_body(request: bytes) -> list[bytes]:
    return at_the_body(request) if request in PLAIN.values() else [request]


def in_the_header(request: bytes) -> list[bytes]:
    return [request[:20], request[20:]]


@dataclass
class Ways:
    """How many webhooks were answered from the connection, and of them read by its own reader."""

    straight: int = 0
    read: int = 0


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Ways:
    ways = Ways()
    straight, read = Ingest.straight, Reader.read

    def going_straight(ingest: Ingest, *came: Any) -> Any:
        ways.straight += 1
        return straight(ingest, *came)

    def reading(reader: Reader, data: bytes, sources: Collection[str]) -> Came | None:
        came = read(reader, data, sources)
        ways.read += came is not None
        return came

    monkeypatch.setattr(Ingest, "straight", going_straight)
    monkeypatch.setattr(Reader, "read", reading)
    return ways


async def test_the_answer_is_the_same_whichever_way_a_request_came(
    monkeypatch: pytest.MonkeyPatch, ways: Ways, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL")
    plain = len(PLAIN) + len(TROUBLES) + 1
    short = await all_answers(whole)
    assert ways == Ways(plain, plain - len(ONLY_AIOHTTP))
    split = await all_answers(in_the_header)
    assert ways == Ways(2 * plain, plain - len(ONLY_AIOHTTP))
    assert connection.SHORT_WAY
    monkeypatch.setattr(connection, "SHORT_WAY", False)
    long = await all_answers(whole)
    assert ways.straight == 2 * plain
    assert short == long
    assert split == long
    assert await all_answers(plain_ones_at_the_body) == long
    assert SECRET not in b"".join(short.values())


async def test_a_connection_may_change_its_ways(ways: Ways, site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    for number, split in enumerate([whole, whole, in_the_header, whole, at_the_body, whole]):
        for piece in split(hook(webhook(f"p{number}"))):
            await _settle()
            writer.write(piece)
        assert (await _read(reader)).startswith(b"HTTP/1.1 202")
    writer.close()
    assert ways == Ways(straight=5, read=2)


async def all_at_once(port: int, request: bytes) -> bytes:
    """Send a request and nothing more; returns all that comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    writer.write_eof()
    told = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return told


@pytest.mark.parametrize("factory", [asyncio.new_event_loop, loop_factory()])
def test_who_says_all_at_once_and_listens_on_is_answered_on_every_way(
    factory: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    async def ask() -> list[bytes]:
        async with serving(World()) as port:
            return [
                await all_at_once(port, request)
                for request in (
                    PLAIN["a webhook"],
                    PLAIN["no signature"],
                    OTHERS["no encoding"],
                    OTHERS["what is not for us"],
                    AMBIGUOUS["two hosts"],
                    PLAIN["a webhook"][:-5],
                )
            ]

    with asyncio.Runner(loop_factory=factory) as runner:
        told = runner.run(ask())
    assert [answer[9:12] for answer in told] == [b"202", b"401", b"202", b"200", b"400", b""]


def test_on_the_daemons_own_loop_the_first_one_goes_straight_too(ways: Ways) -> None:
    async def first() -> bytes:
        async with serving(World()) as port:
            return await answered(port, whole(hook(webhook())))

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        assert runner.run(first()).startswith(b"HTTP/1.1 202")
    assert ways == Ways(straight=1, read=1)
