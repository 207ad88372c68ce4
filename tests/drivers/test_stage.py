"""The stage: a virtual day, as whoever plays on it lets it pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.stage import stage

from beeflow.drivers.stage import at_once

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from support.stage import Stage

HOURLY = "trigger: {schedule: {every: 1h}}\nactions:\n  - wait: 10m\n  - action: log.write\n    with: {message: x}\n"


@pytest.fixture
async def hourly() -> AsyncIterator[Stage]:
    async with stage(HOURLY) as one:
        yield one


async def test_time_passes_to_its_end_or_to_so_many_moments(hourly: Stage) -> None:
    began = hourly.clock.now()
    assert await hourly.pass_time(7200.0)
    assert hourly.clock.now() == began + 7200.0
    assert not await hourly.pass_time(36_000.0, most=3)
    assert hourly.clock.now() < began + 7200.0 + 36_000.0


async def test_what_is_played_out_ends_its_runs_and_begins_no_others(hourly: Stage) -> None:
    await hourly.pass_time(3600.0)
    assert await hourly.outcomes() == [None]
    assert await hourly.play_out()
    assert await hourly.outcomes() == ["succeeded"]
    assert hourly.calls.of("log.write") == [{"message": "x"}]


async def test_playing_out_is_given_up(hourly: Stage) -> None:
    await hourly.pass_time(3600.0)
    assert not await hourly.play_out(most=0)


async def test_an_outage_keeps_recipes_and_runs(hourly: Stage) -> None:
    await hourly.pass_time(3600.0)
    before = hourly.clock.now()
    await hourly.restart(300.0)
    assert hourly.clock.now() == before + 300.0
    await hourly.play_out()
    assert await hourly.outcomes() == ["succeeded"]


async def test_a_run_that_is_not_there(hourly: Stage) -> None:
    with pytest.raises(LookupError, match="r-9"):
        await hourly.opened("r-9")
    assert at_once(300.0) == 0.0
