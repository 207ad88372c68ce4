"""A webinar's day in fast motion: the engine fires what a straight reading of the recipes says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from engine.oracle.day import Day, Hook, Size, Truth, make_day
from engine.oracle.reading import RECIPES, Fired, Oracle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.stage import START, Stage

from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.records import Filter
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.types import iso

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from beeflow.engine.journal.protocol import Journal
    from beeflow.types import Json

    Op = tuple[float, int, Hook | Truth]
    """When, in which order within the instant, and what."""
    Reopen = Callable[[Journal | None], Awaitable[Journal]]


class Player:
    """Plays a day on the engine: passes time, sends what arrives, restarts it after an outage."""

    def __init__(self, day: Day, reopen: Reopen) -> None:
        self._day = day
        self._reopen = reopen
        self._truth: dict[str, Json] = {}
        self._stage: Stage | None = None
        self.fired: list[Fired] = []

    async def play(self) -> list[Fired]:
        """Play it all; returns what was called, sorted."""
        ops: list[Op] = [(one.at, 0, one) for one in self._day.truths]
        ops += [(hook.at, 1, hook) for hook in self._day.hooks]
        await self._begin(0.0, await self._reopen(None))
        for outage in self._day.outages:
            await self._do([op for op in ops if op[0] <= outage.begin], outage.begin)
            ops = [op for op in ops if op[0] > outage.begin]
            journal = await self._finish()
            self._hear([op for op in ops if op[0] <= outage.end])
            ops = [op for op in ops if op[0] > outage.end]
            await self._begin(outage.end, await self._reopen(journal))
        await self._do(ops, self._day.end)
        journal = await self._finish()
        self.runs = await journal.runs(Filter(limit=0))
        await journal.close()
        return sorted(self.fired)

    async def _begin(self, at: float, journal: Journal) -> None:
        self._stage = one = Stage(journal, START + at)
        one.events = self._events()
        for name, text in RECIPES.items():
            await one.deploy(text, f"{name}.yaml")
        await one.start()

    async def _finish(self) -> Journal:
        assert self._stage is not None
        await self._stage.stop()
        for at, _, args in self._stage.calls.made:
            self.fired.append(Fired(at, str(args["recipe"]), str(args["message"])))
        return self._stage.journal

    async def _do(self, ops: list[Op], until: float) -> None:
        assert self._stage is not None
        for at, _, what in sorted(ops, key=lambda op: op[:2]):
            await self._pass(at)
            if isinstance(what, Hook):
                await self._send(what)
            else:
                self._hear([(at, 0, what)])
        await self._pass(until)

    async def _pass(self, at: float) -> None:
        assert self._stage is not None
        await self._stage.pass_time(START + at - self._stage.clock.now())

    def _hear(self, ops: list[Op]) -> None:
        """Let the platform know what is so from now on."""
        for _, _, what in sorted(ops, key=lambda op: op[:2]):
            assert isinstance(what, Truth)
            self._truth[what.ref] = what.start
        if self._stage is not None:
            self._stage.events = self._events()

    def _events(self) -> list[dict[str, Json]]:
        return [
            {"event_ref": ref, "event_date": iso(START + start)}
            for ref, start in self._truth.items()
            if isinstance(start, float)
        ]

    async def _send(self, hook: Hook) -> None:
        assert self._stage is not None
        field = "poll_event_ref" if hook.type == "poll.created" else "event_ref"
        data: dict[str, Json] = {field: hook.ref}
        if hook.start is not None:
            data["event_date"] = iso(START + hook.start)
        if hook.status is not None:
            data["status"] = hook.status
        await self._stage.webhook(hook.type, data, id=hook.id)


def apart(fired: list[Fired], expected: list[Fired]) -> list[tuple[str, Fired]]:
    """Return what only one of them has; times may differ by what a float cannot hold."""

    def rough(one: Fired) -> tuple[str, str, float]:
        return (one.recipe, one.said, one.at)

    mine, theirs = sorted(fired, key=rough), sorted(expected, key=rough)
    wrong: list[tuple[str, Fired]] = []
    while mine and theirs:
        one, other = mine[0], theirs[0]
        if (one.recipe, one.said) == (other.recipe, other.said) and abs(one.at - other.at) < 1e-3:
            mine.pop(0)
            theirs.pop(0)
        elif rough(one) < rough(other):
            wrong.append(("too much", mine.pop(0)))
        else:
            wrong.append(("missing", theirs.pop(0)))
    wrong += [("too much", one) for one in mine]
    return wrong + [("missing", one) for one in theirs]


async def in_memory(journal: Journal | None) -> Journal:
    """Keep the journal in memory over the restarts."""
    return journal or MemoryJournal()


@pytest.mark.parametrize("seed", range(3))
async def test_a_hundred_events(seed: int) -> None:
    day = make_day(seed)
    fired = await Player(day, in_memory).play()
    expected = Oracle(day).fired
    assert len(expected) > 800
    assert {one.recipe for one in expected} == set(RECIPES)
    assert apart(fired, expected) == []


async def test_the_journal_on_disk_closed_and_opened_again(tmp_path: Path) -> None:
    async def reopened(journal: Journal | None) -> Journal:
        if journal is not None:
            await journal.close()
        return await SqliteJournal.open(tmp_path / "beeflow.db", synchronous="NORMAL")

    day = make_day(11, Size(events=40, flooded=3, flood=40, outages=3))
    fired = await Player(day, reopened).play()
    assert apart(fired, Oracle(day).fired) == []


def test_a_day_has_what_makes_it_hard() -> None:
    day = make_day(0)
    ids = [hook.id for hook in day.hooks]
    assert len(ids) - len(set(ids)) > 50
    order = {hook.id: number for number, hook in enumerate(day.hooks)}
    swapped = [
        ref
        for ref in (f"E{number}" for number in range(100))
        if order.get(f"{ref}-moved-2", 0) < order.get(f"{ref}-moved-1", 0)
    ]
    assert swapped
    assert sum(hook.type == "event.deleted" for hook in day.hooks) > 10
    assert any(outage.end > outage.begin for outage in day.outages)


def test_the_comparison_finds_each_difference() -> None:
    one, other, late = Fired(1, "a", "x"), Fired(2, "a", "x"), Fired(1.5, "b", "x")
    assert apart([one, late], [one, late]) == []
    assert apart([one, one], [one]) == [("too much", one)]
    assert apart([one], [one, late]) == [("missing", late)]
    assert apart([one], [other]) == [("too much", one), ("missing", other)]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    seed=st.integers(0, 2**32),
    size=st.builds(
        Size,
        events=st.integers(1, 6),
        flooded=st.integers(0, 2),
        flood=st.integers(4, 20),
        outages=st.integers(0, 4),
    ),
)
def test_any_small_day(seed: int, size: Size) -> None:
    day = make_day(seed, size)
    fired = asyncio.run(Player(day, in_memory).play())
    assert apart(fired, Oracle(day).fired) == []
