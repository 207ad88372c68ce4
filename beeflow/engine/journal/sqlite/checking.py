"""Checking a journal from end to end, for a person; nothing is changed."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.engine.journal.sqlite import migrations, reading
from beeflow.engine.journal.sqlite.faults import translated
from beeflow.engine.journal.sqlite.lock import at_peace
from beeflow.engine.journal.sqlite.opening import (
    missing_events,
    open_for_reading,
    own_files,
    real_file,
)
from beeflow.engine.journal.sqlite.queries import load
from beeflow.engine.journal.sqlite.wal import find_hole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from sqlite3 import Connection

    from beeflow.engine.journal.records import Counts

STEP: Final = 200_000
"""Instructions of SQLite's machine between two signs of life."""

_MOST: Final = 20
_SQL = load("checking")

_FINDINGS: Final[Mapping[str, str]] = {
    "runs_without_event": "{} runs whose event is gone",
    "unfinished_without_body": "{} unfinished runs whose event has lost its body",
    "unfinished_without_recipe": "{} unfinished runs whose recipe's text is gone",
    "records_without_run": "records of {} runs that are gone",
    "waits_without_run": "{} waits of runs that are over",
    "links_without_end": "{} links between runs and events of which one is gone",
    "keys_without_digest": "{} pruned events without the digest that tells a conflict",
}
"""What should be nowhere, by the query that counts it."""


class Report(msgspec.Struct, frozen=True):
    """How a journal is. `findings` are what is wrong with it; `copies` were left by migrations.

    Of an earlier `form`, tables are not held against each other. `size` and `log` are in bytes;
    `holder` is the process that has it open, None for none. In a damaged journal nothing is
    counted.
    """

    form: int
    size: int
    log: int
    counts: Counts | None
    holder: str | None
    copies: tuple[Path, ...]
    findings: tuple[str, ...]


def check(path: Path, alive: Callable[[], None] = lambda: None) -> Report:
    """Check everything; blocks, and calls `alive` now and then.

    Raises `NothingFound`, `JournalTooNew` and `JournalError` for what cannot be read as a journal
    at all; damage inside of it is a finding.
    """
    path = real_file(path)
    with translated(path, writing=False), at_peace(path) as holder:
        db = open_for_reading(path, earlier=True)
        try:
            db.set_progress_handler(alive, STEP)
            return _report(db, path, holder)
        finally:
            db.close()


def _report(db: Connection, path: Path, holder: str | None) -> Report:
    with reading.one_view(db):
        damage = _damage(db)
        form = migrations.version_of(db, str(path))
        # In a damaged file the answers would mean nothing, and to ask may fail.
        findings = damage or [*_lost(db), *_strays(db, form)]
        counts = None if damage else reading.counts(db)
    log = path.with_name(f"{path.name}-wal")
    return Report(
        form,
        path.stat().st_size,
        log.stat().st_size if log.exists() else 0,
        counts,
        holder,
        migrations.copies_of(path),
        (*findings, *_unreached(log), *_open_to_others(path)),
    )


def _damage(db: Connection) -> list[str]:
    """Return what SQLite finds wrong with its pages and indexes."""
    try:
        found = [str(row[0]) for row in db.execute(f"PRAGMA integrity_check({_MOST})")]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        found = [str(error)]
    return [] if found == ["ok"] else [f"it is damaged: {line}" for line in found]


def _unreached(log: Path) -> Iterator[str]:
    hole = find_hole(log)
    if hole is not None:
        yield (
            f"{log.name} is damaged from byte {hole.offset} on: what {hole.commits} commits "
            "behind it wrote is lost, or will be with the next start"
        )


def _lost(db: Connection) -> Iterator[str]:
    missing = missing_events(db)
    if missing:
        yield f"{missing} events are gone that nothing pruned"


def _strays(db: Connection, form: int) -> Iterator[str]:
    """Yield what of the tables does not fit together; how that is asked, today's form knows."""
    if form < len(migrations.load()):
        return
    for name, finding in _FINDINGS.items():
        count = db.execute(_SQL[name]).fetchone()[0]
        if count:
            yield finding.format(count)


def _open_to_others(path: Path) -> Iterator[str]:
    for companion in own_files(path):
        mode = companion.stat().st_mode & 0o777 if companion.exists() else 0
        if mode & 0o077:
            yield f"{companion.name} is open to others (mode {mode:o}): chmod 600 {companion}"
