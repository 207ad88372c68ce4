"""Ten times what the daemon can take: who is told 202 is served, the others are told 503."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from acceptance.house import until
from faults.catcher import catching
from faults.conftest import TESTS
from faults.flood import Told

if TYPE_CHECKING:
    from acceptance.house import Daemon, House
    from faults.catcher import Catcher
    from faults.figures import Figures

SHORT, LONG = 3.0, 60.0
"""Seconds of the flood."""

TIMES = 10
"""The flood is so many times what is delivered when just so much is sent as is taken."""

GROWTH = 128 * 1024
"""KiB of memory that the flood may cost."""

ACKNOWLEDGED = 0.25
"""Seconds within which 99 of 100 acknowledgements are there."""

RECIPE = """
trigger: {{webhook: event.updated.status, match: {{data.status: live}}}}
conditions:
  - trigger.data.status == 'live'
actions:
  - action: http.request
    with: {{method: POST, url: "{url}", json: {{id: "{{{{ trigger.id }}}}"}}}}
"""


def memory(daemon: Daemon, name: str) -> int:
    """Return the KiB that the daemon has in memory now (`VmRSS`), or had at most (`VmHWM`)."""
    status = Path(f"/proc/{daemon.process.pid}/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0])


async def flooded(daemon: Daemon, rate: float, seconds: float, name: str) -> Told:
    """Let another process flood the daemon."""
    port = daemon.url.rpartition(":")[2]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "faults.flood", port, str(rate), str(seconds), name),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return Told(**json.loads(out))


async def delivered(daemon: Daemon, catcher: Catcher, count: int, seconds: float) -> None:
    """Wait until all that was accepted has been delivered, or all runs have ended."""

    async def ended() -> bool:
        if len(catcher.told) >= count:
            return True
        runs: dict[str, int] = (await daemon.ask("GET", "/api/status")).body["runs"]
        return sum(runs.values()) == runs.get("done", 0) >= count

    await until(ended, seconds)


async def capacity(daemon: Daemon, catcher: Catcher) -> float:
    """Return how many webhooks a second are delivered while somewhat more are sent."""
    told = await flooded(daemon, 2000.0, 1.0, "first")
    await delivered(daemon, catcher, told.accepted, 60)
    return len(catcher.told) / (catcher.last - catcher.first)


@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read in /proc")
async def test_a_flood_is_answered_and_what_was_accepted_is_delivered(
    house: House, figures: Figures, long: bool
) -> None:
    async with catching() as catcher:
        house.recipe("tell", RECIPE.format(url=catcher.url))
        daemon = await house.start()
        idle = memory(daemon, "VmRSS")
        able = await capacity(daemon, catcher)
        before = len(catcher.told)
        told = await flooded(daemon, TIMES * able, LONG if long else SHORT, "flood")
        await delivered(daemon, catcher, before + told.accepted, 600)
        grown = memory(daemon, "VmHWM") - idle
        missing = before + told.accepted - len(catcher.told)
        figures.tell("accepted and not delivered", missing)
        tell(figures, able, told, grown)
        assert (told.others, told.without_retry_after, told.cut) == ({}, 0, 0)
        assert missing == 0
        assert set(catcher.told.values()) == {1}
        assert told.refused + told.unsent > told.accepted
        assert grown <= GROWTH
        if long:
            assert told.accepted_p99 <= ACKNOWLEDGED


def tell(figures: Figures, able: float, told: Told, grown: int) -> None:
    """Tell the figures."""
    figures.tell_all(
        delivered_a_second_at_first=round(able),
        offered=f"{told.offered} in {told.seconds:g} s",
        accepted=told.accepted,
        answered_503=told.refused,
        not_even_sent=f"{told.unsent} (all connections were waiting for an answer)",
        accepted_within_p99=f"{told.accepted_p99 * 1000:.0f} ms",
        answered_503_within_p99=f"{told.refused_p99 * 1000:.0f} ms",
        memory_grew_by=f"{grown / 1024:.0f} MiB",
    )
