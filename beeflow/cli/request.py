"""HTTP as the commands need it: one request, its answer, and a clear word where there is none."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import msgspec

from beeflow.errors import ActionError, Failure, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json

TIMEOUT: Final = 30.0
"""Seconds for a request; the daemon answers a webhook within milliseconds."""

_MOST: Final = 64 * 1024 * 1024
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}  # noqa: S104 - mapped away


class Answer(msgspec.Struct, frozen=True):
    """Status and body of an answer."""

    status: int
    body: bytes

    @property
    def json(self) -> Json:
        """The body as JSON; text where it is none."""
        try:
            value: Json = json.loads(self.body)
        except (ValueError, RecursionError):
            return self.body.decode("utf-8", "replace")
        return value

    @property
    def fine(self) -> bool:
        """Whether it is a success."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers


class Request(msgspec.Struct, frozen=True):
    """What to send. `body` None: no body."""

    method: str
    url: str
    body: bytes | None = None
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)


def local_url(host: str, port: int) -> str:
    """Return the address at which a server bound to `host` is reached from here."""
    reached = _ANY.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{reached}:{port}"


def send(request: Request, timeout: float = TIMEOUT) -> Answer:
    """Send a request.

    Raises `UsageError` for an address that is none, and `ActionError` where nobody answers.
    """
    parts = _checked(request.url)
    # A proxy for the outside world knows nothing of this machine's own addresses.
    proxies: dict[str, str] | None = {} if parts in _LOOPBACK else None
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies), _NoRedirect)
    prepared = urllib.request.Request(  # noqa: S310 - the scheme was checked
        request.url, data=request.body, headers=dict(request.headers), method=request.method
    )
    try:
        with opener.open(prepared, timeout=timeout) as answer:
            return Answer(answer.status, answer.read(_MOST))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read(_MOST))
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        message = f"{request.url} cannot be reached: {reason}"
        raise ActionError(Failure("connection", message)) from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A webhook and a password are for the address they were meant for."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        """Follow nothing."""
        return


def _checked(url: str) -> str:
    """Return the host of an address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError as error:
        raise UsageError(f"`{url}` is not an address: {error}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError(f"`{url}` is not an address: write http://host:port/path")
    return host
