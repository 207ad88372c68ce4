"""Reading a journal out, oldest first, page by page, so that nobody is held up for long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.engine.journal import ids
from beeflow.engine.journal.sqlite import reading
from beeflow.engine.journal.sqlite.queries import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from sqlite3 import Connection

    from beeflow.engine.event import Event
    from beeflow.engine.journal.records import OpenRun
    from beeflow.engine.journal.sqlite.history import StoredHistory

PAGE: Final = 200
"""Events read at a time. A longer look would keep the log from being carried over."""

_SQL = load("exporting")


class Extent(msgspec.Struct, frozen=True):
    """What is read out: from the event number `first` on, received at `since` or later."""

    first: int
    since: float | None
    events: int


class Exported(msgspec.Struct, frozen=True):
    """An event with the runs that began with it."""

    event: Event
    runs: tuple[OpenRun, ...]


async def measure(history: StoredHistory, since: float | None, limit: int) -> Extent:
    """Return the extent of the newest `limit` events (0: of all) since an instant."""
    return await history.read(_measure, since, limit)


async def exported(history: StoredHistory, extent: Extent) -> AsyncIterator[Exported]:
    """Yield the events of an extent, oldest first, each with its runs."""
    first = extent.first
    while page := await history.read(_page, first, extent.since):
        for one in page:
            yield one
        first = (ids.event_number(page[-1].event.id) or 0) + 1


def _measure(db: Connection, since: float | None, limit: int) -> Extent:
    first = 0
    if limit:
        row = db.execute(_SQL["nth_newest"], {"since": since, "limit": limit}).fetchone()
        first = 0 if row is None else row[0]
    count = db.execute(_SQL["count"], {"first": first, "since": since}).fetchone()[0]
    return Extent(first, since, count)


def _page(db: Connection, first: int, since: float | None) -> list[Exported]:
    with reading.one_view(db):
        rows = db.execute(_SQL["page"], {"first": first, "since": since, "size": PAGE}).fetchall()
        events = [reading.event_of(row) for row in rows]
        return [Exported(event, tuple(reading.begun_by(db, event.id))) for event in events]
