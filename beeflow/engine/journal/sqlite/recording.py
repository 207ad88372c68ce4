"""Appending to a run's records, each commit as one part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.engine.journal import encoding, ids
from beeflow.engine.journal.sqlite.known import known_by
from beeflow.engine.journal.sqlite.queries import load
from beeflow.errors import StaleRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection

    from beeflow.engine.journal.records import Record

_SQL = load("running")
_WAITING = load("waiting")


FIRST_PART: Final = 24
"""Bits by which a run's number is shifted to the left to be the id before its first part."""


class Part(msgspec.Struct, frozen=True, gc=False):
    """Records of a run to append, encoded before the writer's thread has to do with them."""

    run: int
    records: tuple[Record, ...]
    encoded: bytes


def part(run: int, records: Iterable[Record]) -> Part:
    """Prepare records to be appended. Raises `TypeError` for what cannot be JSON."""
    kept = tuple(records)
    return Part(run, kept, encoding.encode_records(kept))


def stale(run: int) -> StaleRun:
    """Return the refusal of a run that is done, or was never there."""
    return StaleRun(f"the run {ids.run_id(run)} is done already, or there is none")


def require_open(db: Connection, run: int) -> tuple[str, bool]:
    """Return the status of a run that is not done, and whether it is to stop."""
    row = db.execute(_SQL["open_run"], (run,)).fetchone()
    if row is None:
        raise stale(run)
    return row[0], bool(row[1])


def append(db: Connection, part: Part) -> None:
    """Append records to a run that is not done."""
    if not part.records:
        require_open(db, part.run)
        return
    known = known_by(db)
    underway = known.underway(part.run)
    if underway is not None and not underway.waits:
        underway.part += 1
        db.execute(_SQL["append_next"], (underway.part, part.encoded))
    elif known.waits:
        _append_awaiting(db, part)
    elif not db.execute(_SQL["append"], {"run": part.run, "records": part.encoded}).rowcount:
        raise stale(part.run)


def _append_awaiting(db: Connection, part: Part) -> None:
    """Append records to a run that may wait for something."""
    parameters = {"run": part.run, "records": part.encoded}
    row = db.execute(_SQL["append_awaiting"], parameters).fetchone()
    if row is None:
        raise stale(part.run)
    number, has_waits = row
    if has_waits:
        _settle_waits(db, part, number)


def _settle_waits(db: Connection, part: Part, number: int) -> None:
    """Hold records and waits together.

    A wait that was met has its answer: that it is open is old news. One whose record is closed
    is over, and nothing may meet it any more.
    """
    met = {row[0] for row in db.execute(_WAITING["met_paths"], (part.run,))}
    kept = [one for one in part.records if one.status != "open" or one.path not in met]
    if len(kept) < len(part.records):
        encoded = encoding.encode_records(kept)
        db.execute(_SQL["rewrite_part"], (encoded, number))
    closed = [(part.run, one.path) for one in part.records if one.status != "open"]
    db.executemany(_WAITING["forget_path"], closed)


def extend(db: Connection, run: int, record: Record) -> None:
    """Append a record that the journal itself writes, and let the waits be."""
    db.execute(_SQL["append"], {"run": run, "records": encoding.encode_records((record,))})


def rewrite(db: Connection, run: int, records: Sequence[Record]) -> None:
    """Replace all records of a run that is not done."""
    db.execute(_SQL["drop_records"], {"run": run})
    append(db, part(run, records))
