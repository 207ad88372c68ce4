"""Watches: API data looked at on a clock, firing on the edge.

What was seen last is a mark in the journal, written in the transaction that journals the event,
so that a restart neither repeats an edge nor swallows one.
"""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any, Final

import msgspec

from beeflow.engine.alarm import Alarm
from beeflow.engine.commands import Call
from beeflow.engine.door import Door, Target, inner_event
from beeflow.engine.hiding import of_no_run
from beeflow.engine.interpreter.frame import Frame, Program, context_in
from beeflow.engine.interpreter.interrupts import Interrupt
from beeflow.engine.interpreter.steps import walk
from beeflow.engine.interpreter.watching import Look, look
from beeflow.engine.scheduler.forgetting import forget_disabled
from beeflow.engine.scheduler.reading import SharedReads, drive
from beeflow.engine.scope import InputScope, SecretScope
from beeflow.errors import ActionError, Failure
from beeflow.recipe.model import DEFAULT_TIMEOUT, Recipe, WatchTrigger
from beeflow.recipe.patterns import compile_pattern
from beeflow.types import Json, zone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.engine.book import RecipeBook
    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.ports import Actions, Clock, Secrets
    from beeflow.recipe.model import Value

log = logging.getLogger(__name__)

KEYS_KEPT: Final = 10_000
"""Keys of items that a `fires: each` remembers, the latest ones."""


class Sources(msgspec.Struct, frozen=True):
    """What watches read with. `listing` is the action that lists the platform's events."""

    actions: Actions
    secrets: Secrets
    listing: str = "events.list"


class _Watch(msgspec.Struct):
    recipe: Recipe
    index: int
    wanted: WatchTrigger
    due: float

    def mark(self, ref: str | None) -> str:
        return f"watch/{self.recipe.id}/{self.index}/{ref or ''}"


class _Edge(msgspec.Struct):
    """What is remembered of a watch for one event: since when it holds, whether it fired."""

    holds_since: float | None = None
    fired: bool = False
    keys: list[str] | None = None

    @classmethod
    def of(cls, mark: Json) -> _Edge:
        known: Mapping[str, Any] = mark if isinstance(mark, dict) else {}
        return cls(known.get("since"), bool(known.get("fired")), known.get("keys"))

    def mark(self) -> Json:
        keys: Json = None if self.keys is None else list(self.keys)
        return {"since": self.holds_since, "fired": self.fired, "keys": keys}


class _Round(msgspec.Struct, frozen=True):
    """One look at one event, or at no event in particular."""

    watch: _Watch
    ref: str | None
    event: Mapping[str, Json] | None
    now: float
    edge: _Edge = msgspec.field(default_factory=_Edge)


