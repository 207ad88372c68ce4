"""Whether an open journal still lies where it was opened.

Somebody may move or delete a file that is in use: SQLite goes on writing and syncing it, and
nobody will ever find it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

_Mark: TypeAlias = tuple[int, int]
"""What tells a file from all others: its device and its number there."""


class Place(msgspec.Struct, frozen=True):
    """The journal's file and its log, as they are when it is opened."""

    marks: tuple[tuple[Path, _Mark], ...]

    @classmethod
    def of(cls, path: Path) -> Place:
        """Return the place of a journal that is open."""
        files = (path.absolute(), path.absolute().with_name(f"{path.name}-wal"))
        marks = ((file, _mark(file)) for file in files)
        return cls(tuple((file, mark) for file, mark in marks if mark is not None))

    def left(self) -> Path | None:
        """Return what does not lie there any more; blocks."""
        return next((file for file, mark in self.marks if _mark(file) != mark), None)


def _mark(file: Path) -> _Mark | None:
    try:
        there = file.stat()
    except FileNotFoundError:
        return None
    return there.st_dev, there.st_ino
