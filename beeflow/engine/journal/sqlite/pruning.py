"""Letting go of what is old: found by a reader, deleted in slices that hold up nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.engine.journal.sqlite.admission import digest_of
from beeflow.engine.journal.sqlite.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection
    from sqlite3 import Connection

SLICE: Final = 128
"""Runs or events deleted in one transaction: a few milliseconds of the writer's time."""

_SQL = load("pruning")
_DROP_RECORDS = load("running")["drop_records"]


def old_runs(db: Connection, before: float) -> list[int]:
    """Return the runs that ended before an instant; an unknown outcome is not the end of it."""
    return [row[0] for row in db.execute(_SQL["old_runs"], (before,))]


def delete_runs(db: Connection, runs: list[int], before: float) -> int:
    """Delete those of the runs that are done still; returns how many."""
    deleted = 0
    for run in runs:
        if db.execute(_SQL["delete_run"], (run, before)).rowcount:
            db.execute(_DROP_RECORDS, {"run": run})
            db.execute(_SQL["delete_links"], (run,))
            deleted += 1
    return deleted


def old_events(db: Connection, before: float) -> list[int]:
    """Return the events before an instant that no run refers to."""
    return [row[0] for row in db.execute(_SQL["old_events"], (before,))]


def count_old_events(db: Connection, before: float) -> int:
    """Return how many events would go: those that only old runs refer to, or none."""
    count: int = db.execute(_SQL["count_old_events"], {"before": before}).fetchone()[0]
    return count


def drop_events(db: Connection, events: list[int], before: float) -> int:
    """Keep of events no more than their keys, and those only while they are needed.

    Returns how many events these are: another pruning may have taken some of them meanwhile.
    """
    dropped = 0
    for event in events:
        row = db.execute(_SQL["body"], (event,)).fetchone()
        if row is None:
            continue
        if db.execute(_SQL["delete_event"], (event, before)).rowcount:
            db.execute(_SQL["count_removed"])
        else:
            db.execute(_SQL["drop_body"], (digest_of(row[0]), event))
        dropped += 1
    return dropped


def old_texts(db: Connection) -> list[str]:
    """Return the hashes of the recipes' texts that no run is pinned to."""
    return [row[0] for row in db.execute(_SQL["old_texts"])]


def drop_texts(db: Connection, texts: list[str], live: Collection[str]) -> int:
    """Delete texts that no run is pinned to; those in `live` may be, any moment."""
    old = [(text,) for text in texts if text not in live]
    db.executemany(_SQL["delete_text"], old)
    return len(old)


def drop_passes(db: Connection, before: float) -> None:
    """Forget the windows of throttles that were over before an instant."""
    db.execute(_SQL["old_passes"], (before,))
