"""The door: every event enters here, whatever made it, and leaves journaled.

It finds the recipes that want the event, works out their policies, and has the journal write the
event, its runs, its cancels, the waits it meets and the plan it changes, in one transaction.
"""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from beeflow.engine import policy
from beeflow.engine.event import Event, NewEvent
from beeflow.engine.hiding import HIDDEN
from beeflow.engine.journal.records import (
    Admission,
    Cancel,
    Filter,
    OpenRun,
    PlanChange,
    PlannedEvent,
    Receipt,
    Run,
    StoredWait,
)
from beeflow.engine.policy import Asked
from beeflow.engine.scope import EVENT_REF_FIELDS, event_ref_of
from beeflow.engine.world import Child
from beeflow.errors import Overloaded, UsageError
from beeflow.recipe.inputs import bind
from beeflow.recipe.model import CancelOn, Recipe, RunTrigger
from beeflow.recipe.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from beeflow.engine.book import RecipeBook, Wanted
    from beeflow.engine.commands import Ending, StartRun
    from beeflow.engine.dispatch.protocol import Dispatcher
    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.ports import Clock, Secrets
    from beeflow.types import Json

log = logging.getLogger(__name__)

BACKLOG: Final = 50_000
"""Runs that wait for their turn, from which on webhooks are told to come back.

It is well below what one recipe may have under way: a flood is put off, not recorded as failed.
"""

CROWD: Final = 64
"""Webhooks on their way into the journal at once that are a crowd: runs give way to them."""

DEEPEST: Final = 8
"""Runs in one chain of causes; the next one is not started (recipe language, section 6)."""

_PLANNED_TYPES: Final = frozenset({"event.created", "event.updated", "event.deleted"})


class Ground(msgspec.Struct, frozen=True):
    """What the door stands on. `start_of` reads an event's start (Unix seconds) from its data."""

    book: RecipeBook
    journal: Journal
    clock: Clock
    secrets: Secrets
    start_of: Callable[[Mapping[str, Json]], float | None]


class Target(msgspec.Struct, frozen=True):
    """The recipe an event is for, by which of its triggers (-1: by none), with what inputs."""

    recipe: Recipe
    trigger: int = -1
    inputs: Mapping[str, Json] = msgspec.field(default_factory=dict)


