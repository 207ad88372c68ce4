from __future__ import annotations

import asyncio

import pytest

from beeflow.engine import backstop
from beeflow.engine.backstop import Backstop


async def answer() -> str:
    await asyncio.sleep(0)
    return "answered"


async def test_what_is_done_in_time_is_answered() -> None:
    assert await Backstop().within(5.0, answer()) == "answered"


async def test_what_lasts_too_long_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backstop, "LOOKS", 0.01)
    stop = Backstop()
    with pytest.raises(TimeoutError):
        await stop.within(0.0, asyncio.Event().wait())
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    assert await stop.within(5.0, answer()) == "answered"


async def test_who_is_cancelled_by_others_stays_cancelled() -> None:
    task = asyncio.create_task(Backstop().within(5.0, asyncio.Event().wait()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_one_timer_watches_all_and_rests_when_there_are_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backstop, "LOOKS", 0.01)
    stop = Backstop()
    calls = [asyncio.create_task(stop.within(0.0, asyncio.Event().wait())) for _ in range(3)]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(end) for end in ends] == [TimeoutError] * 3
    await asyncio.sleep(0.05)
    assert stop._timer is None
