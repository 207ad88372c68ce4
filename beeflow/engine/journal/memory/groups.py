"""Concurrency groups: who may start, who waits, who goes next; and the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from beeflow.engine.journal import encoding, policy
from beeflow.engine.journal.memory import waiting
from beeflow.engine.journal.policy import Company, Spot
from beeflow.engine.journal.records import Ended

if TYPE_CHECKING:
    from beeflow.engine.commands import Ending
    from beeflow.engine.journal.memory.tables import HeldRun, Tables
    from beeflow.engine.journal.motion import Motion


def _in_group(tables: Tables, spot: Spot, *statuses: str) -> list[HeldRun]:
    return tables.find_open(
        lambda held: (
            held.spot.recipe == spot.recipe
            and held.spot.group == spot.group
            and held.run.status in statuses
        )
    )


def _company(tables: Tables, spot: Spot) -> Company:
    active = _in_group(tables, spot, "ready", "waiting")
    return Company(len(active), len(_in_group(tables, spot, "queued")))


def join(tables: Tables, held: HeldRun, spot: Spot, at: float, motion: Motion) -> bool:
    """Let a run join its group; returns false where there was no place, and it has ended."""
    held.collects = None
    found: Literal["ready", "queued", "dropped"] = "ready"
    if spot.group is not None:
        if spot.mode == "restart":
            others = _in_group(tables, spot, "queued", "ready", "waiting")
            cancel_all(tables, others, policy.RESTARTED, at, motion)
        found = policy.place(spot, _company(tables, spot))
    if found == "dropped":
        end(tables, held, policy.dropped(spot), at, motion)
        return False
    if found == "queued":
        turns = [other.turn for other in _in_group(tables, spot, "queued")]
        held.turn = max(turns, default=0) + 1
        held.change(status="queued", wake_at=None)
    else:
        start(held, at, motion)
    return True


def start(held: HeldRun, at: float, motion: Motion) -> None:
    """Make a run ready."""
    first = held.run.started_at
    held.change(status="ready", wake_at=None, started_at=at if first is None else first)
    motion.ready.append(held.run.id)


def release(tables: Tables, spot: Spot, at: float, motion: Motion) -> None:
    """Start those who are next in a group, as many as may be."""
    while spot.group is not None:
        queue = sorted(_in_group(tables, spot, "queued"), key=lambda held: held.turn)
        if not queue or not policy.may_start(queue[0].spot, _company(tables, spot).active):
            return
        start(queue[0], at, motion)


def end(tables: Tables, held: HeldRun, ending: Ending, at: float, motion: Motion) -> None:
    """End a run and tell those who wait for it. Whoever ends it releases the group."""
    told = encoding.ending_of(ending.outcome, ending.reason, encoding.encode_ending(ending)) or {}
    held.change(
        status="done",
        outcome=ending.outcome,
        reason=ending.reason,
        ending=told,
        ended_at=at,
        wake_at=None,
    )
    run = held.run
    reason = encoding.clean(ending.reason)
    motion.ended.append(
        Ended(run.id, run.recipe, run.event, ending.outcome, reason, run.created_at, at)
    )
    held.stopping, held.collects = False, None
    tables.end(held)
    tables.drop_waits(held.number)
    waiting.meet_by_end(tables, held, told.get("result"), motion)


def cancel_all(
    tables: Tables, runs: list[HeldRun], ending: Ending, at: float, motion: Motion
) -> None:
    """Cancel runs: the ready ones after the action they are in, all others at once.

    Groups are released only after the last, or one would be started just to be cancelled.
    """
    groups: dict[tuple[str, str | None], Spot] = {}
    statuses = [(held, held.run.status) for held in runs]
    for held, status in statuses:
        if status == "ready":
            held.stopping = True
            motion.stopping.append(held.run.id)
        else:
            end(tables, held, ending, at, motion)
            motion.cancelled.append(held.run.id)
            groups[held.spot.recipe, held.spot.group] = held.spot
    for spot in groups.values():
        release(tables, spot, at, motion)
