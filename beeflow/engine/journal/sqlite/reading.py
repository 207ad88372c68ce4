"""Reading the journal: rows as values, lists, counts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from beeflow.engine.event import Event
from beeflow.engine.journal import encoding, ids
from beeflow.engine.journal.records import Counts, Filter, OpenRun, Record, Run, Standing
from beeflow.engine.journal.sqlite.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from sqlite3 import Connection

    from beeflow.recipe.model import Bundle
    from beeflow.types import Json

_SQL = load("history")
_RECORDS = load("running")["records"]
_STATE = load("keeping")["state"]
_BUNDLE = load("keeping")["bundle"]


def events(db: Connection, wanted: Filter) -> list[tuple[Event, int]]:
    """List events, newest first, each with the number of its runs."""
    rows = db.execute(_SQL["events"], _parameters(wanted))
    return [(event_of(row), row[8]) for row in rows]


def event(db: Connection, event_id: str) -> Event | None:
    """Return an event by its id, or the newest with this id in its payload."""
    number = ids.event_number(event_id)
    row = db.execute(_SQL["event"], (number,)).fetchone()
    if row is None:
        row = db.execute(_SQL["event_of_payload"], (encoding.clean(event_id),)).fetchone()
    return event_of(row) if row is not None else None


def runs(db: Connection, wanted: Filter) -> list[Run]:
    """List runs, newest first."""
    name = "runs" if wanted.event is None else "runs_of_event"
    return [_run(row) for row in db.execute(_SQL[name], _parameters(wanted))]


def run(db: Connection, run_id: str) -> OpenRun | None:
    """Return a run with its events and records."""
    number = ids.run_number(run_id)
    with one_view(db):
        row = db.execute(_SQL["run"], (number,)).fetchone()
        return None if row is None else _opened(db, row)


def begun_by(db: Connection, event_id: str) -> list[OpenRun]:
    """Return the runs whose first event this is, whole, in the order in which they began."""
    rows = db.execute(_SQL["runs_begun_by"], (ids.event_number(event_id),))
    return [_opened(db, row) for row in rows.fetchall()]


@contextmanager
def one_view(db: Connection) -> Iterator[None]:
    """See the journal as it is now in all that is read while the block runs."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("ROLLBACK")


def _opened(db: Connection, row: Sequence[Any]) -> OpenRun:
    number = row[0]
    found = db.execute(_SQL["events_of_run"], {"event": row[3], "run": number}).fetchall()
    records = read_records(db, number)
    return OpenRun(_run(row), tuple(map(event_of, found)), records, bool(row[19]))


def read_records(db: Connection, number: int) -> dict[str, Record]:
    """Return a run's records by path, in the order in which their paths came up."""
    records: dict[str, Record] = {}
    for (part,) in db.execute(_RECORDS, {"run": number}):
        records.update((record.path, record) for record in encoding.decode_records(part))
    return records


def bundle(db: Connection, recipe_hash: str) -> Bundle | None:
    """Return the text of a recipe."""
    row = db.execute(_BUNDLE, (recipe_hash,)).fetchone()
    return encoding.decode_bundle(row[0]) if row is not None else None


def state(db: Connection, namespace: str) -> dict[str, Json]:
    """Return the values kept between the runs of a recipe."""
    row = db.execute(_STATE, (namespace,)).fetchone()
    return encoding.decode_mapping(row[0]) if row is not None else {}


def counts(db: Connection) -> Counts:
    """Count what there is."""
    by_status = dict(db.execute(_SQL["count_unfinished"]).fetchall())
    by_outcome = dict(db.execute(_SQL["count_ended"]).fetchall())
    if by_outcome:
        by_status["done"] = sum(by_outcome.values())
    number = db.execute(_SQL["count_events"]).fetchone()[0]
    return Counts(number, by_status, by_outcome)


def standing(db: Connection) -> Standing:
    """Count what is in hand."""
    unfinished = dict(db.execute(_SQL["count_unfinished"]).fetchall())
    return Standing(unfinished, db.execute(_SQL["count_unknown"]).fetchone()[0])


def _parameters(wanted: Filter) -> dict[str, Any]:
    # An id that is none finds nothing: no row has the number 0.
    number = None if wanted.event is None else ids.event_number(wanted.event) or 0
    return {
        "limit": wanted.limit or -1,
        "since": wanted.since,
        "recipe": _clean(wanted.recipe),
        "outcome": _clean(wanted.outcome),
        "status": _clean(wanted.status),
        "type": _clean(wanted.type),
        "source": _clean(wanted.source),
        "event": number,
    }


def _clean(text: str | None) -> str | None:
    return None if text is None else encoding.clean(text)


def event_of(row: Sequence[Any]) -> Event:
    """Return an event by the eight columns of its queries."""
    return Event(
        id=ids.event_id(row[0]),
        key=row[1],
        source=row[2],
        type=row[3],
        received_at=row[4],
        payload=encoding.decode(row[5]),
        payload_id=row[6],
        event_ref=row[7],
    )


def _run(row: Sequence[Any]) -> Run:
    return Run(
        id=ids.run_id(row[0]),
        recipe=row[1],
        recipe_hash=row[2],
        event=ids.event_id(row[3]),
        status=row[4],
        trigger=row[5],
        group=row[6],
        outcome=row[7],
        reason=row[8],
        created_at=row[9],
        started_at=row[10],
        ended_at=row[11],
        wake_at=row[12],
        attempt=row[13],
        depth=row[14],
        cause=row[15],
        event_ref=row[16],
        inputs=encoding.decode_mapping(row[17]),
        ending=encoding.ending_of(row[7], row[8], row[18]),
    )
