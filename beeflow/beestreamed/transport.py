"""The wire: one HTTP request out, one answer in. Tests plug in here."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING, Final, Protocol

import aiohttp
import msgspec
from yarl import URL

from beeflow.errors import BeeflowError

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_ANSWER: Final = 8 * 1024 * 1024
"""Bytes of a body, unpacked, that are read at most."""

_LONGEST_CONNECT = 10.0


class Outgoing(msgspec.Struct, frozen=True):
    """A request as it is sent. `target` is path and query, percent-encoded.

    `fresh`: on a connection of its own. A kept connection may be closed by the other side at the
    very moment we write to it, and then it is not known whether the request arrived.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None = None
    fresh: bool = False


class Answer(msgspec.Struct, frozen=True):
    """What came back, whatever its status. The names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    body: bytes = b""


class TransportError(BeeflowError):
    """No answer. `sent`: the request may have arrived. `timed_out`: nothing came in time."""

    def __init__(self, reason: str, *, sent: bool, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.timed_out = timed_out


class AnswerTooLarge(BeeflowError):  # noqa: N818 - it reads as what it says
    """The answer has the status `status` and is larger than `LARGEST_ANSWER`."""

    def __init__(self, status: int) -> None:
        super().__init__(f"it is larger than {LARGEST_ANSWER // 1024**2} MiB")
        self.status = status


class Transport(Protocol):
    """Sends requests to one host."""

    async def send(self, outgoing: Outgoing, timeout: float) -> Answer:  # noqa: ASYNC109 - the transport's own, told in the error
        """Send once, within so many seconds. Raises `TransportError` and `AnswerTooLarge`."""
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...


class AiohttpTransport:
    """Over aiohttp, with connections that are kept and used again; redirects are not followed."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/")
        self._kept: aiohttp.ClientSession | None = None
        self._fresh: aiohttp.ClientSession | None = None

    async def send(self, outgoing: Outgoing, timeout: float) -> Answer:  # noqa: ASYNC109 - the transport's own, told in the error
        """Send once, within so many seconds. Raises `TransportError` and `AnswerTooLarge`."""
        session = self._session(fresh=outgoing.fresh)
        # Ends before the whole does, to be told apart: without a connection nothing was sent.
        connect = min(timeout * 0.9, _LONGEST_CONNECT)
        try:
            async with session.request(
                outgoing.method,
                URL(self._base + outgoing.target, encoded=True),
                data=outgoing.body,
                headers=outgoing.headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=timeout, connect=connect),
            ) as response:
                body = await _body(response)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, headers, body)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise _no_answer(error, timeout, connect) from error

    async def close(self) -> None:
        """Let go of all connections."""
        for session in (self._kept, self._fresh):
            if session is not None:
                await session.close()
        self._kept = self._fresh = None

    def _session(self, *, fresh: bool) -> aiohttp.ClientSession:
        # Made on first use, because a session belongs to the loop that is running then.
        if fresh:
            self._fresh = self._fresh or _new_session(force_close=True)
            return self._fresh
        self._kept = self._kept or _new_session(force_close=False)
        return self._kept


def _new_session(*, force_close: bool) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=100, ttl_dns_cache=60, force_close=force_close),
        cookie_jar=aiohttp.DummyCookieJar(),
        raise_for_status=False,
    )


async def _body(response: aiohttp.ClientResponse) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > LARGEST_ANSWER:
            raise AnswerTooLarge(response.status)
        parts.append(part)
    return b"".join(parts)


def _no_answer(error: Exception, timeout: float, connect: float) -> TransportError:
    """Tell whether the request can have arrived, and say so in words."""
    match error:
        case aiohttp.ConnectionTimeoutError():
            reason = f"no connection within {connect:.2g} s"
            return TransportError(reason, sent=False, timed_out=True)
        case aiohttp.ClientConnectorError() | aiohttp.ClientConnectorCertificateError():
            reason = f"no connection to {error.host}:{error.port}: {_words(error)}"
            return TransportError(reason, sent=False)
        case asyncio.TimeoutError():
            return TransportError(
                f"no answer within {round(timeout, 2):g} s", sent=True, timed_out=True
            )
        case _:
            reason = f"the connection was cut before the answer: {_words(error)}"
            return TransportError(reason, sent=True)


def _words(error: Exception) -> str:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, OSError) and cause.errno is not None and cause.errno in errno.errorcode:
        return os.strerror(cause.errno)  # asyncio puts the address into the error's own text
    text = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return str(text)
