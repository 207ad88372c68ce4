"""Builds that break a promise, to see that the harness notices.

    python -m faults.sabotage NAME [COMMAND OF BEEFLOW …]

Each of them leaves out one thing that the product does for good reason.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from beeflow.engine import performing
from beeflow.engine.commands import Answer, Look
from beeflow.engine.journal.sqlite import admission, writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection

    from beeflow.engine.journal.records import Record

HASTE = 0.02
"""Seconds between the acknowledgement and the commit of the build that is in a hurry."""


def acknowledge_before_the_commit() -> None:
    """Tell those who wait as soon as their work is in the transaction."""

    def hurry(self: Any, batch: Any, perform: Callable[[Any], None]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        for operation in batch:
            perform(operation)
        writer._answer(batch)
        time.sleep(HASTE)
        self._db.execute("COMMIT")

    writer.Writer._try = hurry  # type: ignore[method-assign]


def sync_nothing() -> None:
    """Leave it to the system when something reaches the disk."""
    make = writer.Writer.__init__

    def make_careless(self: Any, db: Connection, *more: Any) -> None:
        db.execute("PRAGMA synchronous = OFF")
        make(self, db, *more)

    writer.Writer.__init__ = make_careless  # type: ignore[assignment,method-assign]


def record_no_starts() -> None:
    """Call without having on disk that a call begins."""

    async def only_note(self: performing.Desk, *records: Record, **_: Any) -> None:
        for record in records:
            self.note(record)

    performing.Desk.save = only_note  # type: ignore[method-assign]


def see_nothing() -> None:
    """Never find what a guarded call has made already."""

    async def look_away(*_: Any) -> Answer:
        return Answer({})

    table: Any = performing.ASKED
    table[Look] = look_away


def know_nobody_again() -> None:
    """Take a webhook that was taken before for a new one."""
    known = admission._known

    def forget(db: Connection, event: Any) -> None:
        receipt = known(db, event)
        if receipt is not None:
            db.execute("UPDATE event SET holds = 0 WHERE key = ?", (event.key,))

    admission._known = forget


BUILDS: dict[str, Callable[[], None]] = {
    "sound": lambda: None,
    "hasty": acknowledge_before_the_commit,
    "unsynced": sync_nothing,
    "unrecorded": record_no_starts,
    "blind": see_nothing,
    "amnesiac": know_nobody_again,
}


if __name__ == "__main__":
    from beeflow.cli import main

    BUILDS[sys.argv[1]]()
    sys.argv[1:] = sys.argv[sys.argv.index("beeflow") + 1 :]
    main()
