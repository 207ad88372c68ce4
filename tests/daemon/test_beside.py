from __future__ import annotations

import asyncio

import pytest

from beeflow.daemon.beside import beside


async def test_it_goes_on_until_the_block_ends_however_it_does() -> None:
    seen: list[str] = []

    async def work() -> None:
        try:
            seen.append("began")
            await asyncio.Event().wait()
        finally:
            seen.append("ended")

    async def broken() -> None:
        async with beside(work(), "work"):
            await asyncio.sleep(0)
            assert seen == ["began"]
            raise KeyError

    with pytest.raises(KeyError):
        await broken()
    assert seen == ["began", "ended"]
