"""Which webhooks are plain: whole, and with nothing about them that could be read differently.

They are answered from the connection itself. aiohttp's own parser has read them, as it reads all
requests: what is refused here only goes the longer way, through the front, and is judged there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import HttpVersion11, hdrs

if TYPE_CHECKING:
    from collections.abc import Collection

    from aiohttp import StreamReader
    from aiohttp.http import RawRequestMessage

PREFIX: Final = "/hooks/"

_START: Final = len(PREFIX)


def source_of(
    message: RawRequestMessage, payload: StreamReader, sources: Collection[str]
) -> str | None:
    """Return the source of a plain webhook; None for every other request."""
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
