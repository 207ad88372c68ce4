"""Answers to webhooks as they go over the wire, in one piece, on a connection that stays open.

aiohttp builds the headers of each `Response` anew, which was an eighth of all that a webhook cost.
"""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypeAlias

from beeflow.server.answers import JSON_HEADERS, refusal_of

if TYPE_CHECKING:
    from beeflow.engine.journal.records import Receipt
    from beeflow.server.answers import Refused

_Pairs: TypeAlias = tuple[tuple[str, str], ...]

_ACKNOWLEDGED: Final = (
    b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nServer: beeflow\r\n"
    b"Date: %b\r\nContent-Length: %d\r\n\r\n%b"
)
_DUPLICATE: Final = b'{"status": "duplicate"}'
_CONFLICT: Final = b'{"status": "duplicate", "conflict": true}'


def body_of(receipt: Receipt) -> bytes:
    """Return what tells what the journal said of a webhook."""
    if receipt.status == "accepted":
        return b'{"status": "accepted", "id": "%b"}' % receipt.event_id.encode()
    return _DUPLICATE if receipt.status == "duplicate" else _CONFLICT


def acknowledgement(receipt: Receipt) -> bytes:
    """Return the whole answer that tells it."""
    status = b"202 Accepted" if receipt.status == "accepted" else b"200 OK"
    body = body_of(receipt)
    return _ACKNOWLEDGED % (status, _date.now(), len(body), body)


def refusal(refused: Refused) -> bytes:
    """Return the whole answer that refuses, byte for byte what aiohttp makes of it."""
    headers = () if refused.headers is None else tuple(refused.headers.items())
    body = tuple(refusal_of(refused).items())
    before, after = _around(refused.status, headers, body, refused.close)
    return b"%b%b%b" % (before, _date.now(), after)


@lru_cache(maxsize=64)
def _around(status: int, headers: _Pairs, told: _Pairs, close: bool) -> tuple[bytes, bytes]:
    """Return what stands before the date in a refusal, and what after it: there are few of them."""
    body = json.dumps(dict(told)).encode("ascii")
    fields = [*JSON_HEADERS.items(), *headers, ("Content-Length", str(len(body)))]
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in fields]
    ends = b"\r\nConnection: close\r\n\r\n" if close else b"\r\n\r\n"
    return "\r\n".join([*lines, "Date: "]).encode("latin-1"), ends + body


class _Date:
    """The time as HTTP writes it (RFC 9110, 5.6.7), made once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._text = b""

    def now(self) -> bytes:
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._text = formatdate(second, usegmt=True).encode()
        return self._text


_date = _Date()
