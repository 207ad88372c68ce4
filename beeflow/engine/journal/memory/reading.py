"""Reading what is in memory: lists, counts, and letting go of what is old."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.engine.journal import ids
from beeflow.engine.journal.records import Counts, Filter, OpenRun, Pruned, Run, Standing

if TYPE_CHECKING:
    from beeflow.engine.event import Event
    from beeflow.engine.journal.memory.tables import HeldEvent, HeldRun, Tables


def events(tables: Tables, wanted: Filter) -> list[tuple[Event, int]]:
    """List events, newest first, each with the number of its runs."""
    by_event: dict[int, list[HeldRun]] = {}
    for held in tables.runs.values():
        for number in held.events:
            by_event.setdefault(number, []).append(held)
    found = [
        (held, by_event.get(held.number, []))
        for held in reversed(tables.events.values())
        if held.visible
        and (wanted.event is None or wanted.event == ids.event_id(held.number))
        and (wanted.since is None or held.new.received_at >= wanted.since)
        and _of_kind(held, wanted)
    ]
    of_runs = (wanted.recipe, wanted.outcome, wanted.status) != (None, None, None)
    chosen = [
        (held.seen(), len(its))
        for held, its in found
        if not of_runs or any(_stands(one, wanted) for one in its)
    ]
    return chosen[: wanted.limit or None]


def event(tables: Tables, event_id: str) -> Event | None:
    """Return an event by its id, or the newest with this id in its payload."""
    there = tables.events.get(ids.event_number(event_id) or 0)
    if there is not None and there.visible:
        return there.seen()
    for held in reversed(tables.events.values()):
        if held.visible and held.new.payload_id == event_id:
            return held.seen()
    return None


def runs(tables: Tables, wanted: Filter) -> list[Run]:
    """List runs, newest first."""
    number = None if wanted.event is None else ids.event_number(wanted.event)
    found = [
        held.run
        for held in reversed(tables.runs.values())
        if (wanted.event is None or number in held.events)
        and (wanted.since is None or held.run.created_at >= wanted.since)
        and _stands(held, wanted)
        and _of_kind(tables.events[held.event], wanted)
    ]
    return found[: wanted.limit or None]


def _stands(held: HeldRun, wanted: Filter) -> bool:
    return (
        wanted.recipe in {None, held.run.recipe}
        and wanted.outcome in {None, held.run.outcome}
        and wanted.status in {None, held.run.status}
    )


def _of_kind(held: HeldEvent, wanted: Filter) -> bool:
    return wanted.type in {None, held.new.type} and wanted.source in {None, held.new.source}


def run(tables: Tables, run_id: str) -> OpenRun | None:
    """Return a run with its events and records."""
    held = tables.runs.get(ids.run_number(run_id) or 0)
    if held is None:
        return None
    its = tuple(tables.events[number].seen() for number in held.events)
    return OpenRun(held.run, its, dict(held.records), held.stopping)


def counts(tables: Tables) -> Counts:
    """Count what there is."""
    every = [held.run for held in tables.runs.values()]
    return Counts(
        sum(held.visible for held in tables.events.values()),
        Counter(one.status for one in every),
        Counter(one.outcome for one in every if one.outcome is not None),
    )


def standing(tables: Tables) -> Standing:
    """Count what is in hand."""
    runs = [held.run for held in tables.runs.values()]
    unfinished = Counter[str](run.status for run in runs if run.status != "done")
    return Standing(dict(unfinished), sum(run.outcome == "unknown" for run in runs))


def prune(tables: Tables, before: float) -> Pruned:
    """Delete runs that ended before an instant, and events received before it."""
    old = [number for number, held in tables.runs.items() if _is_old(held.run, before)]
    for number in old:
        del tables.runs[number]
    needed = {number for held in tables.runs.values() for number in {*held.events, *held.met}}
    dropped = [
        held
        for number, held in tables.events.items()
        if held.visible and held.new.received_at < before and number not in needed
    ]
    for held_event in dropped:
        _drop_event(tables, held_event, before)
    for key, passed in tables.throttles.items():
        tables.throttles[key] = [one for one in passed if one[1] >= before]
    return Pruned(len(old), len(dropped))


def _is_old(run: Run, before: float) -> bool:
    return run.ended_at is not None and run.ended_at < before and run.outcome != "unknown"


def _drop_event(tables: Tables, held: HeldEvent, before: float) -> None:
    """Keep of an event no more than its key, and that only while it is needed."""
    holds = tables.keys[held.new.key] == held.number
    if holds and (held.key_until is None or held.key_until > before):
        tables.events[held.number] = replace(held, visible=False)
        return
    del tables.events[held.number]
    if holds:
        del tables.keys[held.new.key]
