from __future__ import annotations

import asyncio

from beeflow.actions.http.deadlines import Deadlines


class Waiter:
    """Takes down when it was told."""

    def __init__(self) -> None:
        self.told = asyncio.get_running_loop().create_future()

    def late(self) -> None:
        self.told.set_result(asyncio.get_running_loop().time())


async def test_each_is_told_once_its_own_time_is_over_whatever_the_order() -> None:
    deadlines, now = Deadlines(), asyncio.get_running_loop().time()
    later, sooner, last = Waiter(), Waiter(), Waiter()
    deadlines.watch(later, now + 0.03)
    deadlines.watch(sooner, now + 0.01)
    deadlines.watch(last, now + 0.04)
    assert await sooner.told >= now + 0.01
    assert not later.told.done()
    assert await later.told >= now + 0.03
    assert await last.told >= now + 0.04


async def test_who_is_forgotten_is_told_nothing() -> None:
    deadlines, now = Deadlines(), asyncio.get_running_loop().time()
    answered, waiting = Waiter(), Waiter()
    deadlines.watch(answered, now + 0.01)
    deadlines.watch(waiting, now + 0.01)
    deadlines.forget(answered)
    deadlines.forget(answered)
    await waiting.told
    assert not answered.told.done()
    deadlines.close()


async def test_closing_leaves_no_timer_unless_somebody_waits() -> None:
    deadlines, now = Deadlines(), asyncio.get_running_loop().time()
    waiting, gone = Waiter(), Waiter()
    deadlines.watch(waiting, now + 0.01)
    deadlines.close()
    await waiting.told
    deadlines.watch(gone, now)
    deadlines.forget(gone)
    deadlines.close()
    await asyncio.sleep(0.01)
    assert not gone.told.done()
