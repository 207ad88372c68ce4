"""Waking: the runs whose time has come, and those that may run when the daemon starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.engine.journal import ids
from beeflow.engine.journal.motion import Motion
from beeflow.engine.journal.sqlite import groups
from beeflow.engine.journal.sqlite.queries import load

if TYPE_CHECKING:
    from sqlite3 import Connection

    from beeflow.engine.journal.records import Moved

_SQL = load("waiting")


def due(db: Connection, now: float, limit: int) -> Moved:
    """Make ready the parked runs whose time has come, and let the delayed join their groups."""
    motion = Motion()
    for run, status in db.execute(_SQL["due"], (now, limit)).fetchall():
        if status == "waiting":
            # One before it in this very list may have woken or cancelled it.
            if db.execute(_SQL["wake"], (run,)).rowcount:
                motion.ready.append(ids.run_id(run))
        else:
            groups.join(db, run, now, motion)
    motion.wake_at = db.execute(_SQL["next_wake"]).fetchone()[0]
    return motion.moved()


def ready(db: Connection, after: int, limit: int) -> tuple[str, ...]:
    """List runs that may run, oldest first, after the number `after`."""
    return tuple(ids.run_id(row[0]) for row in db.execute(_SQL["ready"], (after, limit)))
