from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from actions.http.wire import OK, Wire, saying

from beeflow.actions.http import pool as pools
from beeflow.actions.http.outgoing import prepare
from beeflow.errors import ActionError

if TYPE_CHECKING:
    from beeflow.actions.http.connection import Answer
    from beeflow.actions.http.pool import Pool


async def send(pool: Pool, wire: Wire, method: str = "GET", seconds: float = 5.0) -> Answer:
    url = f"http://127.0.0.1:{wire.port}/"
    return await pool.send(prepare({"url": url, "method": method}, seconds))


async def test_a_connection_is_used_again(loopback_pool: Pool) -> None:
    async with saying(OK, OK, OK) as wire:
        for _ in range(3):
            assert (await send(loopback_pool, wire)).body == b"ok"
    assert wire.connections == 1


async def test_a_connection_that_is_to_be_closed_is_not_used_again(loopback_pool: Pool) -> None:
    async with saying(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n") as wire:
        for _ in range(2):
            await send(loopback_pool, wire)
    assert wire.connections == 2


async def test_a_connection_on_which_something_comes_unasked_is_dropped(
    loopback_pool: Pool,
) -> None:
    async with saying(OK, OK) as wire:
        writers: list[asyncio.StreamWriter] = []
        wire.after = writers.append
        await send(loopback_pool, wire)
        writers[0].write(OK)
        await asyncio.sleep(0.05)
        await send(loopback_pool, wire)
    assert wire.connections == 2


async def test_a_repeatable_request_is_sent_again_where_a_kept_connection_was_closed(
    loopback_pool: Pool,
) -> None:
    async with saying(OK, b"") as wire:
        await send(loopback_pool, wire, "PUT")
        assert (await send(loopback_pool, wire, "PUT")).body == b"ok"
    assert (wire.connections, len(wire.requests)) == (2, 3)


async def test_what_may_have_been_done_is_not_sent_again(loopback_pool: Pool) -> None:
    async with saying(OK, b"") as wire:
        await send(loopback_pool, wire, "POST")
        with pytest.raises(ActionError) as caught:
            await send(loopback_pool, wire, "POST")
    assert caught.value.failure.open
    assert len(wire.requests) == 2


async def test_no_more_than_so_many_at_once_and_the_others_in_their_turn(
    loopback_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "AT_ONCE_PER_ORIGIN", 2)
    async with saying(*[OK] * 9) as wire:
        answers = await asyncio.gather(*(send(loopback_pool, wire) for _ in range(9)))
    assert [answer.body for answer in answers] == [b"ok"] * 9
    assert wire.connections == 2


async def test_one_for_whom_there_is_no_room_in_time_was_not_sent(
    loopback_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "AT_ONCE_PER_ORIGIN", 1)
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
    async with saying(half) as wire:
        first = asyncio.create_task(send(loopback_pool, wire))
        await asyncio.sleep(0.05)
        with pytest.raises(ActionError) as caught:
            await send(loopback_pool, wire, seconds=0.05)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    found = caught.value.failure
    assert (found.kind, found.open, found.retryable) == ("timeout", False, True)
    assert len(wire.requests) == 1


async def test_connections_nobody_uses_are_closed_and_their_origin_forgotten(
    loopback_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "IDLE", 0.02)
    async with saying(OK, OK) as wire:
        await send(loopback_pool, wire)
        async with asyncio.timeout(5):
            while loopback_pool._hosts:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.01)
        await send(loopback_pool, wire)
    assert wire.connections == 2


async def test_a_connection_that_was_idle_too_long_is_not_used(
    loopback_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with saying(OK, OK) as wire:
        await send(loopback_pool, wire)
        monkeypatch.setattr(pools, "IDLE", 0.0)
        await send(loopback_pool, wire)
    assert wire.connections == 2


async def test_who_is_cancelled_leaves_no_connection_behind(loopback_pool: Pool) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
    async with saying(half) as wire:
        task = asyncio.create_task(send(loopback_pool, wire))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        (host,) = loopback_pool._hosts.values()
        assert (host.idle, host.users) == ([], 0)
