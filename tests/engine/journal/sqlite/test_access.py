"""Who may use a journal: asked before it is opened, with whose it is and how to mend it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from beeflow.engine.journal.sqlite import SqliteJournal, migrations
from beeflow.engine.journal.sqlite.access import _name, require_writable
from beeflow.engine.journal.sqlite.opening import open_for_reading
from beeflow.errors import JournalError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["beeflow.db", "beeflow.db-wal", "beeflow.db.lock", "."])
async def test_whose_it_is_and_what_helps_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The superuser, as whom tests may run, may do everything: so the system's word is ours."""
    path = tmp_path / "beeflow.db"
    for ending in ("", "-wal", ".lock"):
        path.with_name(path.name + ending).touch(mode=0o600)
    require_writable(path)
    forbidden = tmp_path / name
    monkeypatch.setattr(os, "access", lambda asked, _: asked != forbidden)

    with pytest.raises(JournalError, match=r"may not be written by .*chown") as refused:
        await SqliteJournal.open(path)

    assert f"{forbidden} belongs to {_name(os.getuid())} (mode " in str(refused.value)
    assert path.read_bytes() == b""


def test_a_log_that_this_user_may_not_index_is_no_damage(folder: Path) -> None:
    """The superuser may write the index: so a link to nowhere is in its place."""
    path = folder / "beeflow.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrations.migrate(db, str(path), migrations.load())
        db.execute("PRAGMA journal_mode = WAL")
    (folder / "beeflow.db-wal").write_bytes(b"x" * 64)
    (folder / "beeflow.db-shm").symlink_to(folder / "none" / "such")

    with pytest.raises(JournalError, match=r"may write neither that nor the folder.*copy"):
        open_for_reading(path)


def test_a_user_without_a_name_is_told_by_number() -> None:
    assert _name(4_000_000_000) == "user 4000000000"


async def test_a_mode_is_narrowed_and_never_widened(folder: Path) -> None:
    path = folder / "beeflow.db"
    await (await SqliteJournal.open(path)).close()
    path.chmod(0o764)

    await (await SqliteJournal.open(path)).close()

    assert path.stat().st_mode & 0o777 == 0o700
