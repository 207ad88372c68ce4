"""No room, and broken for good: told apart, survived, or the end."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import begin, event

from beeflow.engine.journal.records import Admission
from beeflow.engine.journal.sqlite import SqliteJournal, faults
from beeflow.engine.journal.sqlite.faults import fault, no_room, require_room, translated
from beeflow.errors import JournalBroken, JournalError, JournalFull

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = Path("/proc/self/fd")


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    error.sqlite_errorname = "SQLITE_X"
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, JournalFull),
        (sqlite3.SQLITE_BUSY, JournalFull),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, JournalFull),
        (sqlite3.SQLITE_IOERR_WRITE, JournalBroken),
        (sqlite3.SQLITE_IOERR_FSYNC, JournalBroken),
        (sqlite3.SQLITE_IOERR_READ, JournalBroken),
        (sqlite3.SQLITE_CORRUPT, JournalBroken),
        (sqlite3.SQLITE_NOTADB, JournalBroken),
        (sqlite3.SQLITE_READONLY, JournalBroken),
        (sqlite3.SQLITE_CANTOPEN, JournalBroken),
    ],
)
def test_what_an_error_means(tmp_path: Path, code: int, kind: type[JournalError]) -> None:
    path = tmp_path / "beeflow.db"
    path.touch()

    assert type(fault(sqlite_error(code), path)) is kind
    assert [one.name for one in tmp_path.iterdir()] == ["beeflow.db"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_IOERR_WRITE, JournalFull),
        (sqlite3.SQLITE_IOERR_SHMSIZE, JournalFull),
        (sqlite3.SQLITE_CANTOPEN, JournalFull),
        (sqlite3.SQLITE_IOERR_FSYNC, JournalBroken),
        (sqlite3.SQLITE_IOERR_READ, JournalBroken),
    ],
)
def test_a_write_that_failed_for_want_of_room_is_no_more_than_that(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    code: int,
    kind: type[JournalError],
) -> None:
    path = tmp_path / "beeflow.db"
    path.touch()

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "pwrite", refuse)

    assert type(fault(sqlite_error(code), path)) is kind
    assert [one.name for one in tmp_path.iterdir()] == ["beeflow.db"]


def test_a_reader_writes_nothing_to_find_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "no_room", lambda _: pytest.fail("a reader asked"))
    error = sqlite_error(sqlite3.SQLITE_CANTOPEN)

    assert type(fault(error, tmp_path / "beeflow.db", writing=False)) is JournalBroken


def test_the_system_is_asked_where_the_log_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "beeflow.db"
    path.write_bytes(b"x" * 10)
    path.with_name("beeflow.db-wal").write_bytes(b"x" * 500)
    asked: list[int] = []

    def partial_write(_: int, __: bytes, offset: int) -> int:
        asked.append(offset)
        return 1

    monkeypatch.setattr(os, "pwrite", partial_write)

    assert no_room(path)
    assert asked == [500]


def test_what_is_wrong_with_a_call_says_nothing_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError), translated(tmp_path / "beeflow.db", writing=True):
        raise sqlite3.IntegrityError("x")


def test_a_file_that_is_gone_is_not_want_of_room(tmp_path: Path) -> None:
    assert not no_room(tmp_path / "beeflow.db")


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, JournalFull), (errno.EACCES, JournalError), (errno.ENOENT, JournalError)],
)
def test_what_the_system_says_while_opening_is_ours_too(
    tmp_path: Path, number: int, kind: type[JournalError]
) -> None:
    with pytest.raises(JournalError) as caught, translated(tmp_path / "beeflow.db", writing=True):
        raise OSError(number, os.strerror(number))

    assert type(caught.value) is kind


# --- the real thing --------------------------------------------------------------------------


async def admit_many(journal: SqliteJournal, number: int, body: bytes) -> None:
    for one in range(number):
        await journal.admit(Admission(event(f"k{one}", body=body)))


def run_to_end(*command: str) -> int:
    return subprocess.run(command, check=False, capture_output=True).returncode


async def test_a_journal_that_may_not_grow_says_so_and_recovers(folder: Path) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await begin(journal, "first")
    large = b'{"x": "' + b"y" * 200_000 + b'"}'
    limit = journal._writer.do(lambda db: db.execute("PRAGMA max_page_count = 60").fetchone())
    await limit

    with pytest.raises(JournalFull, match="no room"):
        await admit_many(journal, 5, large)
    assert (await begin(journal, "small")).status == "accepted"
    assert not journal.broken.is_set()

    await journal._writer.do(lambda db: db.execute("PRAGMA max_page_count = 100000").fetchone())
    assert (await journal.admit(Admission(event("k4", body=large)))).status == "accepted"
    await journal.close()


LIMITED = """
import asyncio, resource, sys
from pathlib import Path
from engine.journal.sample import event
from beeflow.engine.journal.records import Admission
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.errors import JournalFull

