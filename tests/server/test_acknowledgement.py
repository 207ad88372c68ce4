from __future__ import annotations

import asyncio
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest
from aiohttp.test_utils import make_mocked_request
from server.fakes import webhook
from server.raw import hook, read_reply, send

from beeflow.engine.journal.records import Receipt
from beeflow.server.acknowledgement import Acknowledgement, acknowledge

if TYPE_CHECKING:
    from server.conftest import Site


async def test_it_is_a_whole_answer_with_the_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beeflow.server.wire.time.time", lambda: 1_796_115_600.5)
    reply = await send(site.port, hook(webhook()))
    assert set(reply.headers) == {"content-type", "server", "date", "content-length"}
    assert parsedate_to_datetime(reply.headers["date"]).isoformat() == "2026-12-01T09:00:00+00:00"


async def test_the_connection_stays_open(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    for number in range(3):
        writer.write(hook(webhook(f"p{number}")))
        assert (await read_reply(reader)).status == 202
    writer.close()


async def test_a_sender_that_wants_it_closed_has_it_closed(site: Site) -> None:
    reply = await send(site.port, hook(webhook(), "Connection: close"))
    assert (reply.status, reply.closed) == (202, True)
    assert reply.json == {"status": "accepted", "id": "ev-1"}
    again = hook(webhook()).replace(b"HTTP/1.1", b"HTTP/1.0")
    reply = await send(site.port, again)
    assert (reply.status, reply.closed) == (200, True)


async def test_an_older_sender_is_told_that_the_connection_stays_open(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    older = hook(webhook(), "Connection: keep-alive").replace(b"HTTP/1.1", b"HTTP/1.0")
    for status in (b"202", b"200"):
        writer.write(older)
        head = await reader.readuntil(b"\r\n\r\n")
        assert status in head.partition(b"\r\n")[0]
        assert b"Connection: keep-alive" in head
        await reader.readuntil(b"}")
    writer.close()


async def test_a_sender_that_has_gone_is_not_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    request = make_mocked_request("POST", "/hooks/main")
    answer = acknowledge(request, Receipt("ev-1", "accepted"))
    assert isinstance(answer, Acknowledgement)
    monkeypatch.setattr(request.transport, "is_closing", lambda: True)
    with pytest.raises(ConnectionResetError):
        await answer.prepare(request)
