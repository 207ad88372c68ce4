"""The lock file."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.engine.journal.sqlite.lock import LockFile, at_peace
from beeflow.errors import JournalLocked

if TYPE_CHECKING:
    from pathlib import Path


def test_a_second_one_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    journal = tmp_path / "beeflow.db"
    lock = LockFile(journal)
    lock.take()

    with pytest.raises(JournalLocked, match=rf"beeflow\.db is in use by process {os.getpid()}:"):
        LockFile(journal).take()

    lock.release()
    lock.release()
    again = LockFile(journal)
    again.take()
    again.release()


def test_who_has_it_can_say_where_it_is_reached(tmp_path: Path) -> None:
    journal = tmp_path / "beeflow.db"
    lock = LockFile(journal)
    lock.take()
    with pytest.raises(JournalLocked) as silent:
        LockFile(journal).take()
    assert silent.value.address is None
    lock.announce("http://127.0.0.1:8080")
    with pytest.raises(JournalLocked, match=f"process {os.getpid()}:") as found:
        LockFile(journal).take()
    assert found.value.address == "http://127.0.0.1:8080"
    lock.release()
    lock.announce("http://127.0.0.1:9")
    lock.take()
    with pytest.raises(JournalLocked) as later:
        LockFile(journal).take()
    assert later.value.address is None
    lock.release()


def test_a_process_that_died_holds_nothing(tmp_path: Path) -> None:
    journal = tmp_path / "beeflow.db"
    script = (
        "import os, sys, pathlib\n"
        "from beeflow.engine.journal.sqlite.lock import LockFile\n"
        "LockFile(pathlib.Path(sys.argv[1])).take()\n"
        "os.kill(os.getpid(), 9)\n"
    )
    died = subprocess.run([sys.executable, "-c", script, str(journal)], check=False)
    assert died.returncode == -9
    assert (tmp_path / "beeflow.db.lock").read_text().strip().isdigit()

    lock = LockFile(journal)
    lock.take()
    assert (tmp_path / "beeflow.db.lock").read_text() == f"{os.getpid()}\n"
    lock.release()


def test_the_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    (tmp_path / "beeflow.db.lock").touch(mode=0o666)
    before = os.umask(0)
    try:
        lock = LockFile(tmp_path / "beeflow.db")
        lock.take()
    finally:
        os.umask(before)

    assert (tmp_path / "beeflow.db.lock").stat().st_mode & 0o777 == 0o600
    lock.release()


def test_a_system_that_cannot_lock_is_an_error_and_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)

    with pytest.raises(OSError, match="No locks"):
        LockFile(tmp_path / "beeflow.db").take()


def test_a_holder_who_left_no_number_is_unknown(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "beeflow.db")
    lock.take()
    (tmp_path / "beeflow.db.lock").write_text("")

    with pytest.raises(JournalLocked, match=r"process \(unknown\)"):
        LockFile(tmp_path / "beeflow.db").take()
    lock.release()


def test_where_there_is_no_room_for_a_name_the_lock_holds_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [errno.ENOSPC, errno.EIO]

    def refuse(*_: object) -> int:
        raise OSError(numbers[0], "refused")

    lock, journal = LockFile(tmp_path / "beeflow.db"), tmp_path / "beeflow.db"
    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", refuse)
        lock.take()
        with pytest.raises(JournalLocked, match=r"process \(unknown\)"):
            LockFile(journal).take()
        lock.announce("http://127.0.0.1:1")
    lock.repeat()
    with pytest.raises(JournalLocked, match=f"process {os.getpid()}:") as told:
        LockFile(journal).take()
    assert told.value.address == "http://127.0.0.1:1"
    lock.release()

    with monkeypatch.context() as broken:
        broken.setattr(os, "pwrite", refuse)
        numbers.pop(0)
        with pytest.raises(OSError, match="refused"):
            lock.take()
    lock.take()
    lock.release()


def test_a_journal_at_rest_is_kept_so_while_it_is_read(tmp_path: Path) -> None:
    journal = tmp_path / "beeflow.db"
    journal.touch()

    with at_peace(journal) as holder:
        assert holder is None
        with pytest.raises(JournalLocked):
            LockFile(journal).take()

    again = LockFile(journal)
    again.take()
    with at_peace(journal) as holder:
        assert holder == str(os.getpid())
    again.release()


def test_to_read_makes_no_lock_where_there_is_nothing_or_nothing_may_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "beeflow.db"
    with at_peace(journal) as holder:
        assert holder is None
    assert list(tmp_path.iterdir()) == []

    def refused(*_args: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    journal.touch()
    monkeypatch.setattr(os, "open", refused)
    with at_peace(journal) as holder:
        assert holder is None


def test_a_deleted_lock_file_lets_nobody_in(tmp_path: Path) -> None:
    journal = tmp_path / "beeflow.db"
    script = (
        "import pathlib, sys\n"
        "from beeflow.engine.journal.sqlite.lock import LockFile\n"
        "from beeflow.errors import JournalLocked\n"
        "try: LockFile(pathlib.Path(sys.argv[1])).take()\n"
        "except JournalLocked as error: print(error)\n"
        "else: print('taken')\n"
    )

    def another() -> str:
        done = subprocess.run(
            [sys.executable, "-c", script, str(journal)], check=True, capture_output=True, text=True
        )
        return done.stdout

    lock = LockFile(journal)
    lock.take()
    journal.touch()
    lock.guard()
    lock.guard()
    (tmp_path / "beeflow.db.lock").unlink()
    assert "whose lock file beeflow.db.lock was deleted" in another()
    lock.release()
    assert another() == "taken\n"


async def test_a_new_journal_is_locked_as_soon_as_it_is_there(tmp_path: Path) -> None:
    journal = await SqliteJournal.open(tmp_path / "beeflow.db")
    assert journal._lock._guard is not None
    await journal.close()
    assert journal._lock._guard is None


def test_a_file_that_cannot_be_locked_leaves_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "beeflow.db"
    journal.touch()
    really, calls = fcntl.flock, []

    def refuse_the_second(handle: int, how: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.ENOLCK, "No locks available")
        really(handle, how)

    monkeypatch.setattr(fcntl, "flock", refuse_the_second)
    with pytest.raises(OSError, match="No locks"):
        LockFile(journal).take()
    again = LockFile(journal)
    again.take()
    again.release()


async def test_where_the_kinds_of_locks_are_one_there_is_the_lock_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(fcntl, "lockf", refuse)
    journal = await SqliteJournal.open(tmp_path / "beeflow.db")
    handle = os.open(tmp_path / "beeflow.db", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with pytest.raises(JournalLocked):
        await SqliteJournal.open(tmp_path / "beeflow.db")
    await journal.close()
    os.close(handle)