class Watches:
    """Looks for the live recipes' watches, each at its pace."""

    def __init__(
        self, book: RecipeBook, journal: Journal, door: Door, clock: Clock, sources: Sources
    ) -> None:
        self._book = book
        self._journal = journal
        self._door = door
        self._clock = clock
        self._sources = sources
        self._reads = SharedReads(sources.actions)
        self._watches: list[_Watch] = []
        self.alarm = Alarm(clock, self._ring, "watches")

    async def plan(self) -> None:
        """Take in the live recipes: at the start, and after a reload."""
        await forget_disabled(self._book, self._journal, "watch")
        now = self._clock.now()
        self._watches = [
            _Watch(recipe, index, wanted, _next(now, wanted.every))
            for recipe, index, wanted in self._book.triggers(WatchTrigger)
        ]
        self.alarm.set(min((watch.due for watch in self._watches), default=None))

    async def _ring(self, now: float) -> float | None:
        due = [watch for watch in self._watches if watch.due <= now]
        self._reads.forget()
        for watch in due:
            watch.due = _next(now, watch.wanted.every)
            try:
                await self._look_all(watch, now)
            except (ActionError, Interrupt) as error:
                log.warning("the watch of %s could not look: %s", watch.recipe.id, error)
        return min((watch.due for watch in self._watches), default=None)

    async def _look_all(self, watch: _Watch, now: float) -> None:
        """Look once for each event that is meant, and forget those that no longer are."""
        marks = await self._journal.marks(watch.mark(None))
        meant = await self._events(watch)
        for ref, event in meant:
            edge = _Edge.of(marks.get(watch.mark(ref)))
            try:
                await self._look(_Round(watch, ref, event, now, edge))
            except Interrupt as error:
                log.warning("the watch of %s could not look at %s: %s", watch.recipe.id, ref, error)
        kept = {watch.mark(ref) for ref, _ in meant}
        await self._journal.mark({key: None for key in marks if key not in kept})

    async def _events(
        self, watch: _Watch
    ) -> Sequence[tuple[str | None, Mapping[str, Json] | None]]:
        filters = watch.wanted.for_events
        if filters is None:
            return [(None, None)]
        args = self._asked(filters)
        call = Call("watch/events", self._sources.listing, args, "read", 1, DEFAULT_TIMEOUT, "all")
        result = await self._reads.read(call)
        listed = getattr(result, "value", None)
        if not isinstance(listed, list):
            raise ActionError(getattr(result, "failure", Failure("action", "no list of events")))
        pattern = compile_pattern({_field(key): value for key, value in filters.items()})
        return [
            (str(event["event_ref"]), event)
            for event in listed
            if isinstance(event, dict) and event.get("event_ref") and pattern.matches(event)
        ]

    def _asked(self, filters: Mapping[str, Value]) -> dict[str, Json]:
        """Return what the list is asked for: a status that it knows, and else all events.

        An event may have a status that the list cannot be narrowed to (`force_live`).
        """
        status = filters.get("status")
        if not isinstance(status, str):
            return {}
        args: dict[str, Json] = {"status": status}
        action = self._sources.actions.get(self._sources.listing)
        return {} if action is None or action.check(args) else args

    # --- one look ----------------------------------------------------------------------------

    async def _look(self, one: _Round) -> None:
        steps = look(self._frame(one), one.watch.wanted)
        seen = await drive(steps, self._reads, self._clock)
        if not isinstance(seen, Look):
            return
        if one.watch.wanted.fires == "each":
            await self._fire_new(one, seen)
        else:
            await self._fire_edge(one, seen)

    def _frame(self, one: _Round) -> Frame:
        recipe = one.watch.recipe
        secrets = SecretScope(self._sources.secrets)
        values = {name: declared.value for name, declared in recipe.inputs.items()}
        program = Program(
            recipe,
            self._sources.actions,
            context_in(zone(recipe.timezone)),
            walk,
            one.ref,
            secrecy=of_no_run(self._sources.secrets),
        )
        trigger: dict[str, Any] = {"kind": "watch", "name": one.watch.wanted.name}
        trigger["data"] = {"event_ref": one.ref} if one.ref else {}
        trigger["event"] = one.event
        names = {
            "trigger": trigger,
            "inputs": InputScope(values, recipe.inputs, secrets),
            "secrets": secrets,
        }
        return Frame(program, names)

    async def _fire_edge(self, one: _Round, seen: Look) -> None:
        """Fire when it began to hold and held long enough; again only after it did not."""
        edge, before = one.edge, one.edge.mark()
        if not seen.holds:
            edge.holds_since, edge.fired = None, False
        elif edge.holds_since is None:
            edge.holds_since = one.now
        since = edge.holds_since
        if since is not None and not edge.fired and one.now - since >= one.watch.wanted.hold:
            edge.fired = True
            await self._enter(one, f"{since:.3f}", {})
        elif edge.mark() != before:
            await self._journal.mark({one.watch.mark(one.ref): edge.mark()})

    async def _fire_new(self, one: _Round, seen: Look) -> None:
        """Fire for each item that was not there; the first look is the baseline."""
        if one.edge.keys is None:
            one.edge.keys = list(seen.items)[-KEYS_KEPT:]
            await self._journal.mark({one.watch.mark(one.ref): one.edge.mark()})
            return
        known = set(one.edge.keys)
        for key, item in seen.items.items():
            if key not in known:
                one.edge.keys = [*one.edge.keys, key][-KEYS_KEPT:]
                await self._enter(one, key, {"item": item})

    async def _enter(self, one: _Round, key: str, more: Mapping[str, Json]) -> None:
        recipe, index = one.watch.recipe, one.watch.index
        data: dict[str, Json] = {"event_ref": one.ref} if one.ref else {}
        payload: dict[str, Json] = {"data": data, "fired_at": one.now, **more}
        if one.event is not None:
            payload["event"] = dict(one.event)
        event = inner_event("watch", f"{one.watch.mark(one.ref)}/{key}", payload, one.now)
        marks = ((one.watch.mark(one.ref), one.edge.mark()),)
        await self._door.enter_for(event, payload, Target(recipe, index), marks)


def _field(key: str) -> str:
    """Return the field of an event that a filter names: `status` is `event_status`."""
    return key if key.startswith("event_") else f"event_{key}"


def _next(now: float, every: float) -> float:
    """Return the next time on the clock that a watch looks, at the same moment as its like."""
    return (math.floor(now / every) + 1) * every
