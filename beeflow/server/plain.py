"""Which webhooks are plain: whole, and with nothing about them that could be read differently.

They are answered from the connection itself; all else goes the longer way, through the front. Two
parsers read them, both of them llhttp at heart. The `Reader` takes a webhook that came alone and in
one piece, as most do. What it does not take is given to aiohttp's parser, which reads all requests
from then on, as only one of them can know where in the stream the connection is; a plain one is
still taken out of aiohttp's queue (`source_of`). The Reader takes nothing that aiohttp's parser
would refuse or read differently: that is looked for among thousands of spoilt requests by a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from aiohttp import HttpVersion11, hdrs
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aiohttp import StreamReader
    from aiohttp.http import RawRequestMessage

Came: TypeAlias = "tuple[str, Sequence[str], bytes]"
"""A plain webhook: its source, its signatures, its body."""

PREFIX: Final = "/hooks/"
SIGNATURE: Final = "X-Beestreamed-Signature"

_START: Final = len(PREFIX)
_BEGINS: Final = b"POST /hooks/"
_ENDS: Final = b"\r\n\r\n"
_SIGNATURE: Final = SIGNATURE.lower().encode()

_LARGEST: Final = 64 * 1024
"""Bytes of a request that is read here."""

_LARGEST_HEADER: Final = 4096
"""Bytes of a header that is read here: below all bounds that there are on its parts."""

_MOST_FIELDS: Final = 50

_UNUSUAL: Final = frozenset(
    {b"content-encoding", b"sec-websocket-key1", b"trailer", b"transfer-encoding", b"upgrade"}
)


class Reader:
    """Reads the plain webhooks of one connection, from its beginning until one is not.

    llhttp calls back for each part. It is given methods of containers for that, which are C.
    """

    __slots__ = ("_bodies", "_fields", "_parser", "_targets", "on_body", "on_header", "on_url")

    def __init__(self) -> None:
        self._targets: list[bytes] = []
        self._fields: dict[bytes, bytes] = {}
        self._bodies: list[bytes] = []
        self.on_url = self._targets.append
        self.on_header = self._fields.__setitem__
        self.on_body = self._bodies.append
        self._parser = HttpRequestParser(self)

    def read(self, data: bytes, sources: Collection[str]) -> Came | None:
        """Return a plain webhook; None for all else: then this reader has come to its end."""
        if not data.startswith(_BEGINS) or len(data) > _LARGEST:
            return None
        targets, bodies = self._targets, self._bodies
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            return None
        if len(targets) != 1 or len(bodies) != 1:
            return None
        target, body = targets.pop(), bodies.pop()
        given = self._signatures(data, body)
        source = target[_START:].decode("latin-1")
        if given is None or source not in sources or not target.isascii():
            return None
        return source, given, body

    def _signatures(self, data: bytes, body: bytes) -> tuple[str, ...] | None:
        """Return the signatures, where the header is as usual and is followed by the body alone."""
        size = len(data) - len(body)
        fields = {name.lower(): value for name, value in self._fields.items()}
        self._fields.clear()
        if (
            fields.get(b"content-length") != b"%d" % len(body)
            or size > _LARGEST_HEADER
            or data[size - len(_ENDS) : size] != _ENDS
            # A line for each field, one before and one behind: no field is there twice.
            or data.count(b"\r\n", 0, size) != len(fields) + 2
            or len(fields) > _MOST_FIELDS
            or b"host" not in fields
            or not _UNUSUAL.isdisjoint(fields)
            or fields.get(b"connection", b"keep-alive") != b"keep-alive"
            or data.find(b"\0", 0, size) >= 0
            or self._parser.get_http_version() != "1.1"
        ):
            return None
        given = fields.get(_SIGNATURE)
        return () if given is None else (given.rstrip(b" \t").decode("utf-8", "surrogateescape"),)


def source_of(
    message: RawRequestMessage, payload: StreamReader, sources: Collection[str]
) -> str | None:
    """Return the source of a plain webhook that aiohttp has read; None for all else."""
    path = message.path
    source = path[_START:]
    if source not in sources or path[:_START] != PREFIX or message.method != "POST":
        return None
    if message.should_close or message.upgrade or message.chunked or not payload.is_eof():
        return None
    headers = message.headers
    if (
        message.version != HttpVersion11
        or hdrs.CONTENT_LENGTH not in headers
        or hdrs.CONTENT_ENCODING in headers
        or hdrs.TRANSFER_ENCODING in headers
    ):
        return None
    return source
