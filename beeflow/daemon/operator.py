"""What a person may ask of the daemon, by the dashboard, the API and the commands."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from beeflow import __version__
from beeflow.engine.door import Target, inner_event
from beeflow.engine.event import Event, NewEvent
from beeflow.engine.journal.records import Filter, OpenRun, Pruned, Receipt, Record
from beeflow.engine.listing import open_paths
from beeflow.engine.scope import event_ref_of, kind_of
from beeflow.errors import Failure, NothingFound, UsageError
from beeflow.server.ports import Deployed, Load, Reloaded, Resolution, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.daemon.deployment import Deployment
    from beeflow.daemon.engine import Engine
    from beeflow.recipe.model import Recipe
    from beeflow.types import Json


class Hand:
    """Carries out what a person asks."""

    def __init__(self, engine: Engine, deployment: Deployment, journal_name: str) -> None:
        self._engine = engine
        self._deployment = deployment
        self._journal_name = journal_name
        self._started_at = engine.clock.now()
        self.hindered: list[str] = ["starting"]

    def hindrances(self) -> Sequence[str]:
        """Say why webhooks cannot be accepted now."""
        return self.hindered

    def troubles(self) -> Sequence[str]:
        """Say all that keeps webhooks out now, a full journal or a long queue too."""
        troubles = list(self.hindered)
        if self._engine.journal.trouble is not None:
            troubles.append(self._engine.journal.trouble)
        if self._engine.door.overloaded:
            troubles.append("too many runs wait for their turn")
        return troubles

    def status(self) -> Status:
        """Tell how things stand."""
        load = Load(len(self._engine.runtime.active), self._engine.dispatcher.depth)
        missing = self._engine.journal.missing
        return Status(__version__, self._started_at, self._journal_name, load, missing)

    def recipes(self) -> Sequence[Deployed]:
        """List all recipes, the broken ones too, by id."""
        return self._deployment.deployed()

    async def reload(self) -> Reloaded:
        """Read the recipes again, at once."""
        return await self._deployment.reload()

    # --- starting ----------------------------------------------------------------------------

    async def run(
        self, recipe: str, inputs: Mapping[str, Json], event: Mapping[str, Json] | None
    ) -> Receipt:
        """Start a recipe by hand; `event` is a payload to stand for its trigger."""
        found = self._recipe(recipe)
        payload = dict(event or {"data": {}})
        now = self._engine.clock.now()
        made = inner_event("manual", f"manual/{recipe}/{uuid.uuid4()}", payload, now)
        kind = payload.get("type")
        made = replace(made, type=kind) if isinstance(kind, str) else made
        trigger = 0 if event is not None and found.triggers else -1
        return await self._engine.door.enter_for(made, payload, Target(found, trigger, inputs))

    def _recipe(self, recipe: str) -> Recipe:
        found = self._engine.book.get(recipe)
        if found is None:
            broken = self._deployment.why_not(recipe)
            if broken is not None:
                raise NothingFound(f"the recipe `{recipe}` is broken: {broken}")
            raise NothingFound(f"there is no recipe `{recipe}`")
        return found

    async def replay(self, event_id: str) -> Receipt:
        """Let an event enter again, as a new one."""
        event = await self._engine.journal.event(event_id)
        if event is None:
            raise NothingFound(f"there is no event `{event_id}`")
        if not event.payload:
            raise UsageError(f"the body of {event_id} was pruned: it cannot be replayed")
        again = _again(event, self._engine.clock.now())
        if kind_of(event) == "webhook":
            return await self._engine.door.enter(again, event.payload)
        return await self._replay_inner(event, again)

    async def _replay_inner(self, event: Event, again: NewEvent) -> Receipt:
        runs = await self._engine.journal.runs(Filter(limit=1, event=event.id))
        if not runs:
            raise UsageError(f"{event.id} started nothing, so there is nothing to replay")
        recipe = self._recipe(runs[0].recipe)
        trigger = runs[0].trigger if runs[0].trigger < len(recipe.triggers) else -1
        inputs = runs[0].inputs
        return await self._engine.door.enter_for(
            again, event.payload, Target(recipe, trigger, inputs)
        )

    # --- runs --------------------------------------------------------------------------------

    async def retry(self, run_id: str) -> None:
        """Let a run that ended badly go on from where it ended."""
        opened = await self._open(run_id)
        if opened.run.outcome not in {"failed", "unknown", "cancelled"}:
            how = opened.run.outcome or opened.run.status
            raise UsageError(
                f"{run_id} is {how}: only what failed, is unknown or was cancelled can be retried"
            )
        moved = await self._engine.journal.retry(run_id, self._engine.clock.now())
        self._engine.dispatcher.submit(moved)

    async def cancel(self, run_id: str) -> None:
        """Cancel a run, after the action that it is in."""
        opened = await self._open(run_id)
        if opened.run.status == "done":
            raise UsageError(f"{run_id} is over already: {opened.run.outcome}")
        moved = await self._engine.journal.cancel(run_id, self._engine.clock.now())
        self._engine.dispatcher.submit(moved)

    async def resolve(self, run_id: str, answer: Resolution) -> None:
        """Answer an unknown outcome, and let the run go on."""
        opened = await self._open(run_id)
        record = _unknown(opened, answer.path)
        now = self._engine.clock.now()
        if answer.outcome == "succeeded":
            settled = replace(
                record, status="done", ended_at=now, output=answer.output, failure=None
            )
        else:
            message = answer.message or "a person said that it failed"
            failure = Failure("action", message)
            settled = replace(record, status="failed", ended_at=now, failure=failure)
        moved = await self._engine.journal.resolve(run_id, record.path, settled, now)
        self._engine.dispatcher.submit(moved)

    # --- care --------------------------------------------------------------------------------

    async def prune(self, before: float, *, shrink: bool = False) -> Pruned:
        """Delete what is old, and with `shrink` give the room that became free back."""
        return await self._engine.journal.prune(before, shrink=shrink)

    async def _open(self, run_id: str) -> OpenRun:
        opened = await self._engine.journal.run(run_id)
        if opened is None:
            raise NothingFound(f"there is no run `{run_id}`")
        return opened


def _again(event: Event, now: float) -> NewEvent:
    key = f"replay/{event.id}/{uuid.uuid4()}"
    return NewEvent(
        key=key,
        source=event.source,
        type=event.type,
        received_at=now,
        body=msgspec.json.encode(event.payload),
        payload_id=event.payload_id,
        event_ref=event.event_ref or event_ref_of(event.payload),
    )


def _unknown(opened: OpenRun, path: str | None) -> Record:
    paths = open_paths(opened)
    if not paths:
        how = opened.run.outcome or opened.run.status
        raise UsageError(f"{opened.run.id} is {how}: nothing of it is unknown")
    if path is None and len(paths) == 1:
        return opened.records[paths[0]]
    if path not in paths:
        raise UsageError(f"say which step: one of {', '.join(paths)}")
    return opened.records[path]
