"""What lies in a journal's log behind the place up to which SQLite reads it.

SQLite reads a log up to the first frame that does not fit to the one before it, and takes the rest
for what a kill or a power loss has left of a commit (https://sqlite.org/walformat.html). With
`synchronous=FULL` each commit is on disk before the next one is written: of what was cut off, one
commit may lie there at most. Where there are more, the disk has lost or changed what it had kept;
whatever was committed from there on is gone, and SQLite tells nobody.
"""

from __future__ import annotations

import os
import struct
from collections import Counter
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_HEAD: Final = 32
_FRAME: Final = 24
_ENDS: Final = {0x377F0682: "<", 0x377F0683: ">"}
"""The byte order of the checksums, by the number that a log begins with."""

_PAGES: Final = frozenset(1 << bits for bits in range(9, 17))
_USUAL_PAGE: Final = 4096
_TRIES: Final = 3
"""How often a log is looked at that its writer begins anew meanwhile."""


class Hole(msgspec.Struct, frozen=True):
    """A log that is damaged: `commits` lie behind the byte `offset`, up to which it is read."""

    offset: int
    commits: int


class _Head(msgspec.Struct, frozen=True):
    """The head of a log. `salts` mark the frames that belong to it, None where it is damaged."""

    order: str
    page: int
    salts: bytes | None
    sums: tuple[int, int]

    def place(self, frame: int) -> int:
        """Return where a frame begins, counted from 0."""
        return _HEAD + frame * (_FRAME + self.page)


def hole_behind(log: Path, frames: int) -> Hole | None:
    """Return what is lost of a log of which SQLite has read so many frames."""
    with log.open("rb") as file:
        return _hole(file, _head(file), frames)


def find_hole(log: Path) -> Hole | None:
    """Return what is lost of a log, also while it is written, by reading it as SQLite does."""
    try:
        with log.open("rb") as file:
            for _ in range(_TRIES):
                head = _head(file)
                hole = _look(file, head)
                if _head(file) == head:
                    return hole
    except FileNotFoundError:  # whoever wrote it has carried it over, and is gone
        pass
    return None


def _look(file: BinaryIO, head: _Head) -> Hole | None:
    frame, sums = 0, head.sums
    while True:
        while (fitting := _fitting(file, head, frame, sums)) is not None:
            frame, sums = frame + 1, fitting
        hole = _hole(file, head, frame)
        # What was written meanwhile is none.
        if hole is None or _fitting(file, head, frame, sums) is None:
            return hole


def _head(file: BinaryIO) -> _Head:
    raw = os.pread(file.fileno(), _HEAD, 0).ljust(_HEAD, b"\0")
    magic, _, page, _ = struct.unpack(">4I", raw[:16])
    order = _ENDS.get(magic, "<")
    sums = _summed(raw[:24], order, (0, 0))
    whole = magic in _ENDS and sums == struct.unpack(">2I", raw[24:])
    return _Head(
        order, page if page in _PAGES else _USUAL_PAGE, raw[16:24] if whole else None, sums
    )


def _fitting(
    file: BinaryIO, head: _Head, frame: int, sums: tuple[int, int]
) -> tuple[int, int] | None:
    """Return the checksums after a frame, None where it does not fit to the one before."""
    raw = os.pread(file.fileno(), _FRAME + head.page, head.place(frame))
    if len(raw) < _FRAME + head.page or raw[8:16] != head.salts:
        return None
    summed = _summed(raw[_FRAME:], head.order, _summed(raw[:8], head.order, sums))
    return summed if summed == struct.unpack(">2I", raw[16:24]) else None


def _summed(data: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """Return a log's checksums, carried on over `data`."""
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    one, two = sums
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two


def _hole(file: BinaryIO, head: _Head, frame: int) -> Hole | None:
    """Return what lies behind the first `frame` frames, where it is more than one commit."""
    behind = list(_marks(file, head, frame))
    salts = head.salts or _most_common(one for one, _ in behind)
    commits = sum(pages > 0 for one, pages in behind if one == salts)
    return Hole(head.place(frame), commits) if commits > 1 else None


def _most_common(salts: Iterable[bytes]) -> bytes:
    """Return the salts of a log whose head does not tell them any more."""
    counted = Counter(salts).most_common(1)
    return counted[0][0] if counted else b""


def _marks(file: BinaryIO, head: _Head, frame: int) -> Iterator[tuple[bytes, int]]:
    """Yield the salts of each further frame, and the pages that it commits: 0 for none."""
    size = os.fstat(file.fileno()).st_size
    for place in range(head.place(frame), size, _FRAME + head.page):
        raw = os.pread(file.fileno(), 16, place)
        if len(raw) == 16:  # noqa: PLR2004 - all of it
            yield raw[8:16], int.from_bytes(raw[4:8], "big")
