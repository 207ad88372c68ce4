"""What an error of SQLite means for the journal: no room, or broken for good."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from beeflow.errors import JournalBroken, JournalError, JournalFull

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
"""What the system says when there is no room: disk full, file-size limit, quota."""

_WRITING: Final = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_SHMOPEN,
        sqlite3.SQLITE_CANTOPEN,
    }
)
"""Errors that may be for want of room. A failed fsync never is: what it lost is not known."""

_OF_THE_CALL: Final = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    sqlite3.DataError,
)

_MENDS: Final = {
    sqlite3.SQLITE_CORRUPT: "; put a backup in its place, or move it aside to begin a new one",
    sqlite3.SQLITE_NOTADB: "; if it is another program's file, name another with journal.path",
}

ENOUGH: Final = 4 * 1024 * 1024
"""Bytes for which there must be room before a journal that was full takes things again: the
largest webhook, its pages, and the runs it starts."""

READ_SECONDS: Final = 2.0
"""How long it is tried whether a file can be read."""

_UNREADABLE: Final = frozenset(
    {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
)
"""What SQLite says of a file that the system cannot read."""

_PROBE: Final = b"\0" * 4096


def is_storage(error: Exception) -> bool:
    """Whether an error says something about the file, and not only about what was asked."""
    return isinstance(error, sqlite3.Error) and not isinstance(error, _OF_THE_CALL)


def fault(error: sqlite3.Error, path: Path, *, writing: bool = True) -> JournalError:
    """Return the journal's word for an error of SQLite in a transaction that was rolled back.

    For a reader (`writing` false) nothing is for want of room.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_FULL or (writing and code in _WRITING and no_room(path)):
        return JournalFull(
            f"there is no room for the journal {path}: free some, a daemon goes on by itself then"
        )
    if primary == sqlite3.SQLITE_BUSY:
        return JournalFull(f"another program holds the write lock of the journal {path}")
    if {primary, code} & _UNREADABLE and (why := unreadable(path)):
        return JournalBroken(
            f"the journal {path} cannot be read any more: {why}: look at the disk; what is lost "
            "of the file, a backup has"
        )
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    mend = _MENDS.get(primary, "")
    return JournalBroken(f"the journal {path} cannot be used any more: {error} ({name}){mend}")


def no_room(path: Path) -> bool:
    """Whether the system refuses to write for want of room.

    SQLite does not pass on why a write failed, so ask the system: write a page of a scratch
    file at the offset where the log ends.
    """
    try:
        with _scratch(path) as (handle, end):
            written = os.pwrite(handle, _PROBE, end)
    except OSError as error:
        return error.errno in NO_ROOM
    return written < len(_PROBE)


def unreadable(path: Path) -> str | None:
    """Return what the system says where it cannot read the file or its log, as far as it was tried.

    SQLite takes such a file for damaged. It may be sound, and in need of nothing but a cable.
    """
    until = time.monotonic() + READ_SECONDS
    try:
        for one in (path, path.with_name(f"{path.name}-wal")):
            if one.exists():
                _read_through(one, until)
    except OSError as error:
        return error.strerror
    return None


def _read_through(path: Path, until: float) -> None:
    # It stays open: to close it would drop the locks that SQLite holds until the process ends.
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    offset = 0
    while (read := len(os.pread(handle, ENOUGH, offset))) and time.monotonic() < until:
        offset += read


def require_room(path: Path) -> None:
    """Raise `JournalFull` unless the log could grow by `ENOUGH` bytes now."""
    try:
        with _scratch(path) as (handle, end):
            os.posix_fallocate(handle, end, ENOUGH)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise JournalFull(f"there is no room for the journal {path}") from error
        # A file system that cannot tell: the write that follows will.


@contextmanager
def _scratch(path: Path) -> Iterator[tuple[int, int]]:
    """Yield a handle of a file that is gone at the end, and the offset where the log ends."""
    scratch = path.with_name(f"{path.name}.probe")
    files = (path, path.with_name(f"{path.name}-wal"))
    end = max(one.stat().st_size if one.exists() else 0 for one in files)
    handle = os.open(scratch, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield handle, end
    finally:
        os.close(handle)
        scratch.unlink()


@contextmanager
def translated(path: Path, *, writing: bool) -> Iterator[None]:
    """Raise the journal's errors instead of SQLite's and the system's, for reading and opening."""
    try:
        yield
    except sqlite3.Error as error:
        if not is_storage(error):
            raise
        raise fault(error, path, writing=writing) from error
    except OSError as error:
        if error.errno in NO_ROOM:
            raise JournalFull(f"there is no room for the journal {path}") from error
        raise JournalError(f"the journal {path} cannot be opened: {error.strerror}") from error
