"""The door: an event and everything it brings about, in one transaction."""

from __future__ import annotations

import hashlib
import sqlite3
from sqlite3 import Connection
from typing import TYPE_CHECKING, Literal

import msgspec

from beeflow.engine.journal import encoding, ids, policy
from beeflow.engine.journal.motion import Motion
from beeflow.engine.journal.policy import Spot
from beeflow.engine.journal.records import (
    Admission,
    Cancel,
    Delay,
    Receipt,
    Run,
    Start,
)
from beeflow.engine.journal.sqlite import groups, planning, waiting
from beeflow.engine.journal.sqlite.groups import Place
from beeflow.engine.journal.sqlite.known import Underway, known_by
from beeflow.engine.journal.sqlite.queries import load
from beeflow.engine.journal.sqlite.recording import FIRST_PART

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.engine.commands import Ending
    from beeflow.engine.event import NewEvent

_SQL = load("admission")


class _Tally(msgspec.Struct, gc=False):
    """What an admission has made so far. `at` is the event's instant."""

    event: int
    at: float
    motion: Motion
    runs: list[str] = msgspec.field(default_factory=list)
    dropped: list[str] = msgspec.field(default_factory=list)
    fresh: list[Run] = msgspec.field(default_factory=list)


def admit(db: Connection, admission: Admission, motion: Motion | None = None) -> Receipt:
    """Journal an event with everything it brings about."""
    event = admission.event
    try:
        number = _insert(db, event)
    except sqlite3.IntegrityError:
        known = _known(db, event)
        if known is not None:
            return known
        number = _insert(db, event)
    tally = _Tally(number, event.received_at, motion or Motion())
    if admission.cancels:
        _cancel(db, admission.cancels, tally)
    for start in admission.starts:
        _start(db, start, tally)
    if admission.wakes is not None and known_by(db).waits_on(event.type):
        waiting.meet_by_event(db, event, number, admission.wakes, tally.motion)
    if admission.plan:
        planning.change(db, admission.plan)
    if admission.marks:
        planning.mark(db, admission.marks)
    return _receipt(tally)


def _receipt(tally: _Tally) -> Receipt:
    stopping, fresh = tally.motion.stopping, tally.fresh
    return Receipt(
        ids.event_id(tally.event),
        "accepted",
        tuple(tally.runs),
        tuple(tally.dropped),
        tally.motion.moved(),
        tuple([run for run in fresh if run.id not in stopping] if stopping else fresh),
    )


# --- the event -------------------------------------------------------------------------------


def _insert(db: Connection, event: NewEvent) -> int:
    until = None if event.window is None else event.received_at + event.window
    cursor = db.execute(
        _SQL["insert_event"],
        (
            event.key,
            until,
            event.source,
            event.type,
            event.received_at,
            event.payload_id,
            event.event_ref,
            event.body,
        ),
    )
    return cursor.lastrowid or 0


def _known(db: Connection, event: NewEvent) -> Receipt | None:
    """Answer an event whose key is there; None where that key's window was over, and it is free."""
    row = db.execute(_SQL["event_of_key"], (event.key,)).fetchone()
    if row is None:
        return None
    number, until, body, digest = row
    if until is not None and event.received_at >= until:
        db.execute(_SQL["free_key"], (number,))
        return None
    same = body == event.body if body is not None else digest == digest_of(event.body)
    status: Literal["duplicate", "conflict"] = "duplicate" if same else "conflict"
    return Receipt(ids.event_id(number), status)


def digest_of(body: bytes) -> bytes:
    """Return what is kept of a pruned body, to know it again."""
    return hashlib.sha256(body).digest()


# --- cancels ---------------------------------------------------------------------------------


def _cancel(db: Connection, cancels: Iterable[Cancel], tally: _Tally) -> None:
    ending = policy.cancelled_by(ids.event_id(tally.event))
    for cancel in cancels:
        if cancel.event_ref is None:
            found = db.execute(_SQL["unfinished"], (cancel.recipe,))
        else:
            found = db.execute(
                _SQL["unfinished_for"], {"recipe": cancel.recipe, "ref": cancel.event_ref}
            )
        groups.cancel_all(db, found.fetchall(), ending, tally.at, tally.motion)


# --- starts ----------------------------------------------------------------------------------


