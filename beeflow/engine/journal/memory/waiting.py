"""Records and waits: storing them, and what meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.engine.journal import encoding, ids, policy
from beeflow.engine.journal.memory.tables import HeldRun, HeldWait, Tables
from beeflow.engine.journal.records import Admission, Record, StoredWait, Woken

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from beeflow.engine.event import NewEvent
    from beeflow.engine.journal.motion import Motion
    from beeflow.types import Json


def prepared(records: Iterable[Record]) -> list[Record]:
    """Return records as a journal on disk would give them back."""
    return encoding.decode_records(encoding.encode_records(records))


def store(tables: Tables, held: HeldRun, records: Sequence[Record]) -> None:
    """Store records; a wait whose record is closed is over, one that was met is not opened."""
    met = {one.wait.path for one in tables.waits if one.run == held.number and one.met}
    for record in records:
        if record.status != "open" or record.path not in met:
            held.records[record.path] = record
    closed = {record.path for record in records if record.status != "open"}
    if closed:
        tables.drop_waits(held.number, closed)


def register(tables: Tables, held: HeldRun, waits: Iterable[StoredWait], motion: Motion) -> None:
    """Register waits of a run; one for the end of a run that has ended is met at once."""
    for wait in waits:
        mine = [one for one in tables.waits if (one.run, one.wait.path) == (held.number, wait.path)]
        if not any(one.met for one in mine):
            same = [one for one in mine if one.wait.topic == wait.topic]
            for one in same:
                one.wait = wait
            if not same:
                tables.waits.append(HeldWait(held.number, wait))
        _meet_if_ended(tables, held, wait, motion)


def _meet_if_ended(tables: Tables, held: HeldRun, wait: StoredWait, motion: Motion) -> None:
    awaited = policy.awaited_run(wait.topic) or ""
    other = tables.runs.get(ids.run_number(awaited) or 0)
    if other is None or other.run.outcome is None:
        return
    ending = other.run.ending or {}
    result = policy.told_end(awaited, other.run.outcome, ending.get("result"))
    meet(tables, (held.number, wait.path), result, other.run.ended_at or 0.0, motion)


def met_by(tables: Tables, admission: Admission) -> list[tuple[int, str]]:
    """Return the runs and paths of the waits that an event meets, each once."""
    event, wakes = admission.event, admission.wakes
    if wakes is None:
        return []
    found = [
        (held.run, held.wait.path)
        for held in tables.waits
        if not held.met and _concerns(held.wait, event) and wakes(held.wait)
    ]
    return list(dict.fromkeys(found))


def _concerns(wait: StoredWait, event: NewEvent) -> bool:
    return policy.topic_matches(wait.topic, event.type) and policy.same_event(
        wait.event_ref, event.event_ref
    )


def meet_by_event(
    tables: Tables, waits: Iterable[tuple[int, str]], number: int, motion: Motion
) -> None:
    """Meet waits by an event, but for those that are over or met meanwhile."""
    at = tables.events[number].new.received_at
    for run, path in waits:
        if any((held.run, held.wait.path) == (run, path) and not held.met for held in tables.waits):
            tables.open[run].met.add(number)
            meet(tables, (run, path), {"event": ids.event_id(number)}, at, motion)


def meet_by_end(tables: Tables, ended: HeldRun, result: Json, motion: Motion) -> None:
    """Meet the waits for the end of a run."""
    topic = policy.run_topic(ended.run.id)
    told = policy.told_end(ended.run.id, str(ended.run.outcome), result)
    waiting = [
        (held.run, held.wait.path)
        for held in tables.waits
        if held.wait.topic == topic and not held.met
    ]
    for where in waiting:
        meet(tables, where, told, ended.run.ended_at or 0.0, motion)


def meet(tables: Tables, where: tuple[int, str], result: Json, at: float, motion: Motion) -> None:
    """Write the answer into the record of a wait and wake the run, where it sleeps."""
    number, path = where
    held = tables.open[number]
    begun = held.records.get(path) or Record(path, "wait_for", "open", at)
    held.records[path] = replace(begun, status="done", ended_at=at, output=result)
    if held.run.status == "waiting":
        held.change(status="ready", wake_at=None)
        tables.drop_waits(number, (path,))
        motion.ready.append(held.run.id)
    else:
        for one in tables.waits:
            if (one.run, one.wait.path) == where:
                one.met = True
    motion.woken.append(Woken(held.run.id, path, result))