class Door(msgspec.Struct):
    """Takes events in. `dispatcher` and `planned` are told what came of them.

    `entering` is how many webhooks are on their way into the journal.
    """

    ground: Ground
    dispatcher: Dispatcher | None = None
    planned: Callable[[Sequence[PlanChange]], None] = msgspec.field(default=lambda _changes: None)
    entering: int = 0

    # --- ways in -----------------------------------------------------------------------------

    async def enter(self, event: NewEvent, payload: Mapping[str, Json]) -> Receipt:
        """Take in a webhook: whoever wants it is started.

        Raises `Overloaded` while too many runs wait for their turn: a webhook that is taken later
        is better than a backlog without end.
        """
        if self.overloaded:
            raise Overloaded(f"{BACKLOG} runs wait for their turn")
        seen = _event(event, payload)
        wanted = self.ground.book.match(event.type, payload)
        starts = [
            Asked(one.recipe, one.trigger, seen, _defaults(one.recipe))
            for one in wanted
            if one.trigger >= 0
        ]
        cancels = tuple(
            _cancel(one, event) for one in wanted if one.trigger < 0 and one.recipe.cancel_on
        )
        self.entering += 1
        try:
            return await self._admit(event, seen, starts, cancels)
        finally:
            self.entering -= 1

    def crowded(self) -> bool:
        """Whether webhooks crowd in: whoever can wait is to let them in first."""
        return self.entering >= CROWD

    @property
    def overloaded(self) -> bool:
        """Whether so many runs wait for their turn that no webhook is taken."""
        return self.dispatcher is not None and self.dispatcher.depth >= BACKLOG

    async def enter_for(
        self,
        event: NewEvent,
        payload: Mapping[str, Json],
        target: Target,
        marks: tuple[tuple[str, Json], ...] = (),
    ) -> Receipt:
        """Take in an event that is for one recipe: a schedule, a watch, a person.

        Raises `UsageError` for inputs the recipe does not take.
        """
        seen = _event(event, payload)
        bound = bind(target.recipe.inputs, target.inputs)
        asked = Asked(target.recipe, target.trigger, seen, bound)
        return await self._admit(event, seen, [asked], (), marks)

    async def start_child(self, parent: OpenRun, command: StartRun) -> Child:
        """Start another recipe for a run."""
        recipe, run = command.recipe, parent.run
        found = self.ground.book.get(recipe)
        if found is None or not found.enabled:
            return Child(None, f"there is no recipe `{recipe}`, or it is disabled")
        if run.depth >= DEEPEST:
            log.warning("run %s is the %sth of a chain: `%s` is not run", run.id, DEEPEST, recipe)
            return Child(None, too_deep=True)
        try:
            bound = bind(found.inputs, command.inputs)
        except UsageError as error:
            return Child(None, f"`{recipe}` cannot run: {error}")
        payload: dict[str, Json] = {"data": {"run_id": run.id, "recipe": run.recipe}}
        if command.hidden:
            payload[HIDDEN] = [*command.hidden]
        event = self._inner("run", f"run/{run.id}/{command.path}#{run.attempt}", payload)
        event = replace(event, event_ref=run.event_ref)
        seen = _event(event, payload)
        waiting = frozenset[str | None]() if command.detach else await self._groups(run, recipe)
        asked = Asked(found, -1, seen, bound, run.depth + 1, run.id, waiting)
        receipt = await self._admit(event, seen, [asked], ())
        runs = await self.ground.journal.runs(Filter(limit=1, event=receipt.event_id))
        return Child(runs[0].id if runs else None, f"`{recipe}` was not started")

    async def _groups(self, run: Run, recipe: str) -> frozenset[str | None]:
        """Return the groups in which runs of a recipe stand that wait for what `run` starts."""
        groups: set[str | None] = set()
        above: Run | None = run
        while above is not None and above.status != "done":
            if above.recipe == recipe:
                groups.add(above.group)
            cause = await self.ground.journal.run(above.cause) if above.cause else None
            above = cause.run if cause else None
        return frozenset(groups)

    def aftermath(self, ended: OpenRun, ending: Ending) -> Admission | None:
        """Return the event that tells of a run's end, where a recipe listens to it."""
        run, listeners = ended.run, self.ground.book.listeners
        if not listeners:
            return None
        listening = [
            (recipe, index)
            for recipe in listeners
            for index, trigger in enumerate(recipe.triggers)
            if isinstance(trigger, RunTrigger) and _listens(trigger, recipe, run.recipe, ending)
        ]
        if not listening:
            return None
        payload = _told(ended, ending)
        key = f"run/{run.id}/{run.attempt}/{ending.outcome}"
        event = replace(self._inner("run", key, payload), event_ref=run.event_ref)
        depth = run.depth + 1
        if depth > DEEPEST:
            log.warning("run %s is the %sth of a chain: nothing follows it", run.id, run.depth)
            return Admission(event)
        seen = _event(event, payload)
        starts = tuple(
            policy.start(
                Asked(recipe, index, seen, _defaults(recipe), depth, run.id),
                self.ground.secrets,
            )
            for recipe, index in listening
        )
        return Admission(event, starts)

    # --- through the door --------------------------------------------------------------------

    async def _admit(
        self,
        event: NewEvent,
        seen: Event,
        asked: Sequence[Asked],
        cancels: tuple[Cancel, ...],
        marks: tuple[tuple[str, Json], ...] = (),
    ) -> Receipt:
        secrets = self.ground.secrets
        starts = tuple([policy.start(one, secrets) for one in asked])
        plan = self._plan(event, seen.payload) if event.type in _PLANNED_TYPES else ()
        admission = Admission(event, starts, cancels, plan, marks, _Meets(seen.payload))
        receipt = await self.ground.journal.admit(admission)
        if receipt.status == "accepted":
            self._dispatch(receipt, seen)
            if plan:
                self.planned(plan)
        return receipt

    def _dispatch(self, receipt: Receipt, seen: Event) -> None:
        if self.dispatcher is None:
            return
        journaled = replace(seen, id=receipt.event_id)
        fresh = [OpenRun(run, (journaled,), {}) for run in receipt.fresh]
        self.dispatcher.submit(receipt.moved, fresh)

    def _plan(self, event: NewEvent, payload: Mapping[str, Json]) -> tuple[PlanChange, ...]:
        """Return how an event changes the plan of event starts."""
        if event.event_ref is None or event.source == "manual":
            return ()
        if event.type == "event.deleted":
            return (PlanChange(event.event_ref, None),)
        data = payload.get("data")
        start_at = self.ground.start_of(data) if isinstance(data, dict) else None
        if start_at is None or not isinstance(data, dict):
            return ()
        planned = PlannedEvent(event.event_ref, start_at, event.received_at, data)
        return (PlanChange(event.event_ref, planned),)

    def _inner(self, source: str, key: str, payload: Mapping[str, Json]) -> NewEvent:
        return inner_event(source, key, payload, self.ground.clock.now())


