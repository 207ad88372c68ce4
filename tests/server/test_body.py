from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request
from server.fakes import sign, webhook
from server.raw import hook, post, read_reply, send
from server.test_ingest import results

from beeflow.server.answers import Refused
from beeflow.server.app import Limits
from beeflow.server.body import LARGEST, read_body
from beeflow.server.gate import Gate

if TYPE_CHECKING:
    from server.conftest import Serve, Site

CHUNKED = b"POST /hooks/main HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    head = CHUNKED + f"X-Beestreamed-Signature: {sign(body)}\r\n\r\n".encode()
    return head + chunks + b"0\r\n\r\n"


def large(size: int) -> bytes:
    """Return a webhook of exactly so many bytes."""
    empty = len(webhook(text=""))
    return webhook(text="x" * (size - empty))


async def test_the_largest_body_is_taken(site: Site) -> None:
    body = large(LARGEST)
    assert len(body) == LARGEST
    assert (await send(site.port, hook(body))).status == 202


async def test_one_byte_more_is_too_large_whatever_its_signature(site: Site) -> None:
    reply = await send(site.port, hook(large(LARGEST + 1)))
    assert (reply.status, reply.json) == (413, {"error": "too_large"})
    assert await results(site) == {"too_large": 1}


async def test_a_declared_length_is_refused_before_anything_is_read(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"POST /hooks/main HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n")
    assert (await read_reply(reader)).status == 413
    writer.close()


async def test_the_size_is_looked_at_before_the_encoding(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(
        b"POST /hooks/main HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n"
        b"Content-Encoding: gzip\r\n\r\n"
    )
    assert (await read_reply(reader)).status == 413
    writer.close()


@pytest.mark.parametrize("size", [1, 7, 100_000])
async def test_a_body_in_chunks_is_put_together(site: Site, size: int) -> None:
    assert (await send(site.port, chunked(webhook(), size))).status == 202


async def test_chunks_that_sum_up_to_too_much_are_too_large(site: Site) -> None:
    reply = await send(site.port, chunked(b"x" * (LARGEST + 1), 60_000))
    assert (reply.status, reply.json) == (413, {"error": "too_large"})


async def test_a_body_that_comes_in_pieces_is_waited_for(site: Site) -> None:
    request = hook(webhook())
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    for start in range(0, len(request), 40):
        writer.write(request[start : start + 40])
        await writer.drain()
        await asyncio.sleep(0)
    assert (await read_reply(reader)).status == 202
    writer.close()


async def test_a_body_that_stalls_is_cut_and_told(serve: Serve) -> None:
    async with serve(limits=Limits(body_seconds=0.05)) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(post("/hooks/main", b"x" * 100)[:-50])
        reply = await read_reply(reader)
        writer.close()
        assert (reply.status, reply.json) == (408, {"error": "timeout"})
        assert reply.headers["connection"] == "close"
        assert await results(site) == {"timeout": 1}


async def test_a_body_that_only_drips_is_cut_too(serve: Serve) -> None:
    async with serve(limits=Limits(body_seconds=0.1)) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(post("/hooks/main", b"x" * 1000)[:-1000])
        answer = asyncio.create_task(read_reply(reader))
        while not answer.done():
            writer.write(b"x")
            await asyncio.sleep(0.005)
        writer.close()
        assert answer.result().status == 408


async def test_a_sender_that_asks_first_is_told_to_go_on(site: Site) -> None:
    head, body = hook(webhook(), "Expect: 100-continue").split(b"\r\n\r\n", 1)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(head + b"\r\n\r\n")
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(body)
    assert (await read_reply(reader)).status == 202
    writer.close()


async def test_a_sender_that_asks_first_is_not_told_to_send_too_much(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(
        b"POST /hooks/main HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
        b"Content-Length: 2000000\r\n\r\n"
    )
    assert (await read_reply(reader)).status == 413
    writer.close()


BREAKS = {
    "no size": b"zz\r\n",
    "a size below nothing": b"-1\r\n",
    "a size without measure": b"f" * 20 + b"\r\n",
    "more than was announced": b"2\r\nxxxx",
}


@pytest.mark.parametrize("rest", BREAKS.values(), ids=BREAKS)
async def test_a_body_whose_rest_cannot_be_read_is_refused_at_once(site: Site, rest: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(CHUNKED + b"Expect: 100-continue\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")  # it waits for the body
    writer.write(b"2\r\n{}\r\n")
    await writer.drain()
    writer.write(rest)
    reply = await asyncio.wait_for(read_reply(reader), 5)
    assert (reply.status, reply.json) == (400, {"error": "bad_request"})
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    assert await results(site) == {"bad_request": 1}


async def test_the_unreadable_rest_of_a_refused_body_ends_the_connection(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(CHUNKED.replace(b"main", b"nowhere") + b"\r\n2\r\n{}\r\n")
    assert (await read_reply(reader)).status == 404
    writer.write(b"zz\r\n")
    assert (await asyncio.wait_for(read_reply(reader), 5)).status == 400
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    assert not caplog.records


async def test_who_takes_long_to_send_a_body_gives_way_when_there_are_too_many(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(limits=Limits(connections=1)) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(post("/hooks/main", b"x" * 100, "Expect: 100-continue")[:-100])
        await reader.readuntil(b"\r\n\r\n")
        alive = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        assert (await send(site.port, alive)).status == 503
        monkeypatch.setattr("beeflow.server.connection.SPARED", 0.0)
        assert (await send(site.port, alive)).status == 200
        assert await reader.read() == b""
        writer.close()


async def test_a_sender_that_goes_away_is_counted_and_nothing_else(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(post("/hooks/main", b"x" * 100)[:-50])
    await writer.drain()
    while not (await site.world.meter.text()).count(b"requests"):
        writer.transport.abort()
        await asyncio.sleep(0.01)
        if await results(site) == {"aborted": 1}:
            break
    assert await results(site) == {"aborted": 1}
    assert not caplog.records


async def test_bodies_on_their_way_have_a_budget_together(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beeflow.server.gate.BODY_BUDGET", 150)
    _, stalled = await asyncio.open_connection("127.0.0.1", site.port)
    stalled.write(post("/hooks/main", b"x" * 100)[:-1])
    await stalled.drain()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(post("/hooks/main", b"x" * 100)[:-1])
    reply = await read_reply(reader)
    assert (reply.status, reply.json) == (503, {"error": "overloaded"})
    # One that is there in full needs no room.
    assert (await send(site.port, hook(webhook()))).status == 202
    stalled.close()
    writer.close()


async def test_what_was_only_announced_takes_no_room(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beeflow.server.gate.BODY_BUDGET", LARGEST)
    announced = post("/hooks/main", b"x" * LARGEST, "Expect: 100-continue")[:-LARGEST]
    reader, silent = await asyncio.open_connection("127.0.0.1", site.port)
    silent.write(announced)
    await reader.readuntil(b"\r\n\r\n")
    body = webhook()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(hook(body, "Expect: 100-continue")[: -len(body)])
    await reader.readuntil(b"\r\n\r\n")
    writer.write(body)
    assert (await read_reply(reader)).status == 202
    silent.close()
    writer.close()


async def test_a_body_that_the_parser_gives_up_on_is_a_bad_request() -> None:
    loop = asyncio.get_running_loop()
    content = StreamReader(BaseProtocol(loop), 1024, loop=loop)
    content.set_exception(web.RequestPayloadError("half a chunk"))
    request = make_mocked_request("POST", "/hooks/main", payload=content)
    with pytest.raises(Refused) as caught:
        await read_body(request, Gate(list))
    assert (caught.value.status, caught.value.close) == (400, True)
