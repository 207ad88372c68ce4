"""`http.request`: one request, one answer, nothing followed and nothing repeated."""

from __future__ import annotations

import re
import zlib
from email.message import Message
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec
from multidict import CIMultiDict

from beeflow.actions.definition import Args, Context, DefinedAction
from beeflow.actions.failures import status_failure
from beeflow.actions.http.connection import MAX_ANSWER, Answer
from beeflow.actions.http.definition import REQUEST
from beeflow.actions.http.outgoing import Outgoing, prepare
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from beeflow.actions.http.pool import Pool
    from beeflow.types import Json

_OVER = f"is longer than {MAX_ANSWER // 1024} KiB, the most that is read"

_OK: Final = HTTPStatus.OK.value
_REDIRECT: Final = HTTPStatus.MULTIPLE_CHOICES.value

_BELIEVED: Final = (
    r"(?:us-)?ascii|utf-?(?:8|16|32)(?:-?[lb]e)?|(?:iso|latin|l|windows|cp|ibm|koi8|mac)[a-z0-9_-]*"
    r"|big5[a-z0-9_-]*|gb[a-z0-9_-]*|euc[a-z0-9_-]*|s(?:hift)?[_-]?jis[a-z0-9_-]*|tis-?620|johab"
)
"""Encodings that the web knows. Python has others by which a server could keep us busy, such as
`punycode`: 100 KB of it take seconds."""

_decode = msgspec.json.Decoder().decode


class HttpRequest(DefinedAction):
    """Sends requests over one pool of connections, which the owner closes."""

    definition = REQUEST

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def call(self, args: Args, context: Context) -> Json:
        """Send the request; returns `status`, `headers`, `json`, `text`."""
        request = prepare(args, context.timeout)
        answer = await self._pool.send(request)
        headers, raw, status = _headers(answer.fields), answer.body, answer.status
        coding = headers.get("content-encoding", "identity")
        if coding != "identity":
            raw = _plain(raw, coding.lower(), request)
        text = _text(raw, headers.get("content-type", ""))
        expect = args.get("expect")
        good = _OK <= status < _REDIRECT if expect is None else _expected(status, expect)
        if not good:
            raise ActionError(_unexpected(request, answer, text))
        return {
            "status": status,
            "headers": {**headers},
            "json": _json(raw),
            "text": text,
        }


def _plain(raw: bytes, coding: str, request: Outgoing) -> bytes:
    return raw if coding == "identity" else _inflate(raw, coding, request)


def _inflate(raw: bytes, coding: str, request: Outgoing) -> bytes:
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
        raise ActionError(Failure("limit", f"the answer to {request.label} {_OVER}", open=True))
    return plain


def _text(raw: bytes, kind: str) -> str:
    charset = _charset(kind) if ";" in kind else "utf-8"
    try:
        return raw.decode(charset, "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


@lru_cache(maxsize=64)
def _charset(kind: str) -> str:
    """Return what a Content-Type says of how its text is encoded, where it can be believed."""
    header = Message()
    header["Content-Type"] = kind
    said = header.get_content_charset() or "utf-8"
    return said if re.fullmatch(_BELIEVED, said) else "utf-8"


def _json(raw: bytes) -> Json:
    try:
        decoded: Json = _decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return decoded


def _headers(fields: list[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in fields:
        key, text = _lowered(name), value.decode("utf-8", "replace")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


@lru_cache(maxsize=256)
def _lowered(name: bytes) -> str:
    return name.decode("latin-1").lower()


def _expected(status: int, expect: Json) -> bool:
    return status in expect if isinstance(expect, list) else status == expect


def _unexpected(request: Outgoing, answer: Answer, text: str) -> Failure:
    status, label = answer.status, request.label
    if status < _REDIRECT:
        message = f"{label} answered {status}, which `expect` does not list"
        return Failure("http", message, status=status, open=True)
    if status < HTTPStatus.BAD_REQUEST:
        target = (answer.header(b"location") or "nowhere").partition("?")[0]
        message = (
            f"{label} answered {status}, to {target}; redirects are not followed: use that address"
        )
        return Failure("http", message, status=status)
    headers = CIMultiDict({"Retry-After": answer.header(b"retry-after")})
    return status_failure(label, status, headers, text)
