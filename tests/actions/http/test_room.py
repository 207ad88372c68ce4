from __future__ import annotations

import asyncio

import pytest

from beeflow.actions.http.room import Room


async def test_who_finds_no_room_is_let_in_in_the_order_of_coming() -> None:
    room, inside = Room(1), []

    async def visit(name: str) -> None:
        await room.enter()
        inside.append(name)

    await visit("a")
    waiting = [asyncio.create_task(visit(name)) for name in "bcd"]
    await asyncio.sleep(0)
    assert inside == ["a"]
    for so_far in ("ab", "abc", "abcd"):
        room.leave()
        await asyncio.sleep(0)
        assert "".join(inside) == so_far
    await asyncio.gather(*waiting)
    assert room.free == 0
    room.leave()
    assert room.free == 1


async def test_a_place_is_not_lost_to_one_that_stops_waiting() -> None:
    room = Room(1)
    await room.enter()
    before, after = (asyncio.create_task(room.enter()) for _ in range(2))
    await asyncio.sleep(0)
    before.cancel()
    room.leave()
    await after
    assert room.free == 0


async def test_a_place_given_to_one_that_is_being_cancelled_goes_back() -> None:
    room = Room(1)
    await room.enter()
    waiting = asyncio.create_task(room.enter())
    await asyncio.sleep(0)
    room.leave()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert room.free == 1
