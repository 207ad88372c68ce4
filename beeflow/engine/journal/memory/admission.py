"""The door: an event and everything it brings about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from beeflow.engine.journal import encoding, ids, policy
from beeflow.engine.journal.memory import groups, planning, waiting
from beeflow.engine.journal.memory.tables import HeldEvent, HeldRun, Tables
from beeflow.engine.journal.policy import Spot
from beeflow.engine.journal.records import Admission, Cancel, Delay, Receipt, Run, Start

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beeflow.engine.commands import Ending
    from beeflow.engine.event import NewEvent
    from beeflow.engine.journal.motion import Motion
    from beeflow.types import Json


class Prepared(msgspec.Struct, frozen=True):
    """An admission after all that could fail: carrying it out cannot stop half-way."""

    admission: Admission
    inputs: tuple[Mapping[str, Json], ...]
    met: tuple[tuple[int, str], ...]


class _Tally(msgspec.Struct):
    """What an admission has made so far. `at` is the event's instant."""

    event: int
    at: float
    motion: Motion
    runs: list[str] = msgspec.field(default_factory=list)
    dropped: list[str] = msgspec.field(default_factory=list)
    fresh: list[HeldRun] = msgspec.field(default_factory=list)


def prepare(tables: Tables, admission: Admission) -> Prepared:
    """Ask and check everything that an admission may fail on."""
    known = find_known(tables, admission.event) is not None
    inputs = tuple(encoding.plain(dict(start.inputs)) for start in admission.starts)
    return Prepared(admission, inputs, () if known else tuple(waiting.met_by(tables, admission)))


def find_known(tables: Tables, event: NewEvent) -> HeldEvent | None:
    """Return the event that has this key already and keeps it."""
    there = tables.events.get(tables.keys.get(event.key, 0))
    if there is None:
        return None
    over = there.key_until is not None and event.received_at >= there.key_until
    return None if over else there


def admit(tables: Tables, prepared: Prepared, motion: Motion) -> Receipt:
    """Journal an event with everything it brings about."""
    admission = prepared.admission
    known = find_known(tables, admission.event)
    if known is not None:
        same = known.new.body == admission.event.body
        status: Literal["duplicate", "conflict"] = "duplicate" if same else "conflict"
        return Receipt(ids.event_id(known.number), status)
    tally = _Tally(_keep(tables, admission.event), admission.event.received_at, motion)
    _cancel(tables, admission.cancels, tally)
    for start, inputs in zip(admission.starts, prepared.inputs, strict=True):
        _start(tables, start, inputs, tally)
    waiting.meet_by_event(tables, prepared.met, tally.event, motion)
    planning.change(tables, admission.plan)
    planning.mark(tables, admission.marks)
    return Receipt(
        ids.event_id(tally.event),
        "accepted",
        tuple(tally.runs),
        tuple(tally.dropped),
        motion.moved(),
        tuple(held.run for held in tally.fresh if not held.stopping),
    )


def _keep(tables: Tables, event: NewEvent) -> int:
    tables.last_event += 1
    tables.events[tables.last_event] = HeldEvent(tables.last_event, event)
    tables.keys[event.key] = tables.last_event
    return tables.last_event


def _cancel(tables: Tables, cancels: Iterable[Cancel], tally: _Tally) -> None:
    ending = policy.cancelled_by(ids.event_id(tally.event))
    for cancel in cancels:
        found = [
            held
            for held in tables.find_open(lambda _: True)
            if held.spot.recipe == cancel.recipe
            and policy.same_event(cancel.event_ref, held.run.event_ref)
        ]
        groups.cancel_all(tables, found, ending, tally.at, tally.motion)


def _start(tables: Tables, start: Start, inputs: Mapping[str, Json], tally: _Tally) -> None:
    denied = start.deny or _one_too_many(tables, start, tally.at)
    if start.delay is not None and denied is None:
        _collect(tables, start, inputs, start.delay, tally)
        return
    held = _make(tables, start, inputs, tally)
    if denied is not None:
        groups.end(tables, held, denied, tally.at, tally.motion)
    elif not groups.join(tables, held, held.spot, tally.at, tally.motion):
        tally.dropped.append(held.run.id)
    elif held.run.status == "ready":
        tally.fresh.append(held)


def _one_too_many(tables: Tables, start: Start, at: float) -> Ending | None:
    """Return how a start ends for whose run there is no room; one that only joins makes none."""
    if tables.unfinished[start.recipe] < policy.UNFINISHED:
        return None
    if start.delay is not None and _collecting(tables, start.recipe, start.delay, at) is not None:
        return None
    return policy.too_many(start.recipe)


def _make(tables: Tables, start: Start, inputs: Mapping[str, Json], tally: _Tally) -> HeldRun:
    """Make a run that collects, until it joins its group."""
    tables.last_run += 1
    run = Run(
        id=ids.run_id(tables.last_run),
        recipe=start.recipe,
        recipe_hash=start.recipe_hash,
        event=ids.event_id(tally.event),
        status="delayed",
        trigger=start.trigger,
        group=start.group,
        created_at=tally.at,
        depth=start.depth,
        cause=start.cause,
        event_ref=start.event_ref,
        inputs=inputs,
    )
    spot = Spot(start.recipe, start.group, start.mode, start.max)
    held = HeldRun(tables.last_run, run, spot, tally.event)
    tables.runs[held.number] = held
    tables.begin(held)
    tally.runs.append(run.id)
    return held


# --- debounce and batch ----------------------------------------------------------------------


def _collect(
    tables: Tables, start: Start, inputs: Mapping[str, Json], delay: Delay, tally: _Tally
) -> None:
    there = _collecting(tables, start.recipe, delay, tally.at)
    if delay.kind == "debounce":
        since = tally.at if there is None else there.since
        if there is not None:
            groups.end(tables, there, policy.DEBOUNCED, tally.at, tally.motion)
        held = _make(tables, start, inputs, tally)
        _delay(held, delay, since, policy.quiet_until(delay, tally.at, since))
        tally.motion.look_at(held.run.wake_at)
        return
    if there is None:
        held = _make(tables, start, inputs, tally)
        _delay(held, delay, tally.at, tally.at + delay.seconds)
        tally.motion.look_at(held.run.wake_at)
    else:
        held = there
        held.items.append(tally.event)
    if policy.is_full(delay, len(held.events)):
        groups.join(tables, held, held.spot, tally.at, tally.motion)


def _collecting(tables: Tables, recipe: str, delay: Delay, at: float) -> HeldRun | None:
    """Return the run that collects for a key and is not over at `at`."""
    found = tables.find_open(
        lambda held: (
            held.spot.recipe == recipe
            and held.collects == (delay.kind, delay.key)
            and (held.run.wake_at or 0.0) > at
        )
    )
    return max(found, key=lambda held: (held.run.wake_at, held.number), default=None)


def _delay(held: HeldRun, delay: Delay, since: float, until: float) -> None:
    held.collects, held.since = (delay.kind, delay.key), since
    held.change(wake_at=until)
