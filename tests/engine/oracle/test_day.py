"""A webinar's day in fast motion: the engine fires what a straight reading of the recipes says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from engine.oracle.day import DAY, Day, Hook, Size, make_day
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
        ops: list[tuple[float, int, object]] = [(one.at, 0, one) for one in self._day.truths]
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
        for at, recipe, said in self._stage.told:
            self.fired.append(Fired(at, recipe, said))
        return self._stage.journal

    async def _do(self, ops: list[tuple[float, int, object]], until: float) -> None:
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

    def _hear(self, ops: list[tuple[float, int, object]]) -> None:
        """Let the platform know what is so from now on."""
        for _, _, what in sorted(ops, key=lambda op: op[:2]):
            assert not isinstance(what, Hook)
            self._truth[what.ref] = what.start  # type: ignore[attr-defined]  # a `Truth`
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