def _defaults(recipe: Recipe) -> dict[str, Json]:
    inputs = recipe.inputs
    return {name: one.value for name, one in inputs.items()} if inputs else {}


def inner_event(source: str, key: str, payload: Mapping[str, Json], now: float) -> NewEvent:
    """Make an event of our own: `source` is what made it, `key` what makes it unique."""
    body = msgspec.json.encode(payload)
    ref = event_ref_of(payload)
    return NewEvent(key, source, source, now, body, event_ref=ref)


def _event(event: NewEvent, payload: Mapping[str, Json]) -> Event:
    """Return the event as it will be, for the time before the journal has given it an id."""
    return Event(
        "", event.key, event.source, event.type, event.received_at, payload, event.payload_id,
        event.event_ref,
    )  # fmt: skip


def _cancel(wanted: Wanted, event: NewEvent) -> Cancel:
    cancel = wanted.cancel
    any_event = cancel.any_event or _names_event(cancel)
    return Cancel(wanted.recipe.id, None if any_event else event.event_ref)


def _names_event(cancel: CancelOn) -> bool:
    return any(f"data.{field}" in cancel.match for field in EVENT_REF_FIELDS)


def _listens(trigger: RunTrigger, recipe: Recipe, ended: str, ending: Ending) -> bool:
    """Whether a trigger is for this end; a recipe does not listen to itself by a pattern."""
    if ending.outcome not in trigger.outcomes or not fnmatchcase(ended, trigger.recipe):
        return False
    return recipe.id != ended or trigger.recipe == ended


def _told(ended: OpenRun, ending: Ending) -> dict[str, Json]:
    error: Json = None
    if ending.fault is not None:
        failure = ending.fault.failure
        error = {
            "kind": failure.kind,
            "message": failure.message,
            "status": failure.status,
            "step": ending.fault.step,
            "action": ending.fault.action,
        }
    run = ended.run
    data: dict[str, Json] = {
        "recipe": run.recipe,
        "run_id": run.id,
        "outcome": ending.outcome,
        "error": error,
    }
    if run.event_ref is not None:
        data["event_ref"] = run.event_ref
    return {"data": data}


class _Meets(msgspec.Struct, frozen=True):
    """Whether a webhook meets a stored wait."""

    payload: Mapping[str, Json]

    def __call__(self, wait: StoredWait) -> bool:
        return compile_pattern(wait.match).matches(self.payload)
