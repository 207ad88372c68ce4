"""A process dies at each write, sync and truncation of its journal: before, in the middle, after."""

from __future__ import annotations

import random
import signal
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from faults.clerk import Office, Work
from faults.shim import CHANGES, Fault, Mode, Op
from faults.verdict import Promise, judge, promises

if TYPE_CHECKING:
    from collections.abc import Sequence

    from faults.conftest import OpenOffice
    from faults.figures import Figures
    from faults.shim import Shim

SHORT = 24
"""Deaths of the short form."""

LIVES = 12
"""Lives in which a death is waited for, before it counts as one that did not come."""

WORK = Work(rounds=3, clerks=2)


@dataclass(slots=True)
class Deaths:
    """What became of journals whose process died."""

    points: int = 0
    promised: int = 0
    lost: list[Promise] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)


def counted(office: Office, shim: Shim, ops: Op) -> int:
    """Return how many calls there are in a life."""
    shim.control.ask(Fault(Mode.DELAY, ops))
    code, lines = office.live(WORK)
    assert code == 0
    assert len(lines) == 2 * (3 + 1 + 2)
    clear(shim)
    return shim.control.hit


def clear(shim: Shim) -> None:
    for one in shim.journal.parent.iterdir():
        one.unlink()


def points(office: Office, shim: Shim) -> list[Fault]:
    """Return all deaths there are in a life."""
    calls, writes = counted(office, shim, CHANGES), counted(office, shim, Op.WRITE)
    whole = (Mode.KILL_BEFORE, Mode.KILL_AFTER)
    return [
        *(Fault(mode, skip=number, times=1) for number in range(calls) for mode in whole),
        *(Fault(Mode.KILL_HALF, Op.WRITE, skip=number, times=1) for number in range(writes)),
    ]


async def die(office: Office, shim: Shim, faults: Sequence[Fault]) -> Deaths:
    """Die of each fault, start again, and look."""
    deaths = Deaths()
    for fault in faults:
        # Which thread comes first is not the same in each life: a last call may not come in one,
        # and come in the next.
        for _ in range(LIVES):
            if await live_and_look(office, shim, fault, deaths):
                break
    return deaths


async def live_and_look(office: Office, shim: Shim, fault: Fault, deaths: Deaths) -> bool:
    """Live once with a fault ahead, start again, and look; returns whether it was met."""
    shim.control.ask(fault)
    code, lines = office.live(WORK)
    shim.control.stop()
    met = bool(shim.control.hit)
    assert code == (-signal.SIGKILL if met else 0)
    promised = promises(lines)
    verdict = await judge(shim.journal, promised)
    if verdict.sound:
        again, more = office.live(WORK)
        assert again == 0
        promised += promises(more)
        verdict = await judge(shim.journal, promised)
    deaths.points += met
    deaths.promised += len(promised)
    deaths.lost += verdict.lost
    deaths.damage += verdict.damage
    clear(shim)
    return met


@pytest.mark.timeout(1800)
async def test_whatever_was_acknowledged_is_there_wherever_the_process_dies(
    office: OpenOffice, shim: Shim, figures: Figures, seed: int, long: bool
) -> None:
    with office() as clerk:
        there = points(clerk, shim)
        chosen = there if long else random.Random(seed).sample(there, SHORT)
        deaths = await die(clerk, shim, chosen)
    figures.tell_all(
        deaths_there_are=len(there),
        died=deaths.points,
        acknowledged=deaths.promised,
        acknowledged_lost=len(deaths.lost),
        damaged_journals=len(deaths.damage),
    )
    assert deaths.points > 0.9 * len(chosen)
    assert deaths.promised > deaths.points
    assert deaths.lost == []
    assert deaths.damage == []


async def test_a_build_that_knows_no_webhook_again_is_found_out(
    office: OpenOffice, shim: Shim
) -> None:
    """Its events are whole, and each is there as often as it was sent."""
    work = Work(rounds=2, clerks=1, name=1)
    with office("amnesiac") as clerk:
        lines = [line for _ in range(2) for line in clerk.live(work)[1]]
    verdict = await judge(shim.journal, promises(lines))
    assert verdict.damage == ["1/0/1 was taken 2 times", "1/0/0 was taken 2 times"]


async def test_a_build_that_acknowledges_before_the_commit_is_found_out(
    office: OpenOffice, shim: Shim, figures: Figures, seed: int
) -> None:
    with office("hasty") as clerk:
        there = [one for one in points(clerk, shim) if one.mode is Mode.KILL_BEFORE]
        deaths = await die(clerk, shim, random.Random(seed).sample(there, 6))
    figures.tell_all(died=deaths.points, acknowledged_lost=len(deaths.lost))
    assert deaths.lost
