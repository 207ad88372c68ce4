"""What the daemon shows of itself."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import aiohttp
from daemon.conftest import LOG

from beeflow.daemon import vitals
from beeflow.daemon.vitals import Lag, watching_lag

if TYPE_CHECKING:
    import pytest
    from daemon.conftest import House


def test_the_worst_of_late_is_shown_and_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    lag = Lag()
    assert lag.worst == 0.0
    for late in (0.1, vitals.HELD_UP + 0.1, -0.01):
        lag.note(late)
    assert lag.worst == vitals.HELD_UP + 0.1
    assert caplog.text.count("held up") == 1
    for _ in range(vitals.REMEMBERED):
        lag.note(0.0)
    assert lag.worst == 0.0


async def test_whatever_blocks_the_loop_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vitals, "BEAT", 0.001)
    lag = Lag()
    async with watching_lag(lag):
        await asyncio.sleep(0)
        time.sleep(0.05)  # noqa: ASYNC251 - this is what must not be
        async with asyncio.timeout(5):
            while lag.worst < 0.04:  # noqa: ASYNC110 - what it waits for has no event
                await asyncio.sleep(0.001)


async def test_the_metrics_tell_of_all_that_is_in_hand(house: House) -> None:
    house.write("live.yaml", LOG)
    async with house.open(), aiohttp.ClientSession() as session:
        _, answer = await house.send("event.updated.status", {"event_ref": "E1", "status": "live"})
        await house.run_of(answer["id"])
        text = ""
        async with asyncio.timeout(10):
            # A look for what is due may be on its way to the disk at any time.
            while "\nbeeflow_journal_queue_depth 0.0\n" not in text:
                async with session.get(f"{house.up.url}/metrics") as found:
                    text = await found.text()
    for line in (
        "beeflow_journal_full 0.0",
        "beeflow_journal_missing_events 0.0",
        "beeflow_event_loop_lag_seconds ",
        "beeflow_platform_calls_left ",
        'beeflow_calls_total{action="log.write",result="done"} 1.0',
        'beeflow_step_seconds_count{action="log.write"} 1.0',
        'beeflow_runs_total{outcome="succeeded",recipe="live"} 1.0',
        'beeflow_runs_unfinished{status="waiting"} 0.0',
    ):
        assert f"\n{line}" in text, line
