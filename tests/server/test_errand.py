from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from beeflow.server.errand import Errand

if TYPE_CHECKING:
    from collections.abc import Awaitable


async def _after(waits: Awaitable[bytes]) -> bytes:
    return b"after " + await waits


def test_what_waits_for_nothing_is_done_at_once() -> None:
    async def at_once() -> bytes:
        return b"now"

    told: list[bytes | None] = []
    Errand(at_once(), told.append).go()
    assert told == [b"now"]


async def test_it_begins_at_once_and_goes_on_when_what_it_waits_for_is_there() -> None:
    told: list[bytes | None] = []
    future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    Errand(_after(_after(future)), told.append).go()
    await asyncio.sleep(0)
    assert told == []
    future.set_result(b"all")
    await asyncio.sleep(0)
    assert told == [b"after after all"]


async def test_an_error_of_what_it_waits_for_is_raised_inside() -> None:
    async def failing(waits: Awaitable[bytes]) -> bytes:
        with pytest.raises(ZeroDivisionError):
            await waits
        return b"caught"

    told: list[bytes | None] = []
    future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    Errand(failing(future), told.append).go()
    future.set_exception(ZeroDivisionError())
    await asyncio.sleep(0)
    assert told == [b"caught"]


async def test_it_may_let_others_go_first() -> None:
    async def polite() -> bytes:
        await asyncio.sleep(0)
        return b"then"

    told: list[bytes | None] = []
    Errand(polite(), told.append).go()
    assert told == []
    await asyncio.sleep(0)
    assert told == [b"then"]


async def test_where_what_it_waits_for_is_cancelled_it_ends_with_nothing() -> None:
    told: list[bytes | None] = []
    future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    Errand(_after(future), told.append).go()
    future.cancel()
    await asyncio.sleep(0)
    assert told == [None]
