"""Concurrency groups: who may start, who waits, who goes next; and the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from beeflow.engine.journal import encoding, ids, policy
from beeflow.engine.journal.policy import Company, Spot
from beeflow.engine.journal.records import Ended
from beeflow.engine.journal.sqlite import waiting
from beeflow.engine.journal.sqlite.known import known_by, may_have_company
from beeflow.engine.journal.sqlite.queries import load
from beeflow.engine.journal.sqlite.recording import stale

if TYPE_CHECKING:
    from sqlite3 import Connection

    from beeflow.engine.commands import Ending
    from beeflow.engine.journal.motion import Motion
    from beeflow.engine.journal.records import Status
    from beeflow.engine.journal.sqlite.known import Underway

_SQL = load("groups")
_FORGET = load("waiting")["forget_run"]


class Place(msgspec.Struct, frozen=True, gc=False):
    """What became of a run that joined its group: `turn` is its place in the queue."""

    status: Status
    turn: int | None = None
    dropped: Ending | None = None


READY = Place("ready")


def find_place(db: Connection, spot: Spot, at: float, motion: Motion) -> Place:
    """Find a place for a run that joins its group now; a restart makes room first."""
    if spot.group is None:
        return READY
    if spot.mode == "restart":
        others = db.execute(_SQL["others"], (spot.recipe, spot.group)).fetchall()
        cancel_all(db, others, policy.RESTARTED, at, motion)
    found = policy.place(spot, _company(db, spot))
    if found == "dropped":
        return Place("done", dropped=policy.dropped(spot))
    if found == "ready":
        return READY
    last = db.execute(_SQL["last_turn"], (spot.recipe, spot.group)).fetchone()[0]
    return Place("queued", turn=(last or 0) + 1)


def _company(db: Connection, spot: Spot) -> Company:
    if not may_have_company(db, spot.recipe, spot.group):
        return Company(0, 0)
    # Counting stops where the answer cannot change any more, however long the queue is.
    parameters = {"recipe": spot.recipe, "group": spot.group, "enough": max(spot.max or 1, 1)}
    return Company(*db.execute(_SQL["company"], parameters).fetchone())


def join(db: Connection, run: int, at: float, motion: Motion) -> None:
    """Let a run that is in the journal already join its group: its delay is over."""
    spot = Spot(*db.execute(_SQL["spot_of"], (run,)).fetchone())
    settle(db, run, find_place(db, spot, at, motion), at, motion)


def settle(db: Connection, run: int, place: Place, at: float, motion: Motion) -> None:
    """Put a run where its place is."""
    if place.dropped is not None:
        end(db, run, place.dropped, at, motion)
        return
    started_at = at if place.status == "ready" else None
    if place.turn is not None:
        known_by(db).queue(db.execute(_SQL["spot_of"], (run,)).fetchone()[0])
    db.execute(_SQL["stand"], (place.status, place.turn, started_at, run))
    if place.status == "ready":
        motion.ready.append(ids.run_id(run))


def release(db: Connection, recipe: str, group: str | None, at: float, motion: Motion) -> None:
    """Start those who are next in a group, as many as may be."""
    while group is not None and known_by(db).may_queue(recipe):
        row = db.execute(_SQL["next_in_line"], (recipe, group)).fetchone()
        if row is None:
            return
        run, mode, limit = row
        spot = Spot(recipe, group, mode, limit)
        if not policy.may_start(spot, _company(db, spot).active):
            return
        settle(db, run, READY, at, motion)


def end(
    db: Connection, run: int, ending: Ending, at: float, motion: Motion
) -> tuple[str, str | None]:
    """End a run and tell those who wait for it; returns its recipe and group.

    Raises `StaleRun` for one that is done. Whoever ends it releases the group.
    """
    reason = encoding.clean(ending.reason)
    parameters = (ending.outcome, reason, encoding.encode_ending(ending), at, run)
    recipe, group, event, created_at, has_waits, is_awaited = _end(db, parameters)
    known_by(db).count_off(recipe, group)
    run_id = ids.run_id(run)
    motion.ended.append(
        Ended(run_id, recipe, ids.event_id(event), ending.outcome, reason, created_at, at)
    )
    if has_waits:
        db.execute(_FORGET, (run,))
    if is_awaited:
        result = encoding.plain(ending.result)
        told = policy.told_end(run_id, ending.outcome, result)
        waiting.meet_by_end(db, run, told, at, motion)
    return recipe, group


def _end(db: Connection, parameters: tuple[Any, ...]) -> tuple[Any, ...]:
    """End a run; return what is to be known of it, whether it waited, and whether it is awaited."""
    run, known = parameters[-1], known_by(db)
    underway = known.leave(run)
    if underway is None or underway.waits or known.ends_awaited:
        row: tuple[Any, ...] | None = db.execute(_SQL["end_unknown"], parameters).fetchone()
    else:
        ended = db.execute(_SQL["end"], parameters).rowcount
        row = _told(underway) if ended else None
    if row is None:
        raise stale(run)
    return row


def _told(run: Underway) -> tuple[Any, ...]:
    return run.recipe, run.group, run.event, run.created_at, False, False


def cancel_all(
    db: Connection, runs: list[tuple[int, Status]], ending: Ending, at: float, motion: Motion
) -> None:
    """Cancel runs: the ready ones after the action they are in, all others at once.

    Groups are released only after the last, or one would be started just to be cancelled.
    """
    groups: dict[tuple[str, str | None], None] = {}
    for run, status in runs:
        if status == "ready":
            stop(db, run, motion)
        else:
            groups[end(db, run, ending, at, motion)] = None
            motion.cancelled.append(ids.run_id(run))
    for recipe, group in groups:
        release(db, recipe, group, at, motion)


def stop(db: Connection, run: int, motion: Motion) -> None:
    """Have a run that may be under way end after the action it is in."""
    db.execute(_SQL["stop"], (run,))
    motion.stopping.append(ids.run_id(run))
