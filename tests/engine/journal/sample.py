"""Events, starts and records to try a journal with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from msgspec.structs import replace

from beeflow.engine.commands import Ending
from beeflow.engine.event import NewEvent
from beeflow.engine.journal.records import (
    Admission,
    Delay,
    Receipt,
    Record,
    Run,
    Start,
    StoredWait,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.engine.journal.protocol import Journal
    from beeflow.types import Json

HASH = "0" * 64
DONE = Ending("succeeded")


def event(key: str, at: float = 100.0, **changes: Any) -> NewEvent:
    """A webhook `event.updated.status`, or what `changes` make of it."""
    body = json.dumps({"type": "event.updated.status", "data": {"key": key}}).encode()
    new = NewEvent(
        key=key,
        source="main",
        type="event.updated.status",
        received_at=at,
        body=body,
        payload_id=f"payload-{key}",
    )
    return replace(new, **changes)


def start(recipe: str = "greet", **changes: Any) -> Start:
    """A start of `recipe`, all side by side unless `changes` say otherwise."""
    return replace(Start(recipe, HASH, 0), **changes)


def grouped(
    mode: Literal["queue", "drop", "restart", "parallel"] = "queue",
    limit: int | None = None,
    **changes: Any,
) -> Start:
    """A start in the group `g`."""
    return start(group="g", mode=mode, max=limit, **changes)


def debounce(seconds: float = 30.0, limit: float | None = None, key: str = "k") -> Delay:
    """A debounce."""
    return Delay("debounce", key, seconds, limit)


def batch(seconds: float = 60.0, limit: float | None = None, key: str = "k") -> Delay:
    """A batch."""
    return Delay("batch", key, seconds, limit)


def record(path: str, status: Literal["open", "done", "failed"] = "done", **changes: Any) -> Record:
    """A record of a call."""
    ended = None if status == "open" else 101.0
    return replace(Record(path, "call", status, 100.0, ended), **changes)


def wait(
    run: str, path: str = "actions/0", topic: str = "poll.created", **changes: Any
) -> StoredWait:
    """A wait for `topic`, for any event."""
    return replace(StoredWait(run, path, topic, None, {}), **changes)


async def begin(journal: Journal, key: str, *starts: Start, at: float = 100.0) -> Receipt:
    """Admit an event with these starts."""
    return await journal.admit(Admission(event(key, at), starts or (start(),)))


async def run_of(journal: Journal, run_id: str) -> Run:
    """Return a run that must be there."""
    opened = await journal.run(run_id)
    assert opened is not None, run_id
    return opened.run


async def stands(journal: Journal, *run_ids: str) -> list[str]:
    """Return where runs stand: their status, or how they ended."""
    found = [await run_of(journal, run_id) for run_id in run_ids]
    return [run.outcome or run.status for run in found]


async def records_of(journal: Journal, run_id: str) -> Mapping[str, Record]:
    """Return the records of a run that must be there."""
    opened = await journal.run(run_id)
    assert opened is not None, run_id
    return opened.records


async def output_of(journal: Journal, run_id: str, path: str) -> Json:
    """Return what a record holds."""
    return (await records_of(journal, run_id))[path].output
