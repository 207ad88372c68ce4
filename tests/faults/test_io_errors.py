"""The disk fails or is full: nothing is acknowledged that is not safe, and what can go on goes on."""

from __future__ import annotations

import asyncio
import errno
import random
from collections import Counter
from typing import TYPE_CHECKING

from acceptance.house import until, webhook
from acceptance.receiver import receiving
from faults import outage, tape
from faults.load import Hook, Load
from faults.shim import Fault, Kind, Mode, Op
from faults.verdict import Promise, judge

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.house import Daemon, House
    from faults.figures import Figures
    from faults.shim import Shim

HOOKS = 300
BROKEN = 74
"""The exit code after an I/O error (`EX_IOERR`)."""

KIND = "event.updated.status"
NOTE = f"trigger: {{webhook: {KIND}}}\nactions: [{{set: {{seen: yes}}}}]\n"
FULL = Fault(Mode.FAIL, Op.WRITE | Op.TRUNCATE | Op.CREATE, errno=errno.ENOSPC)
"""The disk has no room."""


def put(url: str) -> str:
    """Return a recipe that puts the webhook's id to a service."""
    return f"""
trigger: {{webhook: {KIND}}}
actions:
  - action: http.request
    with: {{method: PUT, url: "{url}", json: {{id: "{{{{ trigger.id }}}}"}}}}
"""


async def ends_of(load: Load, daemon: Daemon) -> int:
    """Send until the daemon ends; returns its exit code."""
    sending = asyncio.create_task(load.send())
    try:
        return await daemon.ended()
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def broken(house: House, shim: Shim, failing: Op, skip: int) -> tuple[Load, list[str]]:
    """Let a daemon take webhooks until its journal fails; returns also what it acknowledged."""
    daemon = await house.start(launcher=shim.launcher(taping=True))
    load = Load(house, [Hook(f"w-{n}", f"E{n}") for n in range(HOOKS)])
    shim.control.ask(Fault(Mode.FAIL, failing, Kind.WAL, skip=skip, errno=errno.EIO))
    assert await ends_of(load, daemon) == BROKEN
    shim.control.stop()
    assert "the journal is broken" in daemon.log.read_text()
    assert 0 < len(load.taken) < HOOKS
    # Those under way are told so, or cut off where the process is gone first; never anything else.
    assert load.refused.keys() <= {503}
    assert load.refused or load.unanswered
    return load, [ident for one in tape.read(shim.tape) for ident in one.acknowledged()]


async def outlives_an_outage(
    shim: Shim, folder: Path, told: list[str], drawn: random.Random
) -> None:
    """See that all that was acknowledged had been synced, by what the tape says."""
    entries = tape.read(shim.tape)
    disk = outage.Disk()
    disk.play(entries, len(entries))
    for number in range(5):
        there = folder / str(number)
        outage.write(disk.lose_power(drawn), there)
        verdict = await judge(there / "beeflow.db", [Promise(ident) for ident in told])
        assert (verdict.lost, verdict.damage) == ([], [])


async def test_when_a_write_fails_nothing_more_is_acknowledged_and_it_ends_with_74(
    house: House, shim: Shim, tmp_path: Path, figures: Figures, seed: int
) -> None:
    house.recipe("note", NOTE)
    load, told = await broken(house, shim, Op.WRITE, 500)
    figures.tell_all(acknowledged_before=len(told), answered_503=load.refused.get(503, 0))
    await outlives_an_outage(shim, tmp_path / "after", told, random.Random(seed))


async def test_when_a_sync_fails_it_ends_too_and_goes_on_later_also_from_a_full_disk(
    house: House, shim: Shim, tmp_path: Path, figures: Figures, seed: int
) -> None:
    async with receiving() as receiver:
        house.recipe("put", put(receiver.url))
        load, told = await broken(house, shim, Op.SYNC, 8)
        figures.tell_all(acknowledged_before=len(told), answered_503=load.refused.get(503, 0))
        await outlives_an_outage(shim, tmp_path / "after", told, random.Random(seed))
        shim.control.ask(FULL)
        daemon = await house.start(launcher=shim.launcher())
        refused = await daemon.send(webhook(KIND, {"event_ref": "E1"}, "refused"))
        assert (refused.status, (await daemon.ask("GET", "/readyz")).status) == (503, 503)
        shim.control.stop()
        await until(lambda: is_ready(daemon))
        await Load(house, load.hooks).send()
        runs = await daemon.settled(HOOKS)
        assert Counter(run["outcome"] for run in runs) == {"succeeded": HOOKS}
        assert receiver.counted().keys() == {hook.ident for hook in load.hooks}


async def test_a_full_disk_is_answered_with_503_and_passes(
    house: House, shim: Shim, figures: Figures
) -> None:
    async with receiving() as receiver:
        house.recipe("put", put(receiver.url))
        daemon = await house.start(launcher=shim.launcher())
        first = Load(house, [Hook(f"before-{n}", f"E{n}") for n in range(50)])
        await first.send()
        shim.control.ask(FULL)
        refused = await daemon.send(webhook(KIND, {"event_ref": "E1"}, "refused"))
        assert (refused.status, refused.body) == (503, {"error": "journal_full"})
        assert int(refused.headers["Retry-After"]) >= 1
        assert (await daemon.ask("GET", "/readyz")).status == 503
        assert "no room" in str((await daemon.ask("GET", "/api/status")).body["hindrances"])
        assert (await daemon.ask("GET", "/healthz")).status == 200
        sending = asyncio.create_task((load := Load(house, later(50))).send())
        await asyncio.sleep(1)
        while_full = len(load.taken)
        shim.control.stop()
        await sending
        await until(lambda: is_ready(daemon))
        runs = await daemon.settled(100)
        figures.tell_all(
            acknowledged_while_full=while_full,
            answered_503=load.refused[503],
            delivered_after=len(runs),
        )
        assert while_full == 0
        assert Counter(run["outcome"] for run in runs) == {"succeeded": 100}
        assert receiver.counted().keys() == {*first.taken, *load.taken}
        assert daemon.process.returncode is None


def later(count: int, name: str = "after-") -> list[Hook]:
    return [Hook(f"{name}{n}", f"E{n}") for n in range(count)]


async def is_ready(daemon: Daemon) -> bool:
    return (await daemon.ask("GET", "/readyz")).status == 200


async def test_a_slow_disk_closes_the_door_and_loses_nothing(
    house: House, shim: Shim, figures: Figures
) -> None:
    """A sync takes half a second: who comes while others wait is told to come again."""
    house.recipe("note", NOTE)
    daemon = await house.start(launcher=shim.launcher())
    shim.control.ask(Fault(Mode.DELAY, Op.SYNC, Kind.WAL, millis=500))
    loads = [Load(house, later(20, f"{wave}-")) for wave in range(5)]
    async with asyncio.TaskGroup() as group:
        for load in loads:
            group.create_task(load.send())
            await asyncio.sleep(0.3)
        shim.control.stop()
    runs = await daemon.settled(100)
    refused = Counter[int]()
    for load in loads:
        refused.update(load.refused)
    figures.tell_all(answered_503=refused[503], taken=sum(len(one.taken) for one in loads))
    assert refused.keys() == {503}
    assert Counter(run["outcome"] for run in runs) == {"succeeded": 100}
