from __future__ import annotations

import asyncio
import random
from collections import deque

import pytest
from beestreamed.fakes import FakeClock
from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.beestreamed.limits import PERIOD, RateLimiter, TurnTooLate

FOREVER = 1e9


async def test_after_a_start_the_allowance_builds_up() -> None:
    clock = FakeClock()
    limiter = RateLimiter(60, clock=clock)
    turns: list[float] = []

    async def one() -> None:
        await limiter.acquire(FOREVER)
        turns.append(clock.now())
        limiter.release()

    tasks = [asyncio.create_task(one()) for _ in range(200)]
    await clock.advance(30)
    assert len(turns) == 30
    await clock.advance(30)
    assert len(turns) == 60
    await clock.advance(3 * PERIOD)
    assert len(turns) == 200
    await asyncio.gather(*tasks)


async def test_after_a_quiet_minute_all_places_are_free_at_once() -> None:
    clock = FakeClock()
    limiter = RateLimiter(10, clock=clock)
    await clock.advance(PERIOD)
    for _ in range(10):
        await limiter.acquire(0)
        limiter.release()
    with pytest.raises(TurnTooLate) as caught:
        await limiter.acquire(PERIOD - 1)
    assert caught.value.wait == PERIOD


async def test_turns_are_given_in_the_order_of_asking() -> None:
    clock = FakeClock()
    limiter = RateLimiter(60, clock=clock)
    order: list[int] = []

    async def one(number: int) -> None:
        await limiter.acquire(FOREVER)
        order.append(number)
        limiter.release()

    tasks = [asyncio.create_task(one(number)) for number in range(20)]
    await clock.advance(25)
    await asyncio.gather(*tasks)
    assert order == list(range(20))


async def test_one_who_gives_up_does_not_hold_up_the_line() -> None:
    clock = FakeClock()
    limiter = RateLimiter(60, clock=clock)
    first, second = (asyncio.create_task(limiter.acquire(FOREVER)) for _ in range(2))
    await clock.settle()
    first.cancel()
    await clock.advance(1)
    await second
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_pause_holds_for_everyone_and_the_longest_counts() -> None:
    clock = FakeClock()
    limiter = RateLimiter(60, clock=clock)
    await clock.advance(PERIOD)
    limiter.pause(10)
    limiter.pause(5)
    waiting = asyncio.create_task(limiter.acquire(FOREVER))
    await clock.advance(9.9)
    assert not waiting.done()
    with pytest.raises(TurnTooLate):
        await asyncio.wait_for(RateLimiter(1, clock=clock).acquire(1), 1)
    await clock.advance(0.2)
    assert waiting.done()


async def test_who_cannot_wait_is_told_at_once() -> None:
    clock = FakeClock()
    limiter = RateLimiter(60, clock=clock)
    limiter.pause(120)
    with pytest.raises(TurnTooLate, match=r"its turn comes in 120\.0 s") as caught:
        await limiter.acquire(30)
    assert caught.value.wait == 120


async def test_requests_under_way_hold_their_place_however_long_they_take() -> None:
    clock = FakeClock()
    limiter = RateLimiter(2, clock=clock)
    await clock.advance(PERIOD)
    await limiter.acquire(0)
    await limiter.acquire(0)
    await clock.advance(10 * PERIOD)
    waiting = asyncio.create_task(limiter.acquire(FOREVER))
    await clock.advance(PERIOD)
    assert not waiting.done()
    limiter.release()
    await clock.advance(PERIOD)
    assert waiting.done()


@settings(max_examples=40, deadline=None)
@given(
    limit=st.integers(1, 8),
    requests=st.lists(
        st.tuples(st.floats(0, 200), st.floats(0, 70), st.floats(0, 1)), min_size=1, max_size=40
    ),
    pauses=st.lists(st.tuples(st.floats(0, 200), st.floats(0, 30)), max_size=3),
)
def test_no_window_of_60_seconds_ever_holds_more_than_the_limit(
    limit: int, requests: list[tuple[float, float, float]], pauses: list[tuple[float, float]]
) -> None:
    """Each request is asked for some time after the start, takes a while, and arrives within it."""
    arrivals = asyncio.run(_arrivals(limit, requests, pauses))
    assert len(arrivals) == len(requests)
    window: deque[float] = deque()
    for arrival in sorted(arrivals):
        window.append(arrival)
        while window[0] <= arrival - PERIOD + 1e-6:
            window.popleft()
        assert len(window) <= limit


async def _arrivals(
    limit: int, requests: list[tuple[float, float, float]], pauses: list[tuple[float, float]]
) -> list[float]:
    clock = FakeClock()
    limiter = RateLimiter(limit, clock=clock)
    arrivals: list[float] = []

    async def request(after: float, takes: float, share: float) -> None:
        await clock.sleep(after)
        await limiter.acquire(FOREVER)
        arrivals.append(clock.now() + takes * share)
        await clock.sleep(takes)
        limiter.release()

    async def pause(after: float, seconds: float) -> None:
        await clock.sleep(after)
        limiter.pause(seconds)

    tasks = [asyncio.create_task(request(*each)) for each in requests]
    tasks += [asyncio.create_task(pause(*each)) for each in pauses]
    random.Random(1).shuffle(tasks)
    await clock.advance(500 + (len(requests) / limit + 2) * 2 * PERIOD)
    await asyncio.gather(*tasks)
    return arrivals