def _start(db: Connection, start: Start, tally: _Tally) -> None:
    denied = start.deny or _one_too_many(db, start, tally.at)
    if denied is not None:
        run = _make(db, start, Place("queued"), tally)
        groups.end(db, run, denied, tally.at, tally.motion)
    elif start.delay is not None:
        _collect(db, start, start.delay, tally)
    else:
        spot = Spot(start.recipe, start.group, start.mode, start.max)
        _stand(db, start, groups.find_place(db, spot, tally.at, tally.motion), tally)


def _one_too_many(db: Connection, start: Start, at: float) -> Ending | None:
    """Return how a start ends for whose run there is no room; one that only joins makes none."""
    unfinished = known_by(db).unfinished(start.recipe)
    if unfinished is None:
        unfinished = db.execute(_SQL["unfinished_runs"], (start.recipe,)).fetchone()[0]
        known_by(db).learn_unfinished(start.recipe, unfinished)
    if unfinished < policy.UNFINISHED:
        return None
    if start.delay is not None and _collecting(db, start, start.delay, at) is not None:
        return None
    return policy.too_many(start.recipe)


def _stand(db: Connection, start: Start, place: Place, tally: _Tally) -> None:
    """Make a run at the place that was found for it."""
    run = _make(db, start, place, tally)
    if place.dropped is not None:
        groups.end(db, run, place.dropped, tally.at, tally.motion)
        tally.dropped.append(ids.run_id(run))
    elif place.turn is not None:
        known_by(db).queue(start.recipe)
        db.execute(_SQL["queue_run"], (place.turn, run))
    else:
        known_by(db).begin(run, _underway(start, run, tally))
        tally.motion.ready.append(ids.run_id(run))
        tally.fresh.append(_fresh(start, run, tally))


def _make(db: Connection, start: Start, place: Place, tally: _Tally) -> int:
    status = "queued" if place.dropped is not None else place.status
    cursor = db.execute(
        _SQL["insert_run"],
        (
            start.recipe,
            start.recipe_hash,
            tally.event,
            status,
            start.trigger,
            start.group,
            start.mode,
            start.max,
            tally.at,
            tally.at if status == "ready" else None,
            start.depth,
            start.cause,
            start.event_ref,
            encoding.encode(start.inputs) if start.inputs else None,
        ),
    )
    run = cursor.lastrowid or 0
    known_by(db).count_in(start.recipe, start.group)
    tally.runs.append(ids.run_id(run))
    return run


def _underway(start: Start, run: int, tally: _Tally) -> Underway:
    before_first = run << FIRST_PART
    return Underway(before_first, start.recipe, start.group, tally.event, tally.at)


def _fresh(start: Start, run: int, tally: _Tally) -> Run:
    return Run(
        id=ids.run_id(run),
        recipe=start.recipe,
        recipe_hash=start.recipe_hash,
        event=ids.event_id(tally.event),
        status="ready",
        trigger=start.trigger,
        group=start.group,
        created_at=tally.at,
        started_at=tally.at,
        depth=start.depth,
        cause=start.cause,
        event_ref=start.event_ref,
        inputs=start.inputs,
    )


# --- debounce and batch ----------------------------------------------------------------------


def _collect(db: Connection, start: Start, delay: Delay, tally: _Tally) -> None:
    there = _collecting(db, start, delay, tally.at)
    if delay.kind == "debounce":
        first = tally.at if there is None else there[1]
        if there is not None:
            groups.end(db, there[0], policy.DEBOUNCED, tally.at, tally.motion)
        _delay(db, start, delay, (first, policy.quiet_until(delay, tally.at, first)), tally)
        return
    if there is None:
        run = _delay(db, start, delay, (tally.at, tally.at + delay.seconds), tally)
        items = 1
    else:
        run = there[0]
        db.execute(_SQL["link_event"], (run, tally.event, 0))
        items = db.execute(_SQL["add_item"], (run,)).fetchone()[0]
    if policy.is_full(delay, items):
        groups.join(db, run, tally.at, tally.motion)


def _collecting(db: Connection, start: Start, delay: Delay, at: float) -> tuple[int, float] | None:
    """Return the run that collects for a key and is not over at `at`, and since when it does."""
    parameters = (start.recipe, delay.kind, delay.key, at)
    found: tuple[int, float] | None = db.execute(_SQL["collecting"], parameters).fetchone()
    return found


def _delay(
    db: Connection, start: Start, delay: Delay, span: tuple[float, float], tally: _Tally
) -> int:
    """Make a run that collects, from the first of `span` until the second."""
    run = _make(db, start, Place("delayed"), tally)
    first, until = span
    db.execute(_SQL["delay_run"], (delay.kind, delay.key, first, until, run))
    tally.motion.look_at(until)
    return run
