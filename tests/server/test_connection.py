from __future__ import annotations

import asyncio
import logging
import resource
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from server.fakes import webhook
from server.raw import hook, read_reply, send

from beeflow.server import connection
from beeflow.server.app import Limits
from beeflow.server.connection import Connections

if TYPE_CHECKING:
    from server.conftest import Serve, Site

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
