from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from beeflow.engine.alarm import LONGEST_NAP, Alarm
from beeflow.engine.clock import VirtualClock
from beeflow.errors import JournalFull

if TYPE_CHECKING:
    import pytest


class Bell:
    """Rings, and says when to be rung next."""

    def __init__(self, *answers: float | Exception | None) -> None:
        self.rings: list[float] = []
        self.answers = list(answers)

    async def ring(self, now: float) -> float | None:
        self.rings.append(now)
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def play(clock: VirtualClock, bell: Bell, until: float) -> Alarm:
    alarm = Alarm(clock, bell.ring, "test")
    alarm.start()
    await clock.run_until(until, settle)
    return alarm


async def test_rings_at_once_and_then_when_it_was_told() -> None:
    clock, bell = VirtualClock(100.0), Bell(150.0, 160.0, None)
    alarm = await play(clock, bell, 1000.0)
    assert bell.rings == [100.0, 150.0, 160.0]
    await alarm.stop()


async def test_an_earlier_time_takes_the_place_of_a_later_one() -> None:
    clock, bell = VirtualClock(0.0), Bell(500.0)
    alarm = await play(clock, bell, 10.0)
    alarm.set(20.0)
    alarm.set(900.0)
    await clock.run_until(30.0, settle)
    assert bell.rings == [0.0, 20.0]
    await alarm.stop()


async def test_a_ring_that_fails_is_tried_again_later_and_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = VirtualClock(0.0)
    bell = Bell(ValueError("no"), JournalFull("full"), ValueError("no"), 100.0)
    with caplog.at_level(logging.WARNING):
        alarm = await play(clock, bell, 50.0)
    assert bell.rings == [0.0, 1.0, 3.0, 7.0]
    assert "test must wait: full" in caplog.text
    await alarm.stop()


async def test_it_looks_at_the_clock_again_now_and_then() -> None:
    clock, bell = VirtualClock(0.0), Bell(3 * LONGEST_NAP)
    alarm = await play(clock, bell, 4 * LONGEST_NAP)
    assert bell.rings == [0.0, 3 * LONGEST_NAP]
    await alarm.stop()


async def test_is_due_while_it_rings_and_when_it_is_about_to() -> None:
    clock, bell = VirtualClock(0.0), Bell(10.0)
    alarm = Alarm(clock, bell.ring, "test")
    seen = [alarm.due]
    alarm.start()
    seen.append(alarm.due)
    await settle()
    seen.append(alarm.due)
    assert seen == [False, True, False]
    await alarm.stop()
    await alarm.stop()
