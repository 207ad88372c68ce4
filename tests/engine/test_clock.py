from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from beeflow.engine import clock as clock_module
from beeflow.engine.clock import SystemClock, VirtualClock

if TYPE_CHECKING:
    import pytest


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_sleepers_wake_in_order_as_the_virtual_clock_passes_them() -> None:
    clock, woken = VirtualClock(0.0), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.now()))

    tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (30.0, 10.0, 20.0, 10.0, 0.0)]
    await clock.run_until(20.0, settle)
    assert woken == [(0.0, 0.0), (10.0, 10.0), (10.0, 10.0), (20.0, 20.0)]
    assert clock.next() == 30.0
    tasks[0].cancel()
    await settle()
    assert clock.next() is None
    await clock.run_until(100.0, settle)
    assert clock.now() == 100.0


async def test_an_instant_is_reached_without_waiting_for_who_wakes() -> None:
    clock, woken = VirtualClock(0.0), []

    async def sleeper() -> None:
        await clock.sleep(10.0)
        woken.append(clock.now())

    task = asyncio.create_task(sleeper())
    await settle()
    clock.reach(15.0)
    assert (clock.now(), woken) == (15.0, [])
    await task
    assert woken == [15.0]
    clock.reach(3.0)
    assert clock.now() == 15.0


async def test_who_sleeps_wakes_when_the_machines_clock_is_set_past_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock_module, "LOOK", 0.01)
    real = time.time
    sleeper = asyncio.create_task(SystemClock().sleep(3600.0))
    await asyncio.sleep(0.05)
    assert not sleeper.done()
    monkeypatch.setattr(time, "time", lambda: real() + 3601.0)
    await asyncio.wait_for(sleeper, 5)


async def test_who_sleeps_does_not_sleep_longer_when_the_machines_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = time.time
    sleeper = asyncio.create_task(SystemClock().sleep(0.05))
    await asyncio.sleep(0)
    monkeypatch.setattr(time, "time", lambda: real() - 3600.0)
    await asyncio.wait_for(sleeper, 5)


async def test_the_system_clock_is_that_of_the_machine() -> None:
    clock = SystemClock()
    assert abs(clock.now() - time.time()) < 1.0
    await clock.sleep(-1.0)
