"""The plan of event starts, and the marks of schedules and watches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.engine.journal import encoding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.engine.journal.memory.tables import Tables
    from beeflow.engine.journal.records import PlanChange, PlannedEvent
    from beeflow.types import Json


def change(tables: Tables, changes: Iterable[PlanChange]) -> None:
    """Take over what a webhook says of events' starts."""
    for one in changes:
        if one.planned is None:
            tables.plan.pop(one.event_ref, None)
        else:
            _upsert(tables, one.planned)


def reconcile(tables: Tables, changes: Iterable[PlannedEvent | str], now: float) -> None:
    """Take over a list of all starts as of `now`; what became known later stands."""
    for one in changes:
        ref = one if isinstance(one, str) else one.event_ref
        there = tables.plan.get(ref)
        if there is not None and there.seen_at > now:
            continue
        if isinstance(one, str):
            tables.plan.pop(ref, None)
        else:
            _upsert(tables, one)


def _upsert(tables: Tables, planned: PlannedEvent) -> None:
    there = tables.plan.get(planned.event_ref)
    unchanged = there is not None and there.start_at == planned.start_at
    seen_at = there.seen_at if there is not None and unchanged else planned.seen_at
    data = encoding.plain(planned.data)
    tables.plan[planned.event_ref] = replace(planned, seen_at=seen_at, data=data)


def mark(tables: Tables, values: Iterable[tuple[str, Json]]) -> None:
    """Write marks; a value None removes one."""
    for key, value in values:
        if value is None:
            tables.marks.pop(key, None)
        else:
            tables.marks[key] = encoding.plain(value)
