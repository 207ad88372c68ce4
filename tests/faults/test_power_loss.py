"""The power goes: what was synced is there, what was not is lost, torn, or there all the same."""

from __future__ import annotations

import bisect
import os
import random
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from faults import outage, tape
from faults.clerk import Work
from faults.load import Hook, Load
from faults.shim import Fault, Kind, Mode, Op
from faults.test_commit_points import clear
from faults.verdict import Promise, judge

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from acceptance.house import House
    from faults.conftest import OpenOffice
    from faults.figures import Figures
    from faults.shim import Shim
    from faults.tape import Entry

SHORT, LONG = 60, 1000
"""Outages of each form."""

HOOKS, MANY = 160, 800
"""Webhooks that the daemon takes meanwhile: with what they bring, more than one checkpoint."""

CONTROL = 40
"""Webhooks that the daemon takes that is to fail."""

PADDING = (0, 200, 20_000, 80_000)
RECIPE = """
trigger: {webhook: event.updated.status}
actions:
  - set: {seen: "{{ trigger.id }}"}
"""


@dataclass(slots=True)
class Outages:
    """What became of journals after outages."""

    points: int = 0
    acknowledged: int = 0
    lost: list[Promise] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    outages_with_losses: int = 0

    def tell(self, figures: Figures, entries: Sequence[Entry]) -> None:
        """Tell the figures."""
        syncs = sum(one.op is Op.SYNC for one in entries)
        checkpoints = sum(one.op is Op.SYNC and one.name == "beeflow.db" for one in entries)
        figures.tell_all(
            writes_and_syncs_recorded=f"{len(entries)}, of them {syncs} syncs",
            syncs_of_the_file_itself=checkpoints,
            outages=self.points,
            events_acknowledged=self.acknowledged,
            acknowledged_lost=len(self.lost),
            outages_with_losses=self.outages_with_losses,
            damaged_journals=len(self.damage),
        )


async def recorded(house: House, shim: Shim, hooks: int, *, lives: int = 2) -> list[Entry]:
    """Let a daemon take webhooks, end it, start it again, kill it: all on one tape."""
    house.recipe("note", RECIPE)
    drawn = random.Random(hooks)
    each = hooks // lives
    for life in range(lives):
        daemon = await house.start(launcher=shim.launcher(taping=True))
        names = [f"w-{life}-{number}" for number in range(each)]
        load = Load(house, [Hook(name, f"E-{name}", drawn.choice(PADDING)) for name in names])
        await load.send()
        assert len(load.taken) == each
        if life == lives - 1:
            await daemon.kill()
        else:
            daemon.terminate()
            assert await daemon.ended() == 0
    return tape.read(shim.tape)


def moments(entries: Sequence[Entry], count: int, drawn: random.Random) -> list[int]:
    """Draw when the power goes: half of the times right after an acknowledgement."""
    after = [number + 1 for number, one in enumerate(entries) if one.op is Op.ACK]
    anywhere = range(len(entries) + 1)
    half = drawn.sample(after, min(len(after), count // 2))
    return sorted([*half, *drawn.sample(anywhere, min(len(anywhere), count - len(half)))])


async def suffer(
    entries: Sequence[Entry], count: int, folder: Path, drawn: random.Random
) -> Outages:
    """Let the power go at so many moments; each time start again, and look."""
    told = [(number, ident) for number, one in enumerate(entries) for ident in one.acknowledged()]
    numbers = [number for number, _ in told]
    outages, disk = Outages(acknowledged=len(told)), outage.Disk()
    for moment in moments(entries, count, drawn):
        disk.play(entries, moment)
        outage.write(disk.lose_power(drawn), folder)
        promised = [Promise(ident) for _, ident in told[: bisect.bisect_left(numbers, moment)]]
        verdict = await judge(folder / "beeflow.db", promised)
        outages.points += 1
        outages.lost += verdict.lost
        outages.damage += verdict.damage
        outages.outages_with_losses += bool(verdict.lost)
        shutil.rmtree(folder)
    return outages


@pytest.mark.timeout(3600)
async def test_after_an_outage_whatever_was_acknowledged_is_there(
    house: House, shim: Shim, tmp_path: Path, figures: Figures, seed: int, long: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    entries = await recorded(house, shim, MANY if long else HOOKS)
    count = LONG if long else SHORT
    outages = await suffer(entries, count, tmp_path / "after", random.Random(seed))
    assert "is damaged from byte" not in caplog.text, "a start takes an outage for a broken disk"
    outages.tell(figures, entries)
    assert outages.points == count
    assert outages.acknowledged == (MANY if long else HOOKS)
    assert outages.lost == []
    assert outages.damage == []


async def test_with_synchronous_normal_the_same_outages_lose_what_was_acknowledged(
    house: House, shim: Shim, tmp_path: Path, figures: Figures, seed: int
) -> None:
    """The control: it is documented to lose the last ones, and to damage nothing."""
    house.configure("journal: {synchronous: normal}")
    entries = await recorded(house, shim, CONTROL, lives=1)
    outages = await suffer(entries, 20, tmp_path / "after", random.Random(seed))
    outages.tell(figures, entries)
    assert outages.lost
    assert outages.damage == []


async def test_what_a_dead_process_did_not_sync_is_synced_before_it_is_told_to_be_there(
    office: OpenOffice, shim: Shim, tmp_path: Path, figures: Figures, seed: int
) -> None:
    """A process dies before a sync; what it wrote is seen by the next one, and is not safe yet."""
    work, drawn, outages = Work(rounds=2, clerks=1, name=1), random.Random(seed), Outages()
    with office(taping=True) as clerk:
        shim.control.ask(Fault(Mode.DELAY, Op.SYNC, Kind.WAL))
        assert clerk.live(work)[0] == 0
        for skip in range(shim.control.hit):
            clear(shim)
            os.truncate(shim.tape, 0)
            shim.control.ask(Fault(Mode.KILL_BEFORE, Op.SYNC, Kind.WAL, skip=skip, times=1))
            assert clerk.live(work)[0] != 0
            assert clerk.live(work)[0] == 0
            entries = tape.read(shim.tape)
            suffered = await suffer(entries, 5, tmp_path / "after", drawn)
            outages.points += suffered.points
            outages.acknowledged += suffered.acknowledged
            outages.lost += suffered.lost
            outages.damage += suffered.damage
    outages.tell(figures, entries)
    assert outages.lost == []
    assert outages.damage == []


@pytest.mark.parametrize("build", ["hasty", "unsynced"])
async def test_a_build_that_breaks_the_promise_is_found_out(
    build: str, office: OpenOffice, shim: Shim, tmp_path: Path, figures: Figures, seed: int
) -> None:
    with office(build, taping=True) as clerk:
        code, lines = clerk.live(Work(rounds=9, clerks=2, padding=2000))
    assert (code, len(lines)) == (0, 2 * (9 + 3 + 6))
    entries = tape.read(shim.tape)
    outages = await suffer(entries, 20, tmp_path / "after", random.Random(seed))
    outages.tell(figures, entries)
    assert outages.lost


async def test_the_sound_build_passes_what_those_fail(
    office: OpenOffice, shim: Shim, tmp_path: Path, seed: int
) -> None:
    with office(taping=True) as clerk:
        clerk.live(Work(rounds=9, clerks=2, padding=2000))
    outages = await suffer(tape.read(shim.tape), 20, tmp_path / "after", random.Random(seed))
    assert (outages.lost, outages.damage) == ([], [])
