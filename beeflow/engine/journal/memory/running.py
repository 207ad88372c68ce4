"""Carrying out runs, waking them, and a person's hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.engine.journal import policy, reopening
from beeflow.engine.journal.memory import groups, waiting
from beeflow.engine.journal.memory.admission import Prepared, admit
from beeflow.engine.journal.motion import Motion
from beeflow.errors import StaleRun

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.engine.commands import Ending
    from beeflow.engine.journal.memory.tables import HeldRun, Tables
    from beeflow.engine.journal.records import Moved, Record, StoredWait


class End(msgspec.Struct, frozen=True):
    """How and when a run ended, and the event that tells of it."""

    ending: Ending
    at: float
    follow: Prepared | None


def park(
    tables: Tables, held: HeldRun, wake_at: float | None, waits: Iterable[StoredWait]
) -> Moved:
    """Put a run to sleep, unless there is a reason to stay up."""
    motion = Motion()
    waiting.register(tables, held, waits, motion)
    met = [one.wait.path for one in tables.waits if one.run == held.number and one.met]
    tables.drop_waits(held.number, met)
    if held.stopping:
        motion.stopping.append(held.run.id)
    if met or held.stopping:
        held.change(status="ready", wake_at=None)
        motion.ready.append(held.run.id)
    else:
        held.change(status="waiting", wake_at=wake_at)
        motion.look_at(wake_at)
    return motion.moved()


def finish(tables: Tables, held: HeldRun, end: End) -> Moved:
    """End a run, and everything that follows from it."""
    motion = Motion()
    groups.end(tables, held, end.ending, end.at, motion)
    groups.release(tables, held.spot, end.at, motion)
    if end.follow is not None:
        admit(tables, end.follow, motion)
    return motion.moved()


def due(tables: Tables, now: float, limit: int) -> Moved:
    """Make ready the parked runs whose time has come, and let the delayed join their groups."""
    motion = Motion()
    timed = [
        (held.run.wake_at, held.number, held)
        for held in tables.open.values()
        if held.run.wake_at is not None and held.run.wake_at <= now
    ]
    for _, _, held in sorted(timed)[:limit]:
        if held.run.status == "waiting":
            groups.start(held, now, motion)
        elif held.run.status == "delayed":
            groups.join(tables, held, held.spot, now, motion)
    for held in tables.open.values():
        motion.look_at(held.run.wake_at)
    return motion.moved()


# --- a person's hand -------------------------------------------------------------------------


def retry(tables: Tables, run_id: str, now: float) -> Moved:
    """Let a run that did not succeed run again, from where it ended."""
    held = _named(tables, run_id)
    reopening.require_retriable(run_id, held.run.status, held.run.outcome)
    kept = reopening.kept_for_retry(held.records, now)
    held.change(attempt=held.run.attempt + 1)
    return _reopen(tables, held, kept, now)


def resolve(tables: Tables, run_id: str, record: Record, now: float) -> Moved:
    """Answer an unknown outcome by a record, and let the run go on."""
    held = _named(tables, run_id)
    reopening.require_unknown(run_id, held.run.status, held.run.outcome)
    reopening.require_path(run_id, record.path, held.records)
    return _reopen(tables, held, reopening.kept_for_answer(held.records, record, now), now)


def _reopen(tables: Tables, held: HeldRun, records: list[Record], now: float) -> Moved:
    """Open a run again, with these records; it joins its group behind those who are there."""
    motion = Motion()
    held.records = {record.path: record for record in records}
    held.change(outcome=None, reason="", ending=None, ended_at=None)
    tables.begin(held)
    groups.join(tables, held, reopening.spot_again(held.spot), now, motion)
    return motion.moved()


def cancel(tables: Tables, run_id: str, now: float) -> Moved:
    """Cancel a run: at once, or after the action it is in."""
    held = _named(tables, run_id)
    if held.run.status == "done":
        raise StaleRun(f"the run {run_id} is done already, or there is none")
    motion = Motion()
    groups.cancel_all(tables, [held], policy.CANCELLED_BY_HAND, now, motion)
    return motion.moved()


def _named(tables: Tables, run_id: str) -> HeldRun:
    number = reopening.named_run(run_id)
    held = tables.runs.get(number)
    if held is None:
        raise reopening.no_run(run_id)
    return held
