from __future__ import annotations

from beeflow.beestreamed.clock import MonotonicClock


async def test_it_only_ever_grows_and_sleeps_as_long_as_asked() -> None:
    clock = MonotonicClock()
    began = clock.now()
    await clock.sleep(0.01)
    assert 0.009 < clock.now() - began < 5
