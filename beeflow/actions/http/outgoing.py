"""A request of `http.request`, from its arguments to the bytes that are sent."""

from __future__ import annotations

import ipaddress
import re
from base64 import b64encode
from dataclasses import dataclass
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

_OURS_ALONE: Final = list(_OURS.values())
_BODILESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_REPEATABLE: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_SHORTHAND: Final = re.compile(r"(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]*))*", re.ASCII)

_encode = msgspec.json.Encoder().encode


class Origin(NamedTuple):
    """Whom a connection is to."""

    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class _Target:
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
        target = _target(text)
        query = args.get("query")
        if isinstance(query, dict) and query:
            target = _read(URL(text).extend_query(_pairs(query)))
        data = _data(method, target, args)
    except ValueError as error:
        raise refusal(f"{method} {_plain_text(text)} cannot be sent: {error}") from None
    return Outgoing(method, target.origin, f"{method} {target.label}", data, seconds)


@lru_cache(maxsize=256)
def _target(text: str) -> _Target:
    return _read(URL(text))


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


def _data(method: str, target: _Target, args: Args) -> bytes:
    """Write the request out. Raises `ValueError` where a line would become two."""
    kind, body = _body(args)
    lines = [f"{method} {target.path} HTTP/1.1", f"Host: {target.host}"]
    given = args.get("headers")
    if isinstance(given, dict) and given:
        _add_given(lines, given, target, kind)
    else:
        lines += _OURS_ALONE
        if target.credentials is not None:
            lines.append(target.credentials)
        if kind is not None:
            lines.append(f"Content-Type: {kind}")
    if body is not None or method not in _BODILESS:
        lines.append(f"Content-Length: {len(body or b'')}")
    head = "\r\n".join(lines)
    if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1 or "\0" in head:
        raise ValueError("its header has a line break or a null character")
    return b"%b\r\n\r\n%b" % (head.encode(), body or b"")


def _add_given(
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
