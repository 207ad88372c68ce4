"""The lock file beside a journal: one process at a time may own it."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from beeflow.errors import JournalLocked

if TYPE_CHECKING:
    from pathlib import Path


class LockFile:
    """Holds `<journal>.lock` from `take` to `release`; the system lets go when a process dies.

    The file stays: to delete it would let two processes lock two files of the same name.
    """

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._path = journal.with_name(f"{journal.name}.lock")
        self._handle: int | None = None

    def take(self) -> None:
        """Take the lock, or raise `JournalLocked` naming the process that has it."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(handle, 0o600)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            os.close(handle)
            raise JournalLocked(
                f"the journal {self._journal} is in use by process {holder or '(unknown)'}: "
                "stop that one first, or give this one another journal.path"
            ) from None
        except OSError:
            os.close(handle)
            raise
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """Let go of it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
