from __future__ import annotations

import asyncio

import pytest

from beeflow.beestreamed.sharing import SharedReads


class Source:
    """Counts how often it is read; a read ends when it is told to."""

    def __init__(self) -> None:
        self.reads: list[asyncio.Future[str]] = []

    async def read(self) -> str:
        ending: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.reads.append(ending)
        return await ending


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_same_read_at_the_same_time_is_made_once() -> None:
    shared: SharedReads[str] = SharedReads()
    source = Source()
    tasks = [asyncio.create_task(shared.get("a", source.read)) for _ in range(10)]
    other = asyncio.create_task(shared.get("b", source.read))
    await settle()
    assert len(source.reads) == 2
    source.reads[0].set_result("one")
    source.reads[1].set_result("two")
    assert await asyncio.gather(*tasks) == ["one"] * 10
    assert await other == "two"


async def test_one_after_the_other_is_made_twice() -> None:
    shared: SharedReads[str] = SharedReads()
    source = Source()
    for number in range(2):
        task = asyncio.create_task(shared.get("a", source.read))
        await settle()
        source.reads[number].set_result("x")
        await task
    assert len(source.reads) == 2


async def test_nobody_joins_a_read_that_began_before_a_write() -> None:
    shared: SharedReads[str] = SharedReads()
    source = Source()
    before = asyncio.create_task(shared.get("a", source.read))
    await settle()
    shared.forget()
    after = asyncio.create_task(shared.get("a", source.read))
    await settle()
    assert len(source.reads) == 2
    source.reads[0].set_result("old")
    await before
    joined = asyncio.create_task(shared.get("a", source.read))
    await settle()
    assert len(source.reads) == 2
    source.reads[1].set_result("new")
    assert await after == await joined == "new"


async def test_a_failure_reaches_everyone() -> None:
    shared: SharedReads[str] = SharedReads()
    source = Source()
    tasks = [asyncio.create_task(shared.get("a", source.read)) for _ in range(2)]
    await settle()
    source.reads[0].set_exception(OSError("down"))
    for task in tasks:
        with pytest.raises(OSError, match="down"):
            await task


async def test_the_read_goes_on_while_somebody_waits_and_ends_with_the_last() -> None:
    shared: SharedReads[str] = SharedReads()
    source = Source()
    first, second = (asyncio.create_task(shared.get("a", source.read)) for _ in range(2))
    await settle()
    first.cancel()
    await settle()
    assert not source.reads[0].cancelled()
    second.cancel()
    await settle()
    assert source.reads[0].cancelled()
    again = asyncio.create_task(shared.get("a", source.read))
    await settle()
    source.reads[1].set_result("fresh")
    assert await again == "fresh"
