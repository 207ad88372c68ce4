"""Events and runs as the plain data that people and scripts see: one shape everywhere.

`beeflow events` and `beeflow runs` with `--json`, `/api` and the dashboard all take it from here.
Instants are ISO 8601 text in UTC. Nothing leaves unmasked: see `hiding`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from beeflow.engine.hiding import HIDDEN, Hider
from beeflow.types import Json, iso, parse_datetime, parse_duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.engine.event import Event
    from beeflow.engine.hiding import Hide, Masking
    from beeflow.engine.journal.records import Counts, OpenRun, Record, Run
    from beeflow.errors import Failure


def event_row(event: Event, runs: int) -> dict[str, Json]:
    """Return an event for a list: who sent what, when, and how many runs it started."""
    return {
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "received_at": iso(event.received_at),
        "runs": runs,
        "payload_id": event.payload_id,
        "event_ref": event.event_ref,
    }


def event_detail(event: Event, runs: Sequence[Run], masking: Masking) -> dict[str, Json]:
    """Return an event with its masked payload and the runs that it started."""
    row = event_row(event, len(runs))
    row["started"] = [run_row(run, masking) for run in runs]
    row["payload"] = masking.secrets(masking.payload(event))
    return row


def run_row(run: Run, masking: Masking) -> dict[str, Json]:
    """Return a run for a list."""
    return {
        "id": run.id,
        "recipe": run.recipe,
        "status": run.status,
        "outcome": run.outcome,
        "event": run.event,
        "created_at": iso(run.created_at),
        "ended_at": _iso(run.ended_at),
        "reason": masking.secrets(run.reason),
    }


def run_detail(opened: OpenRun, masking: Masking) -> dict[str, Json]:
    """Return a run with all that happened in it, in the order in which it began.

    `open` lists the paths whose outcome is unknown, which `resolve` can answer.
    """
    run, hide = opened.run, Hider(masking, opened)
    told = (record for record in opened.records.values() if record.kind != HIDDEN)
    records = sorted(told, key=lambda record: record.started_at)
    row = run_row(run, masking)
    row |= {
        "reason": hide(run.reason),
        "recipe_hash": run.recipe_hash,
        "trigger": run.trigger,
        "group": hide(run.group),
        "started_at": _iso(run.started_at),
        "wake_at": _iso(run.wake_at),
        "attempt": run.attempt,
        "depth": run.depth,
        "cause": run.cause,
        "event_ref": run.event_ref,
        "stopping": opened.stopping,
        "inputs": hide(dict(run.inputs)),
        "ending": hide(None if run.ending is None else dict(run.ending)),
        "open": [*open_paths(opened)],
        "events": [event_of_run(event, hide(masking.payload(event))) for event in opened.events],
        "steps": [_step(record, masking.output(record), hide) for record in records],
    }
    return row


def event_of_run(event: Event, payload: Json) -> dict[str, Json]:
    """Return an event as it stands within a run, with its masked payload: no count of runs."""
    row = event_row(event, 0)
    del row["runs"]
    row["payload"] = payload
    return row


def open_paths(opened: OpenRun) -> tuple[str, ...]:
    """Return the paths of the calls whose outcome is not known, in a run that ended so.

    Where the ending names the step at fault, only its last attempt: what else was open was
    passed over, as the recipe said.
    """
    if opened.run.outcome != "unknown":
        return ()
    unknown = sorted(filter(_is_open, opened.records.values()), key=lambda one: one.started_at)
    fault = (opened.run.ending or {}).get("fault")
    path = fault.get("path") if isinstance(fault, dict) else None
    meant = [one.path for one in unknown if path and one.path.startswith(f"{path}#")]
    return tuple(meant[-1:]) or tuple(one.path for one in unknown)


def counts_row(counts: Counts) -> dict[str, Json]:
    """Return how much the journal holds."""
    return {"events": counts.events, "runs": dict(counts.runs), "outcomes": dict(counts.outcomes)}


def since_of(text: str, now: float) -> float:
    """Read `--since`: a duration back from `now` (`7d`), or a time. Returns an instant.

    Raises `ValueError` with a message for the user.
    """
    if re.match(r"\d+(\.\d+)?[a-z]", text):
        return now - parse_duration(text)
    try:
        return parse_datetime(text).timestamp()
    except ValueError:
        raise ValueError(
            f"`{text}` is neither a duration nor a time: write 7d, 90m, 2026-12-01 or "
            "2026-12-01T09:00:00Z"
        ) from None


def _is_open(record: Record) -> bool:
    failure = record.failure
    left_open = record.status == "open" or (failure is not None and failure.open)
    return left_open and record.kind == "call"


def _step(record: Record, output: Json, hide: Hide) -> dict[str, Json]:
    ended = record.ended_at
    return {
        "path": record.path,
        "kind": record.kind,
        "status": record.status,
        "started_at": iso(record.started_at),
        "ended_at": _iso(ended),
        "seconds": None if ended is None else round(ended - record.started_at, 6),
        "until": _iso(record.until),
        "input": hide(record.input),
        "output": hide(output),
        "error": hide(_error(record.failure)),
    }


def _error(failure: Failure | None) -> Json:
    if failure is None:
        return None
    told: Mapping[str, Json] = asdict(failure)
    return {name: value for name, value in told.items() if value is not None}


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else iso(seconds)
