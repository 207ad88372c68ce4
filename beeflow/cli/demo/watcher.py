"""Watching the demo: after each scene, what is new among webhooks, runs, messages and mails."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.daemon.masking import masking_for
from beeflow.engine.journal.records import Filter
from beeflow.engine.listing import run_detail
from beeflow.sandbox.snapshot import shown_delivery
from beeflow.types import Json, iso

if TYPE_CHECKING:
    from beeflow.cli.demo.story import Play, Scene
    from beeflow.engine.hiding import Masking

PATIENCE: Final = 10.0
"""Seconds of real time that an effect may take to be seen."""

_BEAT: Final = 0.02


class Seen(msgspec.Struct, frozen=True):
    """What a scene came to. `at` is the demo's time; `effects` are what was expected."""

    title: str
    at: float
    webhooks: list[dict[str, Json]]
    runs: list[dict[str, Json]]
    slack: list[dict[str, Json]]
    mails: list[dict[str, Json]]
    effects: list[tuple[str, bool]]

    def as_json(self) -> dict[str, Json]:
        """Return it for `--json`."""
        return {
            "title": self.title,
            "at": iso(self.at),
            "webhooks": [*self.webhooks],
            "runs": [*self.runs],
            "slack": [*self.slack],
            "mails": [*self.mails],
            "effects": [{"what": what, "seen": seen} for what, seen in self.effects],
        }


class Watcher(msgspec.Struct):
    """Remembers what was told already."""

    play: Play
    _webhooks: int = 0
    _slack: int = 0
    _mails: int = 0
    _runs: dict[str, tuple[str, int]] = msgspec.field(default_factory=dict)

    async def watch(self, scene: Scene) -> Seen:
        """Play a scene, wait until its effects are seen (or `PATIENCE` is over), and look."""
        await scene.act(self.play)
        at = self.play.stage.clock.now()
        await self.play.stage.settle()
        deadline = time.monotonic() + PATIENCE
        while not all(effect.seen(self.play) for effect in scene.effects):
            if time.monotonic() > deadline:
                break
            await asyncio.sleep(_BEAT)
        await self.play.stage.settle()
        effects = [(effect.what, effect.seen(self.play)) for effect in scene.effects]
        sandbox = self.play.stage.sandbox.sandbox
        webhooks = [shown_delivery(row) for row in sandbox.outbox.deliveries]
        slack = [row.as_json() for row in sandbox.slack.messages]
        mails = [row.as_json() for row in sandbox.mailbox.mails]
        seen = Seen(
            scene.title,
            at,
            webhooks[self._webhooks :],
            await self._new_runs(),
            slack[self._slack :],
            mails[self._mails :],
            effects,
        )
        self._webhooks, self._slack, self._mails = len(webhooks), len(slack), len(mails)
        return seen

    async def _new_runs(self) -> list[dict[str, Json]]:
        """Return the runs that began or went on, each with the steps that are new."""
        journal = self.play.stage.daemon.engine.journal
        masking = self._masking()
        rows = []
        for run in reversed(await journal.runs(Filter(limit=0))):
            if run.status == "done" and self._runs.get(run.id, ("",))[0] == run.outcome:
                continue
            opened = await journal.run(run.id)
            if opened is None:
                continue
            row = run_detail(opened, masking)
            told = self._told(row)
            if told is not None:
                rows.append(told)
        return rows

    def _told(self, row: dict[str, Json]) -> dict[str, Json] | None:
        steps = row["steps"]
        done = [step for step in steps if _is_over(step)] if isinstance(steps, list) else []
        state = str(row["outcome"] or row["status"])
        before = self._runs.get(str(row["id"]), ("", 0))
        if (state, len(done)) == before:
            return None
        self._runs[str(row["id"])] = (state, len(done))
        fresh = steps[before[1] :] if isinstance(steps, list) else []
        return {**row, "steps": fresh}

    def _masking(self) -> Masking:
        daemon = self.play.stage.daemon
        return masking_for(daemon.engine.door.ground.secrets, daemon.registry)  # type: ignore[arg-type]  # they are the configuration's


def _is_over(step: Json) -> bool:
    return isinstance(step, dict) and step["status"] != "open"
