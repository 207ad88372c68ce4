"""A request of `http.request`, from its arguments to the bytes that are sent."""

from __future__ import annotations

import ipaddress
import re
from base64 import b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode

import msgspec
from yarl import URL

from beeflow import __version__
from beeflow.actions.failures import plain_url, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.actions.definition import Args
    from beeflow.types import Json

_OURS: Final = {
    "accept": "Accept: */*",
    "accept-encoding": "Accept-Encoding: identity",
    "user-agent": f"User-Agent: beeflow/{__version__}",
}
"""Fields that are sent unless the recipe gives them itself."""

_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_SHORTHAND: Final = re.compile(r"(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]*))*", re.ASCII)

_encode = msgspec.json.Encoder().encode


class Origin(NamedTuple):
    """Whom a connection is to."""

    host: str
    port: int
    tls: bool


class _Target(msgspec.Struct, frozen=True):
    """An address, taken apart: `path` as it is sent, `label` without anything secret."""

    origin: Origin
    path: str
    host: str
    label: str
    credentials: str | None


class Outgoing(msgspec.Struct, frozen=True, gc=False):
    """A request, ready to be sent. `seconds` is the time for all of it.

    `repeatable`: it may be sent again into another connection, where one that was kept open turned
    out to be closed.
    """

    method: str
    origin: Origin
    label: str
    data: bytes
    seconds: float

    @property
    def repeatable(self) -> bool:
        """Whether the method says that a repetition changes nothing."""
        return self.method in _REPEATABLE


def prepare(args: Args, seconds: float) -> Outgoing:
    """Return the request; raises `ActionError` for what cannot be sent."""
    method, text = str(args.get("method", "GET")), str(args["url"]).strip()
    try:
        kind, body = _body(args)
        if args.get("headers") or args.get("query"):
            head = _special_head(method, text, kind, args)
        else:
            head = _head(method, text, kind)
    except ValueError as error:
        raise refusal(f"{method} {_plain_text(text)} cannot be sent: {error}") from None
    if body is None and method in _BODILESS:
        data = head.lines + b"\r\n"
    else:
        body = body or b""
        data = b"%bContent-Length: %d\r\n\r\n%b" % (head.lines, len(body), body)
    return Outgoing(method, head.origin, head.label, data, seconds)


def _read(url: URL) -> _Target:
    host, port = url.raw_host, url.port
    if url.scheme not in {"http", "https"} or not host or not port:
        raise ValueError("it is no address of the form https://host/path")
    if _SHORTHAND.fullmatch(host.lower()) and not _is_address(host):
        raise ValueError(f"write out the address `{host}`")
    credentials = None
    if url.user or url.password:
        pair = f"{url.user or ''}:{url.password or ''}"
        credentials = f"Authorization: Basic {b64encode(pair.encode()).decode()}"
    return _Target(
        Origin(host.replace("%25", "%"), port, url.scheme == "https"),
        url.raw_path_qs,
        url.host_port_subcomponent or host,
        plain_url(url),
        credentials,
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _plain_text(text: str) -> str:
    """Return an address for a message, without what may be secret in it."""
    try:
        return plain_url(URL(text))
    except ValueError:
        return "to an address that is none"


# --- the bytes -------------------------------------------------------------------------------


class _Head(msgspec.Struct, frozen=True, gc=False):
    """What comes before a body: `lines` are its lines but for the length, each with its end."""

    origin: Origin
    label: str
    lines: bytes


@lru_cache(maxsize=256)
def _head(method: str, text: str, kind: str | None) -> _Head:
    """Return the head of a request that gives nothing of its own: the same for most of a recipe's.

    `kind` is what its body is. Raises `ValueError` for what is no address.
    """
    return _written(method, _read(URL(text)), kind, {})


def _special_head(method: str, text: str, kind: str | None, args: Args) -> _Head:
    """Return the head of a request that has fields or a query of its own."""
    url, query, given = URL(text), args.get("query"), args.get("headers")
    if isinstance(query, dict) and query:
        url = url.extend_query(_pairs(query))
    return _written(method, _read(url), kind, given if isinstance(given, dict) else {})


def _written(method: str, target: _Target, kind: str | None, given: Mapping[str, Json]) -> _Head:
    """Write a head out. Raises `ValueError` where a line would become two."""
    lines = [f"{method} {target.path} HTTP/1.1", f"Host: {target.host}"]
    _add_fields(lines, given, target, kind)
    head = "\r\n".join(lines)
    if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1 or "\0" in head:
        raise ValueError("its header has a line break or a null character")
    return _Head(target.origin, f"{method} {target.label}", f"{head}\r\n".encode())


def _add_fields(
    lines: list[str], given: Mapping[str, Json], target: _Target, kind: str | None
) -> None:
    names = {name.lower() for name in given}
    lines += [line for name, line in _OURS.items() if name not in names]
    if target.credentials is not None and "authorization" not in names:
        lines.append(target.credentials)
    if kind is not None and "content-type" not in names:
        lines.append(f"Content-Type: {kind}")
    lines += [f"{name}: {_plain(value)}" for name, value in given.items()]


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
