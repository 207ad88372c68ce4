"""The lock file beside a journal: one process at a time may own it."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from beeflow.engine.journal.sqlite.faults import NO_ROOM
from beeflow.errors import JournalLocked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


LONGEST: Final = 1024
"""Bytes of a lock file that are read."""


class LockFile:
    """Holds `<journal>.lock` from `take` to `release`; the system lets go when a process dies.

    The journal's own file is locked beside it, in a way that SQLite does not know.

    The file stays: to delete it would let two processes lock two files of the same name.
    """

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._path = journal.with_name(f"{journal.name}.lock")
        self._handle: int | None = None
        self._guard: int | None = None
        self._said = ""

    def take(self) -> None:
        """Take the lock, or raise `JournalLocked` naming the process that has it."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(handle, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            content = os.pread(handle, LONGEST, 0).decode("utf-8", "replace")
            holder, _, address = content.partition("\n")
            os.close(handle)
            raise JournalLocked(
                f"the journal {self._journal} is in use by process {holder or '(unknown)'}: "
                "stop that one first, or give this one another journal.path",
                address.strip() or None,
                holder or None,
            ) from None
        except OSError:
            os.close(handle)
            raise
        self._handle = handle
        try:
            self.guard()
            self._write(f"{os.getpid()}\n")
        except BaseException:
            self.release()
            raise

    def guard(self) -> None:
        """Lock the journal's file too, where there is one: somebody may delete the lock file.

        The handle stays open as long as SQLite has the file open: to close one earlier would drop
        the locks by which SQLite keeps its readers and its writer apart. Where the two kinds of
        lock get in each other's way, there is the lock file alone.
        """
        if self._guard is not None or not self._journal.exists():
            return
        handle = os.open(self._journal, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise JournalLocked(
                f"the journal {self._journal} is in use by another process, whose lock file "
                f"{self._path.name} was deleted: stop that one first"
            ) from None
        except OSError:
            os.close(handle)
            raise
        self._guard = handle
        if not _kinds_are_apart(handle):
            fcntl.flock(handle, fcntl.LOCK_UN)

    def announce(self, address: str) -> None:
        """Say where the process that holds the lock listens, to those who find it taken."""
        self._write(f"{os.getpid()}\n{address}\n")

    def repeat(self) -> None:
        """Say again what was to be said: for want of room it may not stand there."""
        self._write(self._said)

    def _write(self, content: str) -> None:
        """Say who has it, as far as there is room: the lock holds without it."""
        self._said = content
        if self._handle is None:
            return
        try:
            os.pwrite(self._handle, content.encode(), 0)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            content = ""
        os.ftruncate(self._handle, len(content))

    def release(self) -> None:
        """Let go of it."""
        if self._guard is not None:
            os.close(self._guard)
            self._guard = None
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _kinds_are_apart(handle: int) -> bool:
    """Whether the system keeps our kind of lock and SQLite's apart; macOS and NFS do not.

    There our own would shut SQLite out. It is tried on a byte that SQLite never locks.
    """
    try:
        fcntl.lockf(handle, fcntl.LOCK_SH | fcntl.LOCK_NB, 1)
    except OSError:
        return False
    fcntl.lockf(handle, fcntl.LOCK_UN, 1)
    return True


@contextmanager
def at_peace(journal: Path) -> Iterator[str | None]:
    """Keep a journal that is at rest so while the block runs; yields who has it, None for nobody.

    A file that nobody has open is read as it lies there, without a log: whoever began to write it
    meanwhile would make the reader see damage. Where the lock may not be taken, it is not.
    """
    lock = LockFile(journal)
    holder: str | None = None
    if journal.is_file():
        try:
            lock.take()
        except JournalLocked as locked:
            holder = locked.holder or "(unknown)"
        except PermissionError:
            pass
    try:
        yield holder
    finally:
        lock.release()
