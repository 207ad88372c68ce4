"""A person's hand: retrying, answering an unknown outcome, cancelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.engine.journal import ids, policy, reopening
from beeflow.engine.journal.motion import Motion
from beeflow.engine.journal.policy import Spot
from beeflow.engine.journal.sqlite import groups, reading, recording
from beeflow.engine.journal.sqlite.known import known_by
from beeflow.engine.journal.sqlite.queries import load
from beeflow.engine.journal.sqlite.recording import stale

if TYPE_CHECKING:
    from sqlite3 import Connection

    from beeflow.engine.journal.records import Moved, Record, Status
    from beeflow.types import Outcome

_SQL = load("intervention")
_SPOT = load("groups")["spot_of"]


def retry(db: Connection, run: int, now: float) -> Moved:
    """Let a run that did not succeed run again, from where it ended."""
    reopening.require_retriable(ids.run_id(run), *_standing(db, run))
    kept = reopening.kept_for_retry(reading.read_records(db, run), now)
    return _reopen(db, run, kept, (1, now))


def resolve(db: Connection, run: int, record: Record, now: float) -> Moved:
    """Answer an unknown outcome by a record, and let the run go on."""
    records = reading.read_records(db, run)
    reopening.require_unknown(ids.run_id(run), *_standing(db, run))
    reopening.require_path(ids.run_id(run), record.path, records)
    kept = reopening.kept_for_answer(records, record, now)
    return _reopen(db, run, kept, (0, now))


def _standing(db: Connection, run: int) -> tuple[Status | None, Outcome | None]:
    row = db.execute(_SQL["standing"], (run,)).fetchone()
    return (row[0], row[1]) if row is not None else (None, None)


def _reopen(db: Connection, run: int, records: list[Record], again: tuple[int, float]) -> Moved:
    """Open a run again, with these records; it joins its group behind those who are there."""
    attempts, now = again
    motion = Motion()
    spot = reopening.spot_again(Spot(*db.execute(_SPOT, (run,)).fetchone()))
    place = groups.find_place(db, spot, now, motion)
    known_by(db).count_in(spot.recipe, spot.group)
    db.execute(_SQL["reopen"], (attempts, run))
    groups.settle(db, run, place, now, motion)
    recording.rewrite(db, run, records)
    return motion.moved()


def cancel(db: Connection, run: int, now: float) -> Moved:
    """Cancel a run: at once, or after the action it is in."""
    found, _ = _standing(db, run)
    status = reopening.require_there(ids.run_id(run), found)
    if status == "done":
        raise stale(run)
    motion = Motion()
    groups.cancel_all(db, [(run, status)], policy.CANCELLED_BY_HAND, now, motion)
    return motion.moved()
