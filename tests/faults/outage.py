"""The outage: what a disk may hold after the power went.

A disk keeps what was synced, and of the rest whatever it likes: each write, truncation, creation,
renaming and removal that no sync has covered is kept or lost for itself, in any order, and a write
is also torn: of its sectors some are kept and others lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from faults.shim import Op

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from random import Random

    from faults.tape import Entry

T = TypeVar("T")

SECTOR = 512
"""Bytes that a disk writes as one."""

FOLDER = ""
"""What a sync of the folder goes by on the tape."""


@dataclass(slots=True)
class _File:
    """A file, whatever it is called: what is synced of it, and what is not."""

    content: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, Entry]] = field(default_factory=list)

    def sync(self, before: int) -> None:
        for number, entry in self.pending:
            if number < before:
                _change(self.content, entry)
        self.pending = [one for one in self.pending if one[0] >= before]


@dataclass(slots=True)
class Disk:
    """The files of a folder as one process after the other changes them, entry by entry."""

    names: dict[str, _File] = field(default_factory=dict)
    """The files as the process sees them."""
    synced: dict[str, _File] = field(default_factory=dict)
    """The names that are there after an outage, too."""
    pending: list[tuple[int, Entry, _File]] = field(default_factory=list)
    """Changes of names that no sync of the folder has covered, with the files that they are of."""
    at: int = 0
    """How many entries were played."""

    def play(self, entries: Sequence[Entry], until: int) -> None:
        """Let happen what comes before the entry `until`."""
        while self.at < until:
            self._take(self.at, entries[self.at])
            self.at += 1

    def _take(self, number: int, entry: Entry) -> None:
        if entry.op in Op.WRITE | Op.TRUNCATE:
            self._there(entry.name).pending.append((number, entry))
        elif entry.op is Op.SYNC:
            self._sync(entry)
        elif entry.op in Op.CREATE | Op.UNLINK | Op.RENAME:
            file = _File() if entry.op is Op.CREATE else self._there(entry.name)
            self.pending.append((number, entry, file))
            _rename(self.names, entry, file)

    def _there(self, name: str) -> _File:
        """Return a file; one that nobody was seen to make was there before."""
        if name not in self.names:
            self.names[name] = self.synced[name] = _File()
        return self.names[name]

    def _sync(self, entry: Entry) -> None:
        if entry.name != FOLDER:
            self._there(entry.name).sync(entry.offset)
            return
        for number, change, file in self.pending:
            if number < entry.offset:
                _rename(self.synced, change, file)
        self.pending = [one for one in self.pending if one[0] >= entry.offset]

    def lose_power(self, random: Random) -> dict[str, bytes]:
        """Return what the files may hold now."""
        draw = _Draw(random)
        names = dict(self.synced)
        for _, change, file in draw.some(self.pending):
            _rename(names, change, file)
        return {name: draw.content(file) for name, file in names.items()}


class _Draw:
    """Draws what is kept: at some outages everything, at some nothing, at most of them a part."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._kept, self._torn = random.choice([(0, 0), (1, 0), (0.5, 0.3), (0.8, 0.2), (0.1, 0.5)])

    def some(self, things: Sequence[T]) -> list[T]:
        """Return those that are kept whole, in the order in which they reach the disk."""
        kept = [one for one in things if self._random.random() < self._kept]
        return self._order(kept)

    def content(self, file: _File) -> bytes:
        """Return what a file may hold."""
        content = bytearray(file.content)
        for _, entry in self._order(file.pending):
            chance = self._random.random()
            if chance < self._kept:
                _change(content, entry)
            elif chance < self._kept + self._torn and entry.op is Op.WRITE:
                self._tear(content, entry)
        return bytes(content)

    def _order(self, things: Sequence[T]) -> list[T]:
        """Shuffle, unless all is kept: that is what a kill leaves, and not an outage."""
        return list(things) if self._kept == 1 else self._random.sample(things, len(things))

    def _tear(self, content: bytearray, entry: Entry) -> None:
        """Write some of the sectors only."""
        begin, end = entry.offset, entry.offset + len(entry.data)
        for sector in range(begin // SECTOR, -(-end // SECTOR)):
            if self._random.random() < 0.5:
                first, last = max(begin, sector * SECTOR), min(end, (sector + 1) * SECTOR)
                _write(content, first, entry.data[first - begin : last - begin])


def _change(content: bytearray, entry: Entry) -> None:
    if entry.op is Op.WRITE:
        _write(content, entry.offset, entry.data)
    else:
        _resize(content, entry.offset)


def _write(content: bytearray, offset: int, data: bytes) -> None:
    _resize(content, max(len(content), offset + len(data)))
    content[offset : offset + len(data)] = data


def _resize(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))


def _rename(names: dict[str, _File], entry: Entry, file: _File) -> None:
    if entry.op is Op.CREATE:
        names[entry.name] = file
        return
    # What has been given to another file meanwhile, is that one's.
    if names.get(entry.name) is file:
        del names[entry.name]
    if entry.op is Op.RENAME:
        names[entry.data.decode()] = file


def write(files: dict[str, bytes], folder: Path) -> None:
    """Write the files into a new folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
