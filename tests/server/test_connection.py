from __future__ import annotations

import asyncio
import logging
import resource
import socket
import struct
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from server.fakes import webhook
from server.raw import hook, post, read_reply, send
from server.test_ingest import results

from beeflow.server import connection
from beeflow.server.app import Limits
from beeflow.server.connection import Connection, Connections
from beeflow.server.front import Front
from beeflow.server.gate import Gate
from beeflow.server.ingest import Ingest, Inlet
from beeflow.server.telling import Silent, Teller

if TYPE_CHECKING:
    from server.conftest import Serve, Site
    from server.fakes import World

ALIVE = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


async def test_connections_beyond_the_limit_are_sent_away_and_others_go_on(serve: Serve) -> None:
    async with serve(limits=Limits(connections=2)) as site:
        kept = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(2)]
        for reader, writer in kept:
            writer.write(ALIVE)
            assert (await read_reply(reader)).status == 200
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        reply = await read_reply(reader)
        assert (reply.status, reply.json) == (503, {"error": "overloaded"})
        assert await reader.read() == b""
        writer.close()
        kept[0][1].write(ALIVE)
        assert (await read_reply(kept[0][0])).status == 200
        for _, writer in kept:
            writer.close()
            await writer.wait_closed()
        assert (await _until_let_in(site)) == 200


async def _until_let_in(site: Site) -> int:
    """Try until the server has noticed that the others are gone."""
    while True:
        reply = await send(site.port, ALIVE)
        if reply.status != 503:
            return reply.status


async def test_a_connection_that_says_nothing_is_closed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "IDLE", 0.05)
    async with serve() as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_a_header_that_never_ends_is_closed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "IDLE", 0.1)
    async with serve() as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        closed = asyncio.create_task(until_closed(reader))
        writer.write(b"POST /hooks/main HTTP/1.1\r\n")
        while not closed.done():
            writer.write(b"X: y\r\n")
            await asyncio.sleep(0.01)
        assert closed.result() == b""
        writer.close()


async def test_a_header_may_be_so_long_as_a_whole(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n")
    for number in range(3):
        writer.write(b"X%d: " % number + b"x" * 8000 + b"\r\n")
        await writer.drain()
    writer.write(b"\r\n")
    assert (await read_reply(reader)).status == 200
    for number in range(5):
        writer.write(b"GET /healthz HTTP/1.1\r\n" * (number == 0) + b"X: " + b"x" * 8000 + b"\r\n")
        await writer.drain()
    assert (await asyncio.wait_for(read_reply(reader), 5)).status == 400
    assert await until_closed(reader) == b""
    writer.close()


async def test_a_header_without_end_is_refused_also_where_it_comes_at_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed: list[int] = []
    take = web.RequestHandler.data_received

    def taking(self: web.RequestHandler, data: bytes) -> None:
        fed.append(len(data))
        take(self, data)

    monkeypatch.setattr(web.RequestHandler, "data_received", taking)
    lines = b"".join(b"X%d: " % number + b"x" * 8000 + b"\r\n" for number in range(90))
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + lines)
    assert (await asyncio.wait_for(read_reply(reader), 5)).status == 400
    assert await until_closed(reader) == b""
    writer.close()
    assert sum(fed) <= connection.LONGEST_HEAD + 1


