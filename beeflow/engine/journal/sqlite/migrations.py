"""Bringing a journal's tables to the form this beeflow knows: numbered `.sql` files, in order."""

from __future__ import annotations

import logging
import os
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from beeflow.errors import JournalError, JournalFull, JournalTooNew

if TYPE_CHECKING:
    from sqlite3 import Connection

FOLDER = Path(__file__).parent / "migrations"

APPLICATION_ID = 0x62656566
"""Marks a SQLite file as a journal of beeflow (`beef` in ASCII)."""

log = logging.getLogger(__name__)

_COPY = re.compile(r"\.v([1-9]\d{0,3})", re.ASCII)
_NAME = re.compile(r"(\d{4})_[a-z_]+\.sql")


class Migration(msgspec.Struct, frozen=True):
    """One step: from the version before to `version`."""

    version: int
    script: str


def load(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Read the migrations; their numbers run from 1 without a gap."""
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(path.name)
        if match is None or int(match[1]) != len(found) + 1:
            raise ValueError(f"{path.name} is not migration {len(found) + 1:04}_name.sql")
        found.append(Migration(int(match[1]), path.read_text(encoding="utf-8")))
    return tuple(found)


def version_of(db: Connection, name: str) -> int:
    """Return a journal's version, 0 for a file that is empty.

    Raises `JournalError` for a SQLite file of something else; `name` is for the message.
    """
    version, application, tables = (
        int(db.execute(sql).fetchone()[0])
        for sql in (
            "PRAGMA user_version",
            "PRAGMA application_id",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    if application != APPLICATION_ID and (application or version or tables):
        raise JournalError(
            f"{name} is a SQLite database of something else, and not a journal of beeflow: "
            "name another file as journal.path"
        )
    return version


def refuse_newer(version: int, known: int, name: str) -> None:
    """Raise `JournalTooNew` for a journal of a later version than this beeflow knows."""
    if version > known:
        raise JournalTooNew(
            f"{name} has the form {version}, and this beeflow knows forms up to {known}: "
            "use the beeflow that wrote it, or a later one"
        )


def require_readable(db: Connection, name: str, known: int, oldest: int) -> None:
    """Raise for a journal that is not of a version from `oldest` to `known`."""
    version = version_of(db, name)
    refuse_newer(version, known, name)
    if version < oldest:
        raise JournalError(
            f"{name} has the form {version}, and this beeflow reads the form {known}: "
            "`beeflow serve` brings it up to date"
        )


def migrate(db: Connection, name: str, migrations: tuple[Migration, ...]) -> None:
    """Apply what is missing, all of it in one transaction.

    Before an existing journal is changed, a copy is left beside it: `<file>.v<version>`. Of the
    copies that earlier migrations left, none is needed then.
    """
    version = version_of(db, name)
    refuse_newer(version, len(migrations), name)
    missing = migrations[version:]
    if not missing:
        return
    if version == 0:
        _apply(db, missing)
        return
    copy = Path(f"{name}.v{version}")
    _copy(db, copy)
    _apply(db, missing)
    for earlier in range(1, version):
        Path(f"{name}.v{earlier}").unlink(missing_ok=True)
    log.warning(
        "%s was brought from the form %s to %s; as it was before, it is in %s",
        name, version, len(migrations), copy,
    )  # fmt: skip


def copies_of(path: Path) -> tuple[Path, ...]:
    """Return the copies that migrations of a journal left, the oldest form first."""
    found = (_COPY.fullmatch(one.name.removeprefix(path.name)) for one in _siblings(path))
    versions = sorted(int(match[1]) for match in found if match is not None)
    return tuple(path.with_name(f"{path.name}.v{version}") for version in versions)


def _siblings(path: Path) -> list[Path]:
    return [one for one in path.absolute().parent.iterdir() if one.name.startswith(path.name)]


def _copy(db: Connection, target: Path) -> None:
    """Leave a copy that is on disk before anything is changed, or none."""
    # A copy that is there already was left by an attempt that did not end: it may be partial.
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    target.chmod(0o600)
    try:
        db.execute("VACUUM INTO ?", (str(target),))
        sync(target)
        sync(target.absolute().parent)
    except sqlite3.OperationalError as error:
        target.unlink(missing_ok=True)
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_FULL:
            raise
        raise JournalFull(
            f"there is no room for {target}, the copy of the journal as it was, which takes as "
            "much as the journal holds: free some, a daemon goes on by itself then"
        ) from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def sync(path: Path) -> None:
    """Have what is known of a file, or a folder, on disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _apply(db: Connection, missing: tuple[Migration, ...]) -> None:
    scripts = "\n".join(migration.script for migration in missing)
    try:
        db.executescript(
            f"BEGIN IMMEDIATE;\n{scripts}\n"
            f"PRAGMA application_id = {APPLICATION_ID};\n"
            f"PRAGMA user_version = {missing[-1].version};\nCOMMIT;"
        )
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