async def main():
    journal = await SqliteJournal.open(Path(sys.argv[1]))
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    accepted = []
    try:
        for number in range(1000):
            await journal.admit(Admission(event(f"k{number}", body=b'"' + b"y" * 5000 + b'"')))
            accepted.append(number)
    except JournalFull as error:
        print("full", error)
    assert not journal.broken.is_set()
    try:
        await journal.admit(Admission(event("still", body=b'"' + b"y" * 50000 + b'"')))
    except JournalFull:
        print("still full")
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    receipt = await journal.admit(Admission(event("after")))
    assert (await journal.counts()).events == len(accepted) + 1
    print("accepted", receipt.event_id == f"e-{len(accepted) + 1}")
    await journal.close()

asyncio.run(main())
"""


def test_a_limit_on_the_size_of_files_is_no_room_and_passes(folder: Path) -> None:
    tests = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(folder / "beeflow.db")],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(tests)},
    )

    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert told[0].startswith("full there is no room for the journal")
    assert told[1:] == ["still full", "accepted True"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0 or run_to_end(
        "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)
    ):
        pytest.skip("mounting a small disk takes the rights of root")
    yield tmp_path
    run_to_end("umount", "-l", str(tmp_path))


async def test_a_full_disk_is_no_room_and_passes(small_disk: Path) -> None:
    journal = await SqliteJournal.open(small_disk / "beeflow.db")
    with pytest.raises(JournalFull):
        await admit_many(journal, 1000, b'"' + b"y" * 5000 + b'"')
    assert not journal.broken.is_set()
    accepted = (await journal.counts()).events
    assert accepted > 10
    await asyncio.wait_for(journal.full.wait(), 5)
    with pytest.raises(JournalFull):
        await journal.try_room()
    told = journal.trouble
    assert told == "there is no room for the journal"

    assert run_to_end("mount", "-o", "remount,size=8m", str(small_disk)) == 0

    assert (await begin(journal, "after")).event_id == f"e-{accepted + 1}"
    await journal.try_room()
    assert journal.trouble is None
    await journal.close()


def test_where_nobody_can_tell_of_room_there_may_be_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "beeflow.db"
    path.touch()

    def fail(number: int) -> None:
        def refuse(*_args: object) -> None:
            raise OSError(number, "refused")

        monkeypatch.setattr(os, "posix_fallocate", refuse)

    fail(errno.EOPNOTSUPP)
    require_room(path)
    fail(errno.ENOSPC)
    with pytest.raises(JournalFull):
        require_room(path)
    assert [one.name for one in tmp_path.iterdir()] == ["beeflow.db"]


@pytest.mark.skipif(not FILES.is_dir(), reason="open files are listed in /proc, and there is none")
async def test_a_file_that_fails_is_the_end_and_told(folder: Path) -> None:
    path = folder / "beeflow.db"
    journal = await SqliteJournal.open(path)
    await begin(journal, "a")
    log = f"{path}-wal"
    handles = open_files(log)
    dead = os.open("/dev/full", os.O_RDONLY)
    saved = [(handle, os.dup(handle)) for handle in handles]
    for handle in handles:
        os.dup2(dead, handle)

    with pytest.raises(JournalBroken, match="cannot be used any more"):
        await begin(journal, "b")
    await journal.broken.wait()
    assert journal.fault is not None
    with pytest.raises(JournalBroken):
        await begin(journal, "c")

    for handle, was in saved:
        os.dup2(was, handle)
        os.close(was)
    os.close(dead)
    with pytest.raises(JournalBroken):
        await begin(journal, "d")
    await journal.close()
    again = await SqliteJournal.open(path)
    assert [run.id for run in (await begin(again, "e")).fresh] == ["r-2"]
    await again.close()


def open_files(path: str) -> list[int]:
    """Return the handles by which this process has a file open."""
    return [int(one.name) for one in FILES.iterdir() if _target(one) == path]


def _target(handle: Path) -> str:
    try:
        return str(handle.readlink())
    except OSError:  # the handle by which the folder itself was read
        return ""


async def test_another_programs_write_lock_is_waited_for_and_then_passes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from beeflow.engine.journal.sqlite import opening

    monkeypatch.setattr(opening, "BUSY_TIMEOUT", 0.05)
    journal = await SqliteJournal.open(folder / "beeflow.db")
    other = sqlite3.connect(folder / "beeflow.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(JournalFull, match="another program holds the write lock"):
        await begin(journal, "a")

    other.execute("ROLLBACK")
    other.close()
    assert (await begin(journal, "a")).status == "accepted"
    assert not journal.broken.is_set()
    await journal.close()


async def test_damage_met_while_reading_is_the_end_too(folder: Path) -> None:
    path = folder / "beeflow.db"
    journal = await SqliteJournal.open(path)
    for number in range(50):
        await begin(journal, f"k{number}")
    await journal.close()
    journal = await SqliteJournal.open(path)
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 60)

    with pytest.raises(JournalBroken):
        await journal.counts()

    await journal.broken.wait()
    with pytest.raises(JournalBroken):
        await begin(journal, "next")
    await journal.close()


def test_the_scratch_file_does_not_stay(tmp_path: Path) -> None:
    path = tmp_path / "beeflow.db"
    path.touch()

    assert not faults.no_room(path)
    assert [one.name for one in tmp_path.iterdir()] == ["beeflow.db"]


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR_READ])
@pytest.mark.parametrize("ending", ["", "-wal"])
def test_a_disk_that_cannot_be_read_is_told_from_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, ending: str
) -> None:
    """SQLite says that the file is malformed, and the file may be sound."""
    path = tmp_path / "beeflow.db"
    for name in ("", "-wal"):
        path.with_name(path.name + name).write_bytes(b"x" * 10)
    assert "look at the disk" not in str(fault(sqlite_error(code), path))
    read = os.pread

    def failing(handle: int, size: int, offset: int) -> bytes:
        if FILES.joinpath(str(handle)).readlink().name == f"beeflow.db{ending}":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(handle, size, offset)

    monkeypatch.setattr(os, "pread", failing)
    told = fault(sqlite_error(code), path, writing=False)

    assert isinstance(told, JournalBroken)
    assert "cannot be read any more: Input/output error: look at the disk" in str(told)
    assert "look at the disk" not in str(fault(sqlite_error(sqlite3.SQLITE_IOERR_FSYNC), path))


async def test_a_reader_that_cannot_read_is_the_end_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = await SqliteJournal.open(folder / "beeflow.db")
    await begin(journal, "a")

    def unreadable(_db: sqlite3.Connection) -> None:
        raise sqlite_error(sqlite3.SQLITE_CORRUPT)

    monkeypatch.setattr(faults, "unreadable", lambda _path: "Input/output error")
    with pytest.raises(JournalBroken, match="look at the disk"):
        await journal.read(unreadable)

    await asyncio.wait_for(journal.broken.wait(), 5)
    with pytest.raises(JournalBroken, match="look at the disk"):
        await begin(journal, "b")
    await journal.close()
