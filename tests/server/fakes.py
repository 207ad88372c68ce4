"""What the server is a front for, played: small, honest stand-ins for the rest of the daemon."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import structs

from beeflow.engine.event import Event, NewEvent
from beeflow.engine.hiding import only
from beeflow.engine.journal.records import (
    Counts,
    Filter,
    OpenRun,
    Pruned,
    Receipt,
    Record,
    Run,
    Standing,
)
from beeflow.errors import NothingFound, UsageError
from beeflow.server.app import Parts
from beeflow.server.metrics import Meter
from beeflow.server.ports import (
    Decoded,
    Deployed,
    Load,
    Refusal,
    Reloaded,
    Resolution,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from beeflow.recipe.model import Bundle
    from beeflow.types import Json

SECRET = b"quiet"
NOW = 1_750_000_000.0


def sign(body: bytes) -> str:
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


def webhook(payload_id: str = "p1", **data: Json) -> bytes:
    return json.dumps(
        {"type": "event.updated.status", "id": payload_id, "timestamp": 1, "data": data}
    ).encode()


class FakeWebhooks:
    """One source, `main`. Payloads name their own refusal in `refuse`."""

    def sources(self) -> Collection[str]:
        return {"main", "a source"}

    def verify(self, _source: str, signatures: Sequence[str], body: bytes) -> bool:
        wanted = sign(body).encode()
        return len(signatures) == 1 and hmac.compare_digest(
            signatures[0].encode("utf-8", "surrogateescape"), wanted
        )

    def decode(self, source: str, body: bytes, now: float) -> Decoded | Refusal:
        try:
            payload = json.loads(body)
        except ValueError as error:
            return Refusal("invalid_json", str(error))
        if "type" not in payload:
            return Refusal("invalid_envelope", "type is missing")
        if payload["timestamp"] == 0:
            return Refusal("stale", "too old")
        key = f"{source}/{payload['type']}/{payload['id']}"
        event = NewEvent(key, source, payload["type"], now, body, payload["id"])
        return Decoded(event, payload)


@dataclass
class FakeDoor:
    """Takes events into a dictionary. `trouble` is raised instead; `hold` makes it wait."""

    taken: dict[str, NewEvent] = field(default_factory=dict)
    trouble: Exception | None = None
    hold: asyncio.Event | None = None
    entered: asyncio.Event = field(default_factory=asyncio.Event)

    async def enter(self, event: NewEvent, payload: Mapping[str, Json]) -> Receipt:
        assert payload["type"] == event.type
        self.entered.set()
        if self.hold is not None:
            await self.hold.wait()
        if self.trouble is not None:
            raise self.trouble
        first = self.taken.setdefault(event.key, event)
        event_id = f"ev-{[*self.taken].index(event.key) + 1}"
        if first is event:
            return Receipt(event_id, "accepted")
        return Receipt(event_id, "duplicate" if first.body == event.body else "conflict")


def an_event(event_id: str = "ev-1", **payload: Json) -> Event:
    return Event(
        event_id, f"key-{event_id}", "main", "event.updated.status", NOW, payload, "p1", "E1"
    )


def a_run(run_id: str = "run-1", **changes: object) -> Run:
    run = Run(
        run_id, "go-live", "hash", "ev-1", "done", outcome="succeeded", created_at=NOW,
        started_at=NOW + 1, ended_at=NOW + 2,
    )  # fmt: skip
    return structs.replace(run, **changes)


@dataclass
class FakeHistory:
    """History from lists; `asked` are the filters that came."""

    all_events: list[Event] = field(default_factory=list)
    all_runs: dict[str, OpenRun] = field(default_factory=dict)
    asked: list[Filter] = field(default_factory=list)
    unknown: int = 0

    async def events(self, wanted: Filter) -> list[tuple[Event, int]]:
        self.asked.append(wanted)
        return [(event, 1) for event in self.all_events]

    async def event(self, event_id: str) -> Event | None:
        return next((event for event in self.all_events if event.id == event_id), None)

    async def runs(self, wanted: Filter) -> list[Run]:
        self.asked.append(wanted)
        return [
            opened.run
            for opened in self.all_runs.values()
            if wanted.event in {None, opened.run.event}
        ]

    async def run(self, run_id: str) -> OpenRun | None:
        return self.all_runs.get(run_id)

    async def bundle(self, _recipe_hash: str) -> Bundle | None:
        return None

    async def counts(self) -> Counts:
        return Counts(
            len(self.all_events),
            {"done": len(self.all_runs)},
            {"succeeded": 1, "unknown": self.unknown},
        )

    async def standing(self) -> Standing:
        return Standing({"waiting": 5}, 2)

    async def state(self, _namespace: str) -> dict[str, Json]:
        return {}

    def put(self, run: Run, *records: Record, event: Event | None = None) -> None:
        events = (event or an_event(),)
        self.all_runs[run.id] = OpenRun(run, events, {record.path: record for record in records})


@dataclass
class FakeOperator:
    """Writes down what it is asked, and does it to the history where a test looks."""

    history: FakeHistory
    done: list[tuple[object, ...]] = field(default_factory=list)
    why_not: list[str] = field(default_factory=list)
    full: list[str] = field(default_factory=list)
    deployed: list[Deployed] = field(default_factory=list)

    def hindrances(self) -> Sequence[str]:
        return self.why_not

    def troubles(self) -> Sequence[str]:
        return [*self.why_not, *self.full]

    def status(self) -> Status:
        return Status("0.1.0", NOW, "sqlite", Load(running=2, queued=3), 1)

    def recipes(self) -> Sequence[Deployed]:
        return self.deployed

    async def reload(self) -> Reloaded:
        self.done.append(("reload",))
        return Reloaded(added=("new",), broken=("bad.yaml",))

    async def run(
        self, recipe: str, inputs: Mapping[str, Json], event: Mapping[str, Json] | None
    ) -> Receipt:
        if recipe == "nowhere":
            raise NothingFound("there is no recipe `nowhere`")
        if "wrong" in inputs:
            raise UsageError("there is no input `wrong`")
        self.done.append(("run", recipe, inputs, event))
        return Receipt("ev-9", "accepted", ("run-9",))

    async def replay(self, event_id: str) -> Receipt:
        if event_id not in {event.id for event in self.history.all_events}:
            raise NothingFound(f"there is no event `{event_id}`")
        self.done.append(("replay", event_id))
        return Receipt("ev-9", "accepted", ("run-9",))

    async def retry(self, run_id: str) -> None:
        self._stand(run_id, "ready")

    async def cancel(self, run_id: str) -> None:
        self._stand(run_id, "done", "cancelled")

    async def resolve(self, run_id: str, answer: Resolution) -> None:
        self.done.append(("resolve", run_id, answer))
        self._stand(run_id, "ready")

    async def prune(self, before: float, *, shrink: bool = False) -> Pruned:
        self.done.append(("prune", before, shrink))
        return Pruned(3, 4, 1, 4096 if shrink else None)

    def _stand(self, run_id: str, status: str, outcome: str | None = None) -> None:
        opened = self.history.all_runs[run_id]
        run = structs.replace(opened.run, status=status, outcome=outcome)
        self.history.all_runs[run_id] = structs.replace(opened, run=run)


def mask_secrets(value: Json) -> Json:
    """Replace the secret `quiet` wherever it occurs."""
    text = json.dumps(value)
    masked: Json = json.loads(text.replace(SECRET.decode(), "***"))
    return masked


def mask_payload(event: Event) -> Json:
    return {name: "***" if name == "stream_key" else value for name, value in event.payload.items()}


def mask_output(record: Record) -> Json:
    return "***" if record.kind == "secretive" else record.output


MASKING = structs.replace(only(mask_secrets), payload=mask_payload, output=mask_output)


@dataclass
class World:
    """Everything around the server of a test."""

    webhooks: FakeWebhooks = field(default_factory=FakeWebhooks)
    door: FakeDoor = field(default_factory=FakeDoor)
    history: FakeHistory = field(default_factory=FakeHistory)
    meter: Meter = field(default_factory=lambda: Meter("0.1.0"))
    operator: FakeOperator = field(init=False)

    def __post_init__(self) -> None:
        self.operator = FakeOperator(self.history)

    def parts(self) -> Parts:
        return Parts(self.webhooks, self.door, self.operator, self.history, MASKING, self.meter)
