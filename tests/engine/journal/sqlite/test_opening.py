"""Opening a journal: its mode, its settings, and what is refused."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest
from engine.journal.sample import begin, event

from beeflow.engine.journal.records import Admission
from beeflow.engine.journal.sqlite import SqliteHistory, SqliteJournal, checking, opening
from beeflow.engine.journal.sqlite import journal as journal_module
from beeflow.engine.journal.sqlite.backup import back_up
from beeflow.errors import (
    JournalBroken,
    JournalError,
    JournalFull,
    JournalLocked,
    JournalTooNew,
)


async def filled(path: Path, number: int = 3) -> None:
    """Leave a journal with some events in it."""
    journal = await SqliteJournal.open(path)
    for key in range(number):
        await begin(journal, f"k{key}")
    await journal.close()


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


async def test_all_files_are_their_owners_alone_whatever_the_umask(folder: Path) -> None:
    before = os.umask(0)
    try:
        journal = await SqliteJournal.open(folder / "beeflow.db")
        await begin(journal, "a")
        found = modes(folder)
    finally:
        os.umask(before)
    await journal.close()

    assert found == dict.fromkeys(
        ["beeflow.db", "beeflow.db-wal", "beeflow.db-shm", "beeflow.db.lock"], 0o600
    )


async def test_files_that_were_open_to_others_are_closed_to_them(folder: Path) -> None:
    path = folder / "beeflow.db"
    await filled(path)
    path.chmod(0o644)
    (folder / "beeflow.db-wal").touch()
    (folder / "beeflow.db-wal").chmod(0o666)

    journal = await SqliteJournal.open(path)

    assert set(modes(folder).values()) == {0o600}
    await journal.close()


@pytest.mark.parametrize(("synchronous", "code"), [("FULL", 2), ("NORMAL", 1)])
async def test_the_writer_syncs_as_it_is_told(
    folder: Path, synchronous: opening.Synchronous, code: int
) -> None:
    db = opening.open_for_writing(folder / "beeflow.db", synchronous)

    assert db.execute("PRAGMA synchronous").fetchone() == (code,)
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA busy_timeout").fetchone() == (5000,)
    db.close()


def test_at_each_opening_the_log_and_the_folder_are_synced(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def note(handle: int) -> None:
        synced.append(str(Path(f"/dev/fd/{handle}").resolve()))

    monkeypatch.setattr(os, "fsync", note)
    for _ in range(2):
        opening.open_for_writing(folder / "beeflow.db", "FULL").close()

    assert synced == [str(folder.resolve() / "beeflow.db-wal"), str(folder.resolve())] * 2


@pytest.mark.parametrize(("full", "raised"), [(True, None), (False, sqlite3.OperationalError)])
def test_what_cannot_be_carried_over_for_want_of_room_is_left_for_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch, full: bool, raised: type[Exception] | None
) -> None:
    class Db:
        def execute(self, _sql: str) -> None:
            raise sqlite3.OperationalError("disk I/O error")

    told = JournalFull("no room") if full else JournalBroken("broken")
    monkeypatch.setattr(opening, "fault", lambda *_: told)
    with pytest.raises(raised) if raised else contextlib.nullcontext():
        opening._settle(Db(), folder / "beeflow.db", "")  # type: ignore[arg-type]


async def test_a_journal_goes_on_where_it_was(folder: Path) -> None:
    await filled(folder / "beeflow.db")

    journal = await SqliteJournal.open(folder / "beeflow.db")

    assert (await begin(journal, "next")).event_id == "e-4"
    assert await journal.ready() == ("r-1", "r-2", "r-3", "r-4")
    assert journal.missing == 0
    await journal.close()


async def test_a_second_daemon_is_refused(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")

    with pytest.raises(JournalLocked, match=str(os.getpid())):
        await SqliteJournal.open(folder / "beeflow.db")

    assert (await begin(journal, "a")).status == "accepted"
    await journal.close()


async def test_a_later_journal_is_refused_and_not_touched(folder: Path) -> None:
    path = folder / "beeflow.db"
    await filled(path)
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    before = path.read_bytes()

    with pytest.raises(JournalTooNew, match=r"form 99.*up to \d+"):
        await SqliteJournal.open(path)

    assert path.read_bytes() == before


async def test_a_database_of_something_else_is_refused_and_not_touched(folder: Path) -> None:
    path = folder / "other.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE t (x)")
    db.close()
    path.chmod(0o644)
    before = path.read_bytes()

    with pytest.raises(JournalError, match=r"other\.db is a SQLite database of something else"):
        await SqliteJournal.open(path)

    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o644


async def test_what_is_no_database_is_refused(folder: Path) -> None:
    path = folder / "beeflow.db"
    path.write_text("recipes: recipes\n" * 100)

    with pytest.raises(JournalBroken, match="not a database"):
        await SqliteJournal.open(path)


async def test_a_damaged_file_is_refused(folder: Path) -> None:
    path = folder / "beeflow.db"
    await filled(path, 200)
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 12] = b"\xff" * (4096 * 9)
    path.write_bytes(data)

    with pytest.raises(JournalBroken, match=r"beeflow\.db"):
        await SqliteJournal.open(path)

    # The refusal let go of the lock.
    path.unlink()
    await filled(path)


async def test_damage_between_tables_and_indexes_is_found(folder: Path) -> None:
    path = folder / "beeflow.db"
    await filled(path)
    db = sqlite3.connect(path)
    db.execute("PRAGMA writable_schema = 1")
    db.execute("UPDATE sqlite_master SET rootpage = 3 WHERE name = 'run_wake'")
    db.commit()
    db.close()

    with pytest.raises(JournalBroken, match="is damaged"):
        await SqliteJournal.open(path)


async def test_a_fault_after_opening_lets_go_of_everything(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "beeflow.db"
    await filled(path)
    monkeypatch.setattr(journal_module, "missing_events", _fail)

    with pytest.raises(JournalBroken, match="cannot be used any more: malformed"):
        await SqliteJournal.open(path)

    monkeypatch.undo()
    await filled(path, 0)


def _fail(_: sqlite3.Connection) -> int:
    raise sqlite3.DatabaseError("malformed")


async def test_an_old_sqlite_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))

    with pytest.raises(JournalError, match=r"needs 3\.37 or later"):
        await SqliteJournal.open(folder / "beeflow.db")


# --- the check -------------------------------------------------------------------------------


async def test_the_check_gives_up_when_its_time_is_over(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / "beeflow.db"
    await filled(path, 200)
    db = opening.open_for_writing(path, "FULL")
    for number in range(20000):
        db.execute("INSERT INTO mark (key, value) VALUES (?, x'00')", (f"k{number}",))
    monkeypatch.setattr(opening, "CHECK_SECONDS", -1.0)

    with caplog.at_level("INFO"):
        opening.check(db, path)

    assert "`beeflow journal check` looks at all of it" in caplog.text
    assert db.execute("SELECT count(*) FROM mark").fetchone() == (20000,)
    db.close()


async def test_an_error_within_the_check_is_not_taken_for_the_end_of_its_time(
    folder: Path,
) -> None:
    path = folder / "beeflow.db"
    db = opening.open_for_writing(path, "FULL")
    db.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)

    with pytest.raises(sqlite3.DatabaseError):
        opening.check(db, path)
    db.close()


async def test_events_that_are_gone_are_counted(folder: Path) -> None:
    path = folder / "beeflow.db"
    await filled(path, 5)
    db = sqlite3.connect(path)
    db.execute("DELETE FROM event WHERE seq IN (2, 5)")
    db.commit()
    db.close()

    journal = await SqliteJournal.open(path)

    assert journal.missing == 2
    await journal.close()


async def test_pruned_events_are_not_missing(folder: Path) -> None:
    path = folder / "beeflow.db"
    journal = await SqliteJournal.open(path)
    for number in range(5):
        window = 10.0 if number % 2 else None
        await journal.admit(Admission(event(f"k{number}", window=window)))
    await journal.admit(Admission(event("k1", 500.0, window=10.0)))
    await journal.admit(Admission(event("k0")))
    await journal.prune(1e12)
    await journal.close()

    journal = await SqliteJournal.open(path)

    assert journal.missing == 0
    assert (await journal.counts()).events == 0
    await journal.close()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".", "is a folder: name a file"),
        ("pipe", "is no regular file: name a file"),
        ("nowhere/beeflow.db", "has no folder: make .*nowhere, or name another"),
    ],
)
async def test_where_no_journal_can_be_nothing_is_touched(
    folder: Path, name: str, why: str
) -> None:
    os.mkfifo(folder / "pipe", 0o644)

    with pytest.raises(JournalError, match=why):
        await SqliteJournal.open(folder / name)

    assert modes(folder) == {"pipe": 0o644}


async def test_a_link_to_a_journal_is_the_journal(folder: Path) -> None:
    """The log lies beside the file, and not beside the link."""
    file, link = folder / "real.db", folder / "beeflow.db"
    link.symlink_to(file)
    journal = await SqliteJournal.open(link)
    await begin(journal, "a")

    assert (await SqliteHistory(link).counts()).events == 1
    report = checking.check(link)
    assert report.counts is not None
    assert (report.counts.events, report.log > 0) == (1, True)
    assert back_up(link, folder / "copy.db").counts.events == 1
    with pytest.raises(JournalLocked, match=f"in use by process {os.getpid()}"):
        await SqliteJournal.open(file)
    await journal.close()
    assert link.is_symlink()
