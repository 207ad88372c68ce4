"""The real engine on a virtual clock: journal in memory, scripted actions, no network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from beeflow.beestreamed.dates import start_of
from beeflow.config.masking import Masker
from beeflow.drivers import stage as stages
from beeflow.engine.event import NewEvent
from beeflow.engine.scope import event_ref_of
from beeflow.errors import ActionError, Failure
from beeflow.recipe.parser import parse_recipe
from beeflow.types import Effect, Json, zone
from support.playing import EFFECTS, START, recipe

if TYPE_CHECKING:
    from beeflow.engine.clock import VirtualClock
    from beeflow.engine.hiding import Hide
    from beeflow.engine.journal.protocol import Journal
    from beeflow.engine.journal.records import Receipt, Run
    from beeflow.engine.ports import CallContext
    from beeflow.recipe.model import Recipe

Script = Callable[[Mapping[str, Json]], Json]


@dataclass(slots=True)
class Calls:
    """What was called: (virtual seconds since the start, action, arguments)."""

    clock: VirtualClock
    made: list[tuple[float, str, Mapping[str, Json]]] = field(default_factory=list)

    def of(self, *names: str) -> list[Mapping[str, Json]]:
        """Return the arguments of the calls of these actions."""
        return [args for _, name, args in self.made if name in names]

    def times(self, *names: str) -> list[float]:
        """Return when these actions were called, in seconds since the start."""
        return [at for at, name, _ in self.made if name in names]


@dataclass(slots=True)
class StageAction:
    """An action that answers as the stage was told."""

    name: str
    stage: Stage
    sample: Json = "sample"
    secret_fields: tuple[str, ...] = ()
    escapes: Mapping[str, Callable[[str], str]] = field(default_factory=dict)

    def effect(self, args: Mapping[str, Json]) -> Effect:
        verb = self.name.rpartition(".")[2]
        reads = verb in {"get", "list", "stream", "entries"}
        return EFFECTS.get(self.name, "read" if reads else "idempotent")

    def check(self, args: Mapping[str, Json]) -> Sequence[str]:
        refuse = self.stage.refusals.get(self.name)
        return () if refuse is None else refuse(args)

    async def call(self, args: Mapping[str, Json], context: CallContext) -> Json:
        calls = self.stage.calls
        calls.made.append((calls.clock.now() - START, self.name, dict(args)))
        given: Any = self.stage.answers.get(self.name, {"ok": True})
        if isinstance(given, list):
            given = given.pop(0) if len(given) > 1 else given[0]
        if callable(given):
            given = given(args)
        if asyncio.iscoroutine(given):
            given = await given
        if isinstance(given, Failure):
            raise ActionError(given)
        answer: Json = given
        return answer

    async def look(self, args: Mapping[str, Json], context: CallContext) -> dict[str, Json]:
        given = self.stage.answers.get(f"{self.name}?", {})
        found: dict[str, Json] = given(args) if callable(given) else given
        return found


@dataclass(slots=True)
class StageSecrets:
    values: Mapping[str, str] = field(default_factory=lambda: {"TOKEN": "s3cret-value"})

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def mask(self, value: Json) -> Json:
        return Masker(self.values.values()).json(value)

    def found_in(self, value: Json) -> Collection[str]:
        return Masker(self.values.values()).found_in(value)

    def hiding(self, values: Collection[str]) -> Hide:
        return Masker(values).json


class Stage(stages.Stage):
    """An engine to play with. `answers` are by action: a value, a list, a `Failure`, a function."""

    def __init__(self, journal: Journal | None = None, now: float = START) -> None:
        self.answers: dict[str, Any] = {}
        self.refusals: dict[str, Callable[[Mapping[str, Json]], Sequence[str]]] = {}
        self.events: list[dict[str, Json]] = []
        self.ended: list[tuple[str, str]] = []
        self.secrets = StageSecrets()
        house = stages.House(
            actions=self,
            secrets=self.secrets,
            listed=self._listed,
            start_of=self._start_of,
            jitter=lambda longest: longest,
            on_end=lambda ended: self.ended.append((ended.recipe, ended.outcome)),
        )
        super().__init__(house, now, journal)
        self.calls = Calls(self.clock)
        self._numbers = 0

    # --- as the ports want it ----------------------------------------------------------------

    def get(self, name: str) -> StageAction | None:
        return None if name.startswith("missing") else StageAction(name, self)

    def names(self) -> Sequence[str]:
        return ()

    def _start_of(self, event: Mapping[str, Json]) -> float | None:
        return start_of(event, zone("UTC"))

    async def _listed(self) -> Sequence[Mapping[str, Json]]:
        return list(self.events)

    # --- the play ----------------------------------------------------------------------------

    async def deploy(self, text: str, name: str = "recipe.yaml") -> Recipe:
        """Make a recipe live."""
        parsed = parse_recipe(text, path=name)
        assert parsed.recipe is not None, parsed.problems
        await self.book.put(parsed.recipe)
        await self.replan()
        return parsed.recipe

    async def webhook(
        self, kind: str, data: Mapping[str, Json] | None = None, **more: Any
    ) -> Receipt:
        """Let a webhook arrive; returns its receipt, once all it set off has come to rest."""
        self._numbers += 1
        payload: dict[str, Json] = {
            "type": kind,
            "data": dict(data or {}),
            "id": more.pop("id", f"w{self._numbers}"),
            "timestamp": int(self.clock.now()),
            **more,
        }
        event = NewEvent(
            key=f"webhook/main/{kind}/{payload['id']}",
            source="main",
            type=kind,
            received_at=self.clock.now(),
            body=msgspec.json.encode(payload),
            payload_id=str(payload["id"]),
            event_ref=event_ref_of(payload),
        )
        return await self.enter(event, payload)

    async def runs(self, name: str | None = "recipe") -> list[Run]:
        """Return a recipe's runs, oldest first."""
        return await super().runs(name)

    async def outcomes(self, name: str = "recipe") -> list[str | None]:
        """Return the outcomes of a recipe's runs, oldest first."""
        return [run.outcome for run in await self.runs(name)]


@asynccontextmanager
async def stage(
    *texts: str, journal: Journal | None = None, now: float = START
) -> AsyncIterator[Stage]:
    """Play on a stage with these recipes live; named recipe, recipe-2, …"""
    one = Stage(journal, now)
    for number, text in enumerate(texts, 1):
        name = "recipe.yaml" if number == 1 else f"recipe-{number}.yaml"
        parsed = parse_recipe(text, path=name)
        assert parsed.recipe is not None, parsed.problems
        await one.book.put(parsed.recipe)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


__all__ = ["START", "Stage", "recipe", "stage"]
