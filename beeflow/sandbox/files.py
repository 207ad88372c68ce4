"""Uploaded files, and the signed links that they are put to and got from."""

from __future__ import annotations

import hashlib
import hmac
import struct
import zlib
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

LINK_LIFE = 1200
"""Seconds that a signed link is valid for (page "Get event image url": 20 minutes)."""
MAX_FILE = 16 * 2**20
"""The largest file whose content is kept; larger ones are taken, counted and dropped."""
_LONGEST_NUMBER = 15
_MAX_ALL = 128 * 2**20

Use = Literal["put", "get"]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was put; `size` is its true size also where `content` was not kept."""

    content: bytes
    type: str
    size: int


@dataclass(slots=True)
class Files:
    """The files by name; beyond 128 MiB in all the oldest contents go."""

    secret: bytes
    stored: dict[str, StoredFile] = field(default_factory=dict)

    def link(self, base: str, name: str, use: Use, expires: float) -> str:
        """Return a link to put or get a file, valid until `expires` on the sandbox's clock."""
        until = int(expires)
        query = {"Use": use, "Expires": until, "Signature": self._signature(name, use, until)}
        return f"{base}/_sandbox/files/{name}?{urlencode(query)}"

    def allows(self, name: str, use: Use, expires: str, signature: str, now: float) -> bool:
        """Tell whether a link with these marks was made here for this use and is still valid."""
        if not (expires.isascii() and expires.isdigit() and len(expires) <= _LONGEST_NUMBER):
            return False
        expected = self._signature(name, use, int(expires))
        given = signature.encode("utf-8", "replace")
        return now <= int(expires) and hmac.compare_digest(expected.encode(), given)

    def store(self, name: str, file: StoredFile) -> None:
        """Keep a file, in place of the one of that name."""
        self.stored.pop(name, None)
        self.stored[name] = file
        total = sum(len(kept.content) for kept in self.stored.values())
        while total > _MAX_ALL:
            oldest = next(iter(self.stored))
            total -= len(self.stored.pop(oldest).content)

    def _signature(self, name: str, use: Use, expires: int) -> str:
        text = f"{use} {name} {expires}".encode()
        return hmac.new(self.secret, text, hashlib.sha256).hexdigest()


def picture(width: int = 640, height: int = 360) -> bytes:
    """Draw the standard picture of an event that has none: a dark PNG that fades downwards."""
    rows = b"".join(
        b"\0" + bytes((16 + 24 * y // height, 18 + 20 * y // height, 28 + 36 * y // height)) * width
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
