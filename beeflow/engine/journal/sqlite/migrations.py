"""Bringing a journal's tables to the form this beeflow knows: numbered `.sql` files, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from beeflow.errors import JournalError, JournalTooNew

if TYPE_CHECKING:
    from sqlite3 import Connection

FOLDER = Path(__file__).parent / "migrations"

APPLICATION_ID = 0x62656566
"""Marks a SQLite file as a journal of beeflow (`beef` in ASCII)."""

_NAME = re.compile(r"(\d{4})_[a-z_]+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
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


def require_current(db: Connection, name: str, known: int) -> None:
    """Raise for a journal that is not of the version `known`."""
    version = version_of(db, name)
    refuse_newer(version, known, name)
    if version < known:
        raise JournalError(
            f"{name} has the form {version}, and this beeflow reads the form {known}: "
            "`beeflow serve` brings it up to date"
        )


def migrate(db: Connection, name: str, migrations: tuple[Migration, ...]) -> None:
    """Apply what is missing, each migration in a transaction of its own.

    Before an existing journal is changed, a copy is left beside it: `<file>.v<version>`.
    """
    version = version_of(db, name)
    refuse_newer(version, len(migrations), name)
    if 0 < version < len(migrations):
        _copy(db, Path(f"{name}.v{version}"))
    for migration in migrations[version:]:
        _apply(db, migration)


def _copy(db: Connection, target: Path) -> None:
    # A copy that is there already was left by an attempt that did not end: it may be partial.
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    db.execute("VACUUM INTO ?", (str(target),))


def _apply(db: Connection, migration: Migration) -> None:
    try:
        db.executescript(
            f"BEGIN IMMEDIATE;\n{migration.script}\n"
            f"PRAGMA application_id = {APPLICATION_ID};\n"
            f"PRAGMA user_version = {migration.version};\nCOMMIT;"
        )
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")
