from __future__ import annotations

import asyncio

import pytest
from beestreamed.fakes import FakeClock

from beeflow.beestreamed.breaker import (
    ALIVE,
    FIRST_COOLDOWN,
    GIVEN_UP,
    LONGEST_COOLDOWN,
    THRESHOLD,
    Breaker,
    BreakerOpen,
)


def state_of(breaker: Breaker) -> str:
    return breaker.state


async def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        breaker.leave("connection refused", probe=await breaker.enter())


async def opened(clock: FakeClock) -> Breaker:
    breaker = Breaker("api.example.org", clock=clock)
    await fail(breaker, THRESHOLD)
    return breaker


async def test_it_opens_after_failures_in_a_row() -> None:
    breaker = Breaker("api.example.org", clock=FakeClock())
    await fail(breaker, THRESHOLD - 1)
    breaker.leave(ALIVE, probe=await breaker.enter())
    await fail(breaker, THRESHOLD - 1)
    assert state_of(breaker) == "closed"
    await fail(breaker)
    assert state_of(breaker) == "open"
    with pytest.raises(BreakerOpen) as caught:
        await breaker.enter()
    assert str(caught.value) == (
        "api.example.org is not asked again for 5s, after failing several times in a row"
        " (last: connection refused)"
    )
    assert caught.value.wait == FIRST_COOLDOWN


async def test_giving_up_neither_counts_nor_forgives() -> None:
    breaker = Breaker("h", clock=FakeClock())
    await fail(breaker, THRESHOLD - 1)
    breaker.leave(GIVEN_UP, probe=await breaker.enter())
    assert state_of(breaker) == "closed"
    await fail(breaker)
    assert state_of(breaker) == "open"


async def test_after_the_cooldown_one_probe_goes_and_the_others_wait_for_it() -> None:
    clock = FakeClock()
    breaker = await opened(clock)
    await clock.advance(FIRST_COOLDOWN)
    assert state_of(breaker) == "half-open"
    probe = await breaker.enter()
    assert probe
    others = [asyncio.create_task(breaker.enter()) for _ in range(3)]
    await clock.settle()
    assert not any(task.done() for task in others)
    breaker.leave(ALIVE, probe=probe)
    assert await asyncio.gather(*others) == [False, False, False]
    assert state_of(breaker) == "closed"


async def test_a_probe_that_fails_doubles_the_cooldown_up_to_a_bound() -> None:
    clock = FakeClock()
    breaker = await opened(clock)
    for cooldown in (FIRST_COOLDOWN, 10.0, 20.0, LONGEST_COOLDOWN, LONGEST_COOLDOWN):
        await clock.advance(cooldown - 0.01)
        assert state_of(breaker) == "open"
        await clock.advance(0.01)
        probe = await breaker.enter()
        other = asyncio.create_task(breaker.enter())
        await clock.settle()
        breaker.leave("no answer", probe=probe)
        with pytest.raises(BreakerOpen, match="no answer"):
            await other
    await clock.advance(LONGEST_COOLDOWN)
    breaker.leave(ALIVE, probe=await breaker.enter())
    await fail(breaker, THRESHOLD)
    with pytest.raises(BreakerOpen) as caught:
        await breaker.enter()
    assert caught.value.wait == FIRST_COOLDOWN


async def test_a_probe_that_is_given_up_leaves_its_place_to_the_next() -> None:
    clock = FakeClock()
    breaker = await opened(clock)
    await clock.advance(FIRST_COOLDOWN)
    probe = await breaker.enter()
    other = asyncio.create_task(breaker.enter())
    await clock.settle()
    breaker.leave(GIVEN_UP, probe=probe)
    assert await other


async def test_latecomers_from_before_do_not_disturb_the_probe() -> None:
    clock = FakeClock()
    breaker = Breaker("h", clock=clock)
    late = await breaker.enter()
    later = await breaker.enter()
    await fail(breaker, THRESHOLD)
    await clock.advance(FIRST_COOLDOWN)
    assert await breaker.enter()
    waiting = asyncio.create_task(breaker.enter())
    breaker.leave("no answer", probe=late)
    await clock.settle()
    assert not waiting.done()
    breaker.leave(ALIVE, probe=later)
    assert await waiting is False
    assert state_of(breaker) == "closed"
