"""Waits: registering them, and what meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from beeflow.engine.journal import encoding, ids, policy
from beeflow.engine.journal.records import Record, StoredWait, Woken
from beeflow.engine.journal.sqlite import reading, recording
from beeflow.engine.journal.sqlite.known import known_by
from beeflow.engine.journal.sqlite.queries import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from sqlite3 import Connection

    from beeflow.engine.event import NewEvent
    from beeflow.engine.journal.motion import Motion
    from beeflow.types import Json

_SQL = load("waiting")
_LINK = load("admission")["link_event"]


def register(db: Connection, run: int, waits: Iterable[StoredWait], motion: Motion) -> None:
    """Store waits of a run; one for the end of a run that has ended is met at once."""
    for wait in waits:
        parameters = {
            "run": run,
            "path": wait.path,
            "topic": wait.topic,
            "is_pattern": policy.is_pattern(wait.topic),
            "event_ref": wait.event_ref,
            "pattern": encoding.encode(wait.match),
        }
        known_by(db).wait(run, wait.topic)
        db.execute(_SQL["register"], parameters)
        _meet_if_ended(db, run, wait, motion)


def _meet_if_ended(db: Connection, run: int, wait: StoredWait, motion: Motion) -> None:
    awaited = policy.awaited_run(wait.topic)
    if awaited is None:
        return
    row = db.execute(_SQL["end_of_run"], (ids.run_number(awaited),)).fetchone()
    if row is not None:
        outcome, reason, ending, ended_at = row
        told = encoding.ending_of(outcome, reason, ending) or {}
        result = policy.told_end(awaited, outcome, told.get("result"))
        meet(db, (run, wait.path), result, ended_at, motion)


def meet_by_event(
    db: Connection,
    event: NewEvent,
    number: int,
    wakes: Callable[[StoredWait], bool],
    motion: Motion,
) -> None:
    """Ask for each wait on the event's type whether it is met, and meet those that are."""
    done: set[tuple[int, str]] = set()
    for run, path, wait in _waits_on(db, event):
        if (run, path) in done or not wakes(wait):
            continue
        done.add((run, path))
        db.execute(_LINK, (run, number, 1))
        result: Json = {"event": ids.event_id(number)}
        meet(db, (run, path), result, event.received_at, motion)


def _waits_on(db: Connection, event: NewEvent) -> list[tuple[int, str, StoredWait]]:
    name = "on_type" if event.event_ref is None else "on_type_for"
    parameters = {"type": event.type, "ref": event.event_ref}
    return [
        (row[1], row[2], _stored_wait(row))
        for row in db.execute(_SQL[name], parameters).fetchall()
        if policy.topic_matches(row[3], event.type)
    ]


def _stored_wait(row: tuple[Any, ...]) -> StoredWait:
    _, run, path, topic, event_ref, pattern = row
    match = encoding.decode_mapping(pattern)
    return StoredWait(ids.run_id(run), path, topic, event_ref, match)


def meet_by_end(db: Connection, run: int, result: Json, at: float, motion: Motion) -> None:
    """Meet the waits for the end of a run."""
    topic = policy.run_topic(ids.run_id(run))
    for _, waiting, path in db.execute(_SQL["on_topic"], (topic,)).fetchall():
        meet(db, (waiting, path), result, at, motion)


def meet(db: Connection, where: tuple[int, str], result: Json, at: float, motion: Motion) -> None:
    """Write the answer into the record of a wait and wake the run, where it sleeps.

    A run that is not parked yet keeps the wait as met, so that it will not fall asleep on it.
    """
    run, path = where
    db.execute(_SQL["keep_as_met"], (run, path))
    found = reading.read_records(db, run).get(path)
    begun = found or Record(path, "wait_for", "open", at)
    answered = replace(begun, status="done", ended_at=at, output=result)
    recording.extend(db, run, answered)
    if db.execute(_SQL["wake"], (run,)).rowcount:
        db.execute(_SQL["forget_path"], (run, path))
        motion.ready.append(ids.run_id(run))
    motion.woken.append(Woken(ids.run_id(run), path, result))
