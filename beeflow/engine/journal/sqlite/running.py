"""Carrying out a run: saving, parking, finishing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.engine.journal import ids
from beeflow.engine.journal.motion import Motion
from beeflow.engine.journal.sqlite import groups, recording, waiting
from beeflow.engine.journal.sqlite.admission import admit
from beeflow.engine.journal.sqlite.known import known_by
from beeflow.engine.journal.sqlite.queries import load

if TYPE_CHECKING:
    from sqlite3 import Connection

    from beeflow.engine.commands import Ending
    from beeflow.engine.journal.records import Admission, Moved, StoredWait
    from beeflow.engine.journal.sqlite.recording import Part

_SQL = load("running")
_WAITING = load("waiting")


class End(msgspec.Struct, frozen=True):
    """How and when a run ended, and the event that tells of it."""

    ending: Ending
    at: float
    follow: Admission | None = None


def save(db: Connection, part: Part, waits: tuple[StoredWait, ...]) -> None:
    """Store records, and register waits."""
    recording.append(db, part)
    if waits:
        waiting.register(db, part.run, waits, Motion())


def park(db: Connection, part: Part, wake_at: float | None, waits: tuple[StoredWait, ...]) -> Moved:
    """Store records and put the run to sleep, unless there is a reason to stay up."""
    motion = Motion()
    recording.append(db, part)
    waiting.register(db, part.run, waits, motion)
    _, stopping = recording.require_open(db, part.run)
    met = db.execute(_WAITING["forget_met"], (part.run,)).rowcount
    if stopping:
        motion.stopping.append(ids.run_id(part.run))
    if met or stopping:
        db.execute(_SQL["stay_ready"], (part.run,))
        motion.ready.append(ids.run_id(part.run))
    else:
        known_by(db).leave(part.run)
        db.execute(_SQL["park"], (wake_at, part.run))
        motion.look_at(wake_at)
    return motion.moved()


def finish(db: Connection, part: Part, end: End) -> Moved:
    """End a run with its last records, and everything that follows from it."""
    motion = Motion()
    if part.records:
        recording.append(db, part)
    recipe, group = groups.end(db, part.run, end.ending, end.at, motion)
    groups.release(db, recipe, group, end.at, motion)
    if end.follow is not None:
        admit(db, end.follow, motion)
    return motion.moved()
