"""The tape: what a process did to its journal's files, and what it acknowledged, in order."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faults.shim import Op

if TYPE_CHECKING:
    from pathlib import Path

_HEADER = struct.Struct("=IIqq")
_IDS = re.compile(rb'"id": ?"(e-\d+)"|^ack (e-\d+)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a process did.

    `offset` is the place of a write, the size after a truncation, and for a sync how many entries
    of the tape it covers.
    """

    op: Op
    name: str = ""
    offset: int = 0
    data: bytes = b""

    def acknowledged(self) -> list[str]:
        """Return the ids of the events that this tells somebody are safe."""
        if self.op is not Op.ACK:
            return []
        return [(one[1] or one[2]).decode() for one in _IDS.finditer(self.data)]


def read(path: Path) -> list[Entry]:
    """Read a tape; what several processes told stands one after the other."""
    content = path.read_bytes()
    entries: list[Entry] = []
    at = began = 0
    while at + _HEADER.size <= len(content):
        op, named, offset, size = _HEADER.unpack_from(content, at)
        at += _HEADER.size
        name, data = content[at : at + named].decode(), content[at + named : at + named + size]
        at += named + size
        if op == Op.BEGIN:
            began = len(entries)
        entries.append(Entry(Op(op), name, offset + (began if op == Op.SYNC else 0), data))
    return entries
