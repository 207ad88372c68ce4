"""The plan of event starts, and the marks of schedules and watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beeflow.engine.journal import encoding
from beeflow.engine.journal.records import PlanChange, PlannedEvent
from beeflow.engine.journal.sqlite.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection

    from beeflow.types import Json

_SQL = load("planning")


def change(db: Connection, changes: Iterable[PlanChange]) -> None:
    """Take over what a webhook says of events' starts."""
    for one in changes:
        if one.planned is None:
            db.execute(_SQL["drop_plan"], (one.event_ref,))
        else:
            _upsert(db, one.planned)


def reconcile(db: Connection, changes: Sequence[PlannedEvent | str], now: float) -> None:
    """Take over a list of all starts as of `now`; what became known later stands."""
    for one in changes:
        ref = encoding.clean(one if isinstance(one, str) else one.event_ref)
        row = db.execute(_SQL["seen_at"], (ref,)).fetchone()
        if row is not None and row[0] > now:
            continue
        if isinstance(one, str):
            db.execute(_SQL["drop_plan"], (ref,))
        else:
            _upsert(db, one)


def _upsert(db: Connection, planned: PlannedEvent) -> None:
    data = encoding.encode(planned.data)
    db.execute(
        _SQL["upsert_plan"],
        (encoding.clean(planned.event_ref), planned.start_at, planned.seen_at, data),
    )


def planned(db: Connection, after: float, until: float) -> list[PlannedEvent]:
    """List events with `after < start_at <= until`, by start."""
    return [_planned(row) for row in db.execute(_SQL["planned"], (after, until))]


def planned_ref(db: Connection, event_ref: str) -> PlannedEvent | None:
    """Return one planned event."""
    row = db.execute(_SQL["planned_ref"], (event_ref,)).fetchone()
    return _planned(row) if row is not None else None


def planned_refs(db: Connection) -> dict[str, float]:
    """All planned events: reference to start."""
    return dict(db.execute(_SQL["planned_refs"]).fetchall())


def _planned(row: tuple[Any, ...]) -> PlannedEvent:
    event_ref, start_at, seen_at, data = row
    return PlannedEvent(event_ref, start_at, seen_at, encoding.decode_mapping(data))


def marks(db: Connection, prefix: str) -> dict[str, Json]:
    """Return the marks whose key begins so."""
    rows = db.execute(_SQL["marks"], {"prefix": prefix})
    return {key: encoding.decode(value) for key, value in rows}


def mark(db: Connection, values: Iterable[tuple[str, Json]]) -> None:
    """Write marks; a value None removes one."""
    for name, value in values:
        key = encoding.clean(name)
        if value is None:
            db.execute(_SQL["drop_mark"], (key,))
        else:
            db.execute(_SQL["write_mark"], (key, encoding.encode(value)))
