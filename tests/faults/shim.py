"""The shim: a small library in C that stands between a process and the files of its journal.

`shim.c` says what it does. Here it is compiled, and told what to do while the process runs.
"""

from __future__ import annotations

import mmap
import os
import shutil
import struct
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).with_name("shim.c")


class Op(IntFlag):
    """What a process does; also the kinds of records on the tape."""

    WRITE = 1
    SYNC = 2
    TRUNCATE = 4
    CREATE = 8
    UNLINK = 16
    RENAME = 32
    ACK = 64
    BEGIN = 128
    READ = 256
    """Never on the tape: it leaves nothing behind."""


CHANGES = Op.WRITE | Op.SYNC | Op.TRUNCATE | Op.CREATE | Op.UNLINK | Op.RENAME
"""All that leaves something behind."""


class Kind(IntFlag):
    """The file it does it to."""

    MAIN = 1
    WAL = 2
    OTHER = 4
    FOLDER = 8


JOURNAL = Kind.MAIN | Kind.WAL | Kind.OTHER


class Mode(IntEnum):
    """How a call fails."""

    PASS = 0
    FAIL = 1
    KILL_BEFORE = 2
    KILL_AFTER = 3
    KILL_HALF = 4
    DELAY = 5


class Slot(IntEnum):
    """Where in the control file a number stands."""

    MODE = 0
    OPS = 1
    KINDS = 2
    SKIP = 3
    TIMES = 4
    ERRNO = 5
    HIT = 6
    CLOCK = 7
    MILLIS = 8


ALWAYS = -1


@dataclass(frozen=True, slots=True)
class Fault:
    """Of the calls `ops` on files of `kinds`, `skip` pass, then `times` fail as `mode` says."""

    mode: Mode
    ops: Op = CHANGES
    kinds: Kind = JOURNAL
    skip: int = 0
    times: int = ALWAYS
    errno: int = 0
    millis: int = 0


class Control:
    """The numbers shared with the process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_bytes(bytes(8 * len(Slot)))
        with path.open("r+b") as file:
            self._numbers = mmap.mmap(file.fileno(), 0)

    def ask(self, fault: Fault) -> None:
        """Ask for a fault, instead of whatever was asked for before."""
        self.stop()
        self._put(Slot.HIT, 0)
        self._put(Slot.OPS, fault.ops)
        self._put(Slot.KINDS, fault.kinds)
        self._put(Slot.SKIP, fault.skip)
        self._put(Slot.TIMES, fault.times)
        self._put(Slot.ERRNO, fault.errno)
        self._put(Slot.MILLIS, fault.millis)
        self._put(Slot.MODE, fault.mode)

    def stop(self) -> None:
        """Ask for no fault any more."""
        self._put(Slot.MODE, Mode.PASS)

    @property
    def hit(self) -> int:
        """How many calls failed since a fault was asked for."""
        return self._get(Slot.HIT)

    @property
    def clock(self) -> int:
        """Seconds by which the process's time of day is ahead."""
        return self._get(Slot.CLOCK)

    @clock.setter
    def clock(self, seconds: int) -> None:
        self._put(Slot.CLOCK, seconds)

    def close(self) -> None:
        """Let go of the file."""
        self._numbers.close()

    def _put(self, slot: Slot, number: int) -> None:
        struct.pack_into("=q", self._numbers, 8 * slot, number)

    def _get(self, slot: Slot) -> int:
        number: int = struct.unpack_from("=q", self._numbers, 8 * slot)[0]
        return number


@dataclass(frozen=True, slots=True)
class Shim:
    """The library, and what one journal's processes are to be told."""

    library: Path
    journal: Path
    control: Control
    tape: Path

    def environment(self, *, taping: bool = False) -> dict[str, str]:
        """Return what the environment of a process must hold in addition."""
        told = {
            "LD_PRELOAD": str(self.library),
            "FAULTS_JOURNAL": str(self.journal),
            "FAULTS_CONTROL": str(self.control.path),
        }
        return told | ({"FAULTS_TAPE": str(self.tape)} if taping else {})

    def launcher(self, *, taping: bool = False) -> tuple[str, ...]:
        """Return what goes before a command."""
        told = self.environment(taping=taping)
        return ("env", *(f"{name}={text}" for name, text in told.items()))


@contextmanager
def shimmed(library: Path, journal: Path) -> Iterator[Shim]:
    """Make a shim for a journal; what it shares with the process is in a folder beside."""
    journal = Path(os.path.realpath(journal))
    beside = journal.parent.with_name(f"{journal.parent.name}-shim")
    beside.mkdir(exist_ok=True)
    control = Control(beside / "control")
    try:
        yield Shim(library, journal, control, beside / "tape")
    finally:
        control.close()


def compiler() -> str | None:
    """Return the C compiler, where there is one and its work can be loaded beneath a process."""
    return shutil.which("cc") if sys.platform == "linux" else None


def compiled(folder: Path) -> Path:
    """Compile the library into a folder."""
    library = folder / "shim.so"
    subprocess.run(
        [compiler() or "cc", "-shared", "-fPIC", "-O2", "-o", library, SOURCE, "-ldl", "-lpthread"],
        check=True,
    )
    return library
