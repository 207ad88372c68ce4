"""Opening the file: its mode, its settings, and whether it is whole."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from pathlib import Path
from sqlite3 import Connection
from typing import Final, Literal, TypeAlias, TypeVar
from urllib.parse import quote

from beeflow.engine.journal.sqlite import migrations
from beeflow.engine.journal.sqlite.faults import fault
from beeflow.engine.journal.sqlite.known import Writing, learn
from beeflow.engine.journal.sqlite.queries import load
from beeflow.engine.journal.sqlite.wal import hole_behind
from beeflow.errors import JournalBroken, JournalError, JournalFull, NothingFound

log = logging.getLogger(__name__)

C = TypeVar("C", bound=Connection)

Synchronous: TypeAlias = Literal["FULL", "NORMAL"]

OLDEST_SQLITE: Final = (3, 37, 0)
"""The first with both RETURNING and STRICT tables."""

BUSY_TIMEOUT: Final = 5.0
"""Seconds to wait for another program that holds the write lock."""

CHECK_SECONDS: Final = 2.0
"""How long the check at the start may take; a larger journal is checked as far as it gets."""

CHECKPOINT_PAGES: Final = 4000
"""Pages of log after which they are carried over into the file (16 MiB)."""

LOG_LIMIT: Final = 64 * 1024 * 1024
"""Bytes to which a log that a long reading let grow is cut back."""

COMPANIONS: Final = ("", "-wal", "-shm", ".lock")
"""What a journal's files are called, after its own name. All of them are their owner's alone."""

_BLAME: Final = {
    "FULL": "look at the disk, and at the latest backup",
    "NORMAL": "with `journal.synchronous: normal` that is what a power loss may do",
}
"""What is to be said of a log that is damaged in its middle."""

_SQL = load("opening")


def open_for_writing(path: Path, synchronous: Synchronous) -> Connection:
    """Open or create a journal, bring it to today's form, and see that it is whole."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise JournalError(
            f"this Python has SQLite {sqlite3.sqlite_version}, and the journal needs 3.37 or later"
        )
    _create(path)
    db = _connect(f"file:{quote(str(path.absolute()))}?mode=rw", Writing)
    try:
        known = migrations.load()
        migrations.refuse_newer(migrations.version_of(db, str(path)), len(known), str(path))
        _keep_private(path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {synchronous}")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        db.execute(f"PRAGMA journal_size_limit = {LOG_LIMIT}")
        check(db, path)
        migrations.migrate(db, str(path), known)
        _settle(db, path, _BLAME[synchronous])
        db.known = learn(db)
    except BaseException:
        db.close()
        raise
    return db


def _settle(db: Connection, path: Path, blame: str) -> None:
    """Sync what a process that died has left, and tell what is lost of it; `blame` says by what.

    It may have written what it had not synced yet. We see that like all the rest, and tell who
    sends it again that it is here: so it has to be safe before anybody is told so. The folder is
    synced, too, lest a power loss take the files with all that was synced in them.

    Where a sync failed before, the system may take for written what it only has in memory; what
    is carried over into the file is written anew. On a full disk that must wait.
    """
    log_of_it = path.with_name(f"{path.name}-wal")
    if log_of_it.exists():
        migrations.sync(log_of_it)
    migrations.sync(path.absolute().parent)
    try:
        _, frames, _ = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    except sqlite3.OperationalError as error:
        if not isinstance(fault(error, path), JournalFull):
            raise
        return
    hole = hole_behind(log_of_it, frames) if frames >= 0 and log_of_it.exists() else None
    if hole is not None:
        log.error(
            "%s is damaged from byte %s on: %s commits behind it are lost; %s",
            log_of_it.name, hole.offset, hole.commits, blame
        )  # fmt: skip


def require_place(path: Path) -> None:
    """Raise `JournalError` where no journal can be, before anything there is touched."""
    _require_file(path)
    if not path.absolute().parent.is_dir():
        raise JournalError(
            f"the journal {path} has no folder: make {path.parent}, or name another journal.path"
        )


def _require_file(path: Path) -> None:
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "no regular file"
        raise JournalError(f"the journal {path} is {what}: name a file as journal.path")


def _create(path: Path) -> None:
    """Create the file, for its owner alone. SQLite gives its companions the same mode."""
    if path.exists():
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.fchmod(handle, 0o600)
    os.close(handle)


def _keep_private(path: Path) -> None:
    """Take from everyone else what was there already; nobody is given anything.

    Only paths are touched: closing a handle of the file would drop the locks that SQLite holds.
    """
    for companion in own_files(path):
        if companion.exists():
            companion.chmod(companion.stat().st_mode & 0o700)


def real_file(path: Path) -> Path:
    """Return where a journal lies; of a link, where it leads to.

    SQLite keeps the log beside the file that it opens in the end: whoever looked for it beside the
    link would take a journal in use for one at rest, and miss all that is only in its log.
    """
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def own_files(path: Path) -> tuple[Path, ...]:
    """Return the file of a journal and what may lie beside it and belongs to it."""
    path = real_file(path)
    return tuple(path.with_name(path.name + ending) for ending in COMPANIONS)


def open_for_reading(
    path: Path, *, beside_writer: bool = False, earlier: bool = False
) -> Connection:
    """Open a journal to read, without creating a file or holding up its writer.

    `beside_writer` says that this process writes it, so that it is not taken to be at rest;
    `earlier` that one of an earlier version will do. Raises `NothingFound` where there is none,
    `JournalTooNew` for one of a later version.
    """
    _require_file(path)
    if not path.is_file():
        raise NothingFound(
            f"there is no journal {path}: `beeflow serve` makes one, "
            "or name another with journal.path"
        )
    if not os.access(path, os.R_OK):
        raise JournalError(f"the journal {path} may not be read by this user")
    at_rest = not beside_writer and _is_at_rest(path)
    # Opened as usual, SQLite would create a log and its index just to look.
    mode = "mode=ro&immutable=1" if at_rest else "mode=ro"
    db = _connect(f"file:{quote(str(path.absolute()))}?{mode}", Connection)
    try:
        db.execute("PRAGMA query_only = 1")
        known = len(migrations.load())
        migrations.require_readable(db, str(path), known, 1 if earlier else known)
    except sqlite3.OperationalError as error:
        db.close()
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN and not at_rest:
            raise _unindexed(path) from error
        raise
    except BaseException:
        db.close()
        raise
    return db


def _unindexed(path: Path) -> JournalError:
    """Say why nothing is wrong with a journal that this user cannot read."""
    return JournalError(
        f"the journal {path} has a log, which SQLite reads by an index in {path.name}-shm, and "
        "this user may write neither that nor the folder: run beeflow as the user that owns the "
        f"journal, or copy {path.name} and {path.name}-wal to a folder of your own"
    )


def _is_at_rest(path: Path) -> bool:
    """Whether nobody writes: without a log, everything is in the file itself."""
    return not path.with_name(f"{path.name}-wal").exists()


def _connect(uri: str, kind: type[C]) -> C:
    # The writer and the readers are threads of their own, each with connections of its own.
    return sqlite3.connect(
        uri,
        uri=True,
        timeout=BUSY_TIMEOUT,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=kind,
    )


def check(db: Connection, path: Path) -> None:
    """Raise `JournalBroken` where the file is damaged, as far as `CHECK_SECONDS` let us see."""
    until = time.monotonic() + CHECK_SECONDS
    db.set_progress_handler(lambda: int(time.monotonic() > until), 10_000)
    try:
        found = [str(row[0]) for row in db.execute("PRAGMA quick_check(3)")]
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        log.info(
            "the journal is too large to be checked for damage in %g s: "
            "`beeflow journal check` looks at all of it, also while this runs", CHECK_SECONDS
        )  # fmt: skip
        return
    finally:
        db.set_progress_handler(None, 0)
    if found != ["ok"]:
        raise JournalBroken(f"the journal {path} is damaged: {'; '.join(found)}")


def missing_events(db: Connection) -> int:
    """Return how many events were journaled once and are gone, though nothing pruned them."""
    return int(db.execute(_SQL["missing_events"]).fetchone()[0])
