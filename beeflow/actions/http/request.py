"""`http.request`: one request, one answer, nothing followed and nothing repeated."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
import msgspec
from yarl import URL

from beeflow.actions.definition import Args, Context, DefinedAction
from beeflow.actions.failures import plain_url, refusal, status_failure
from beeflow.actions.http.addresses import AddressRefused
from beeflow.actions.http.definition import MAX_ANSWER, REQUEST
from beeflow.actions.transport import transport_failure
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json

_CONNECT = 10.0
"""Seconds after which an address that does not answer counts as unreachable."""

_CONNECT_SHARE = 0.8
"""The part of the time that connecting may take, so that it is known what timed out."""

_OVER = f"is longer than {MAX_ANSWER // 1024} KiB, the most that is read"

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class _Outgoing:
    """A request, ready to be sent."""

    method: str
    url: URL
    headers: Mapping[str, str]
    body: bytes | None
    timeout: aiohttp.ClientTimeout

    @property
    def label(self) -> str:
        """The request for a reader, without anything secret."""
        return f"{self.method} {plain_url(self.url)}"


class HttpRequest(DefinedAction):
    """Sends requests through one session, which the owner closes."""

    definition = REQUEST

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def call(self, args: Args, context: Context) -> Json:
        """Send the request; returns `status`, `headers`, `json`, `text`."""
        request = _prepare(args, context.timeout)
        try:
            async with self._session.request(
                request.method,
                request.url,
                headers=request.headers,
                data=request.body,
                timeout=request.timeout,
                allow_redirects=False,
            ) as response:
                raw = await _read(response, request)
        except aiohttp.InvalidURL as error:
            raise refusal(f"{request.label} cannot be sent: {error}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ActionError(_failure(request.label, error)) from None
        text = _text(raw, response)
        if not _expected(response.status, args.get("expect")):
            raise ActionError(_unexpected(request, response, text))
        return {
            "status": response.status,
            "headers": _headers(response),
            "json": _json(raw),
            "text": text,
        }


def _prepare(args: Args, seconds: float) -> _Outgoing:
    url = URL(str(args["url"]).strip())
    query = args.get("query")
    if isinstance(query, dict) and query:
        url = url.extend_query(_pairs(query))
    given = args.get("headers")
    headers = (
        {name: _plain(value) for name, value in given.items()} if isinstance(given, dict) else {}
    )
    kind, body = _body(args)
    if kind and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = kind
    return _Outgoing(str(args.get("method", "GET")), url, headers, body, _timeout(seconds))


@lru_cache(maxsize=64)
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    connect = _CONNECT_SHARE * seconds
    return aiohttp.ClientTimeout(
        total=seconds, connect=connect, sock_connect=min(_CONNECT, connect)
    )


def _body(args: Args) -> tuple[str | None, bytes | None]:
    if "json" in args:
        return "application/json", _encode(args["json"])
    form = args.get("form")
    if isinstance(form, dict):
        return "application/x-www-form-urlencoded", urlencode(_pairs(form)).encode("ascii")
    if "body" in args:
        return "text/plain; charset=utf-8", str(args["body"]).encode()
    return None, None


def _pairs(values: Mapping[str, Json]) -> list[tuple[str, str]]:
    """Return names with texts; a list gives its name several times, null gives nothing."""
    return [
        (name, _plain(item))
        for name, value in values.items()
        for item in (value if isinstance(value, list) else [value])
        if item is not None
    ]


def _plain(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def _read(response: aiohttp.ClientResponse, request: _Outgoing) -> bytes:
    length = response.content_length
    if length is not None and length <= MAX_ANSWER:
        raw = await response.read()
    else:
        raw = await _read_bounded(response, request)
    coding = response.headers.get("Content-Encoding", "identity").lower()
    return raw if coding == "identity" else _inflate(raw, coding, request)


async def _read_bounded(response: aiohttp.ClientResponse, request: _Outgoing) -> bytes:
    chunks = bytearray()
    async for chunk in response.content.iter_any():
        chunks += chunk
        if len(chunks) > MAX_ANSWER:
            raise _too_long(request)
    return bytes(chunks)


def _inflate(raw: bytes, coding: str, request: _Outgoing) -> bytes:
    """Decompress what a server compressed though it was asked not to, within the limit."""
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise ActionError(
            Failure("http", f"{request.label} answered in the coding `{coding}`", open=True)
        )
    reader = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = reader.decompress(raw, MAX_ANSWER + 1)
    except zlib.error as error:
        message = f"{request.label} answered with broken {coding}: {error}"
        raise ActionError(Failure("http", message, open=True)) from None
    if len(plain) > MAX_ANSWER:
        raise _too_long(request)
    return plain


def _too_long(request: _Outgoing) -> ActionError:
    return ActionError(Failure("limit", f"the answer to {request.label} {_OVER}", open=True))


def _text(raw: bytes, response: aiohttp.ClientResponse) -> str:
    try:
        return raw.decode(response.charset or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _json(raw: bytes) -> Json:
    try:
        decoded: Json = _decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return decoded


def _headers(response: aiohttp.ClientResponse) -> dict[str, Json]:
    found: dict[str, str] = {}
    for name, value in response.headers.items():
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return dict(found)


def _expected(status: int, expect: Json) -> bool:
    if expect is None:
        return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    return status in expect if isinstance(expect, list) else status == expect


def _unexpected(request: _Outgoing, response: aiohttp.ClientResponse, text: str) -> Failure:
    status, label = response.status, request.label
    if status < HTTPStatus.MULTIPLE_CHOICES:
        message = f"{label} answered {status}, which `expect` does not list"
        return Failure("http", message, status=status, open=True)
    if status < HTTPStatus.BAD_REQUEST:
        target = response.headers.get("Location", "nowhere").partition("?")[0]
        message = (
            f"{label} answered {status}, to {target}; redirects are not followed: use that address"
        )
        return Failure("http", message, status=status)
    return status_failure(label, status, response.headers, text)


def _failure(label: str, error: Exception) -> Failure:
    if isinstance(error, aiohttp.ClientConnectorError) and _is_refused(error.os_error):
        return Failure(
            "action", f"{label} is not sent: {error.os_error.strerror or error.os_error}"
        )
    return transport_failure(label, error)


def _is_refused(error: OSError) -> bool:
    # Several addresses of one name are reported as one error that lists them.
    return isinstance(error, AddressRefused) or "is not a public address" in str(error)