async def test_what_comes_behind_a_large_body_is_no_part_of_it(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    first, second = hook(webhook(text="x" * 200_000)), hook(webhook("p2", text="y" * 200_000))
    writer.write(first + second[:60])
    assert (await asyncio.wait_for(read_reply(reader), 5)).status == 202
    writer.write(second[60:])
    assert (await asyncio.wait_for(read_reply(reader), 5)).status == 202
    writer.close()


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    """Return what came until the end; what was under way to a closed socket resets it."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    ("files", "limit"), [(1024, 768), (100_000, 1000), (20, 16), (resource.RLIM_INFINITY, 1000)]
)
def test_there_are_as_many_connections_as_open_files_allow(
    files: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _what: (files, files))
    assert Connections().limit == limit


async def test_an_answer_that_breaks_off_ends_the_connection(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_self: web.StreamResponse, _request: web.BaseRequest) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(web.Response, "prepare", broken)
    caplog.set_level(logging.CRITICAL, "aiohttp.server")
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(ALIVE)
    assert await reader.read() == b""
    writer.close()


async def test_the_longest_silent_gives_way_and_those_being_answered_do_not(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(limits=Limits(connections=2)) as site:
        door = site.world.door
        door.hold = asyncio.Event()
        waiting = asyncio.create_task(send(site.port, hook(webhook())))
        await door.entered.wait()
        silent_reader, silent = await asyncio.open_connection("127.0.0.1", site.port)
        assert (await send(site.port, ALIVE)).status == 503
        monkeypatch.setattr(connection, "SPARED", 0.0)
        assert (await send(site.port, ALIVE)).status == 200
        assert await silent_reader.read() == b""
        silent.close()
        door.hold.set()
        assert (await waiting).status == 202


async def test_when_all_are_being_answered_nobody_gives_way(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SPARED", 0.0)
    async with serve(limits=Limits(connections=1)) as site:
        door = site.world.door
        door.hold = asyncio.Event()
        waiting = asyncio.create_task(send(site.port, hook(webhook())))
        await door.entered.wait()
        assert (await send(site.port, ALIVE)).status == 503
        door.hold.set()
        assert (await waiting).status == 202


async def test_who_has_said_all_and_listens_on_is_answered(site: Site) -> None:
    door = site.world.door
    door.hold = asyncio.Event()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(hook(webhook()))
    await door.entered.wait()
    writer.write_eof()
    await asyncio.sleep(0.01)
    door.hold.set()
    assert (await read_reply(reader)).status == 202
    assert await reader.read() == b""
    writer.close()


async def test_who_stops_in_the_middle_is_not_waited_for(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(hook(webhook())[:-5])
    await writer.drain()
    await asyncio.sleep(0.01)
    writer.write_eof()
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    assert not site.world.door.taken


# --- plain webhooks, which are answered from the connection itself -----------------------------


async def test_what_comes_behind_a_webhook_waits_its_turn(site: Site) -> None:
    door = site.world.door
    door.hold = asyncio.Event()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(hook(webhook("p1")))
    await door.entered.wait()
    for behind in (ALIVE, hook(webhook("p2")), hook(webhook("p3"))[:-9]):
        writer.write(behind)
        await writer.drain()
        await asyncio.sleep(0.01)
    assert not reader._buffer  # type: ignore[attr-defined]  # nothing came yet
    door.hold.set()
    statuses = [(await read_reply(reader)).status for _ in range(3)]
    writer.write(hook(webhook("p3"))[-9:])
    statuses += [(await read_reply(reader)).status]
    writer.write(hook(webhook("p4")))
    statuses += [(await read_reply(reader)).status]
    writer.close()
    assert statuses == [202, 200, 202, 202, 202]
    assert [event.payload_id for event in door.taken.values()] == ["p1", "p2", "p3", "p4"]


async def test_a_webhook_whose_sender_goes_away_is_taken_all_the_same(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gone = asyncio.Event()
    monkeypatch.setattr(Connections, "remove", lambda _self, _connection: gone.set())
    door = site.world.door
    door.hold = asyncio.Event()
    _, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(hook(webhook()))
    await door.entered.wait()
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # by a reset
    writer.transport.abort()
    await gone.wait()
    door.hold.set()
    for _ in range(3):
        await asyncio.sleep(0)
    assert await results(site) == {"accepted": 1}
    assert len(door.taken) == 1
    assert not caplog.records


async def test_after_a_webhook_the_connection_is_kept_so_long_and_then_closed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "IDLE", 0.1)
    async with serve() as site:
        site.world.door.hold = asyncio.Event()
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(hook(webhook()))
        await asyncio.sleep(0.15)  # while it is being answered nobody closes it
        site.world.door.hold.set()
        assert (await read_reply(reader)).status == 202
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_a_fault_of_ours_ends_the_connection(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.world.door.trouble = ZeroDivisionError("inner secret")
    reply = await send(site.port, hook(webhook()))
    assert (reply.status, reply.closed) == (500, True)
    assert "could not answer POST /hooks/main" in caplog.text


async def test_a_webhook_that_the_journal_never_answers_does_not_hold_up_the_end(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("beeflow.server.app.GRACE", 0.05)
    monkeypatch.setattr("beeflow.server.app.HURRY", 0.05)
    async with serve() as site:
        site.world.door.hold = asyncio.Event()
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(hook(webhook()))
        await site.world.door.entered.wait()
    assert await reader.read() == b""
    writer.close()
    assert "1 webhooks were not journaled in time" in caplog.text
    site.world.door.hold.set()
    await asyncio.sleep(0)  # it is answered to nobody


async def test_one_whose_waiting_is_cancelled_is_cut_off(site: Site) -> None:
    def cancelled(*_anything: object) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        future.cancel()
        return future

    site.world.door.enter = cancelled  # type: ignore[assignment]
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(hook(webhook()))
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_who_does_not_read_is_not_answered_without_end(site: Site) -> None:
    unsigned = post("/hooks/main", webhook())
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port, limit=1024)
    for _ in range(2000):
        writer.write(unsigned * 50)
        await asyncio.sleep(0)
        if writer.transport.get_write_buffer_size() > 1_000_000:
            break
    assert writer.transport.get_write_buffer_size() > 1_000_000
    for _ in range(3):
        assert (await read_reply(reader)).status == 401
    writer.transport.abort()


class Wire(asyncio.Transport):
    """A connection to nobody; keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        pass


async def test_what_comes_in_the_first_turn_is_kept_in_order(world: World) -> None:
    gate, teller = Gate(list), Teller(Silent())
    ingest = Ingest(Inlet(world.webhooks, world.door, gate, world.meter, teller))
    made = Connection(web.Server(Front), Connections(), ingest)  # type: ignore[arg-type]
    wire = Wire()
    made.connection_made(wire)
    request = hook(webhook())
    made.data_received(request[:50])
    made.data_received(request[50:])
    assert not world.door.taken
    for _ in range(3):
        await asyncio.sleep(0)
    assert wire.written.startswith(b"HTTP/1.1 202")
    made.connection_lost(None)
    await asyncio.sleep(0)
