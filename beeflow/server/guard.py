"""The guard: who may see the dashboard and `/api`, and from where.

Hooks have their signatures and the pages for machines are open; all else passes here. The name in
`Host` must be one of ours, so that a page elsewhere cannot have its own name point here (DNS
rebinding); a POST must come from the dashboard itself, or carry the password (request forgery).
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from beeflow.errors import UsageError
from beeflow.server.answers import Refused

if TYPE_CHECKING:
    from beeflow.server.auth import Doorkeeper, Shown

OPEN = frozenset({"/healthz", "/readyz", "/metrics"})
"""Open to all, by any name."""

OPEN_TO_ANY_VISITOR = frozenset({"/login", "/favicon.svg"})
"""Needs no password, but the rest."""

OPEN_FOLDER = "/static/"

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "beeflow",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_WILDCARDS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - only compared
_BEHIND = frozenset("?#\t")
"""What no name holds; `urlsplit` passes over it where nothing follows, and over a tab anywhere."""


class Access(msgspec.Struct, frozen=True):
    """Who may: the address that is listened on, the names we go by, and the password."""

    host: str
    password: str | None = None
    hosts: tuple[str, ...] = ()


def check_bind(host: str, password: str | None) -> None:
    """Raise `UsageError` when anyone on the network could use the dashboard without a password."""
    if password is None and not is_loopback(host):
        raise UsageError(
            f"listening on `{host}` without a password would open the dashboard to everyone who "
            "reaches it: set server.password (or BEEFLOW_SERVER_PASSWORD), or listen on 127.0.0.1"
        )
    if password is not None and not password.strip():
        raise UsageError("server.password is empty: set one, or leave it out altogether")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Lets requests pass, or raises `Refused`."""

    def __init__(self, access: Access, doorkeeper: Doorkeeper) -> None:
        self._ours = frozenset(name.lower() for name in access.hosts)
        bound = access.host.lower()
        self._known = self._ours | _LOOPBACK | ({bound} - _WILDCARDS)
        self._any_address = bound in _WILDCARDS and not self._ours
        self._doorkeeper = doorkeeper

    def admit(self, request: web.BaseRequest) -> None:
        """Check name, password and origin, in this order."""
        path = request.path
        if path in OPEN:
            return
        self._check_host(request)
        shown: Shown | None = None
        if path not in OPEN_TO_ANY_VISITOR and not path.startswith(OPEN_FOLDER):
            shown = self._check_password(request)
        if request.method == "POST":
            self._check_origin(request, shown)

    def knows(self, name: str) -> bool:
        """Whether `name` is one of ours. Addresses cannot be rebound, names can."""
        return name in self._known or (self._any_address and _is_address(name))

    def _check_host(self, request: web.BaseRequest) -> None:
        name = host_name(request.headers.get("Host", ""))
        if self.knows(name):
            return
        raise Refused(
            403,
            "forbidden_host",
            f"`{name[:100]}` is not a name of this server: add it to server.hosts",
        )

    def _check_password(self, request: web.BaseRequest) -> Shown | None:
        if self._doorkeeper.open_to_all:
            return None
        try:
            shown = self._doorkeeper.recognise(request)
        except Refused as refused:
            if refused.status == web.HTTPUnauthorized.status_code:
                refused.headers = _challenge(request)
            raise
        if shown is None:
            raise Refused(
                401,
                "unauthorized",
                "show the password: HTTP Basic with any user name, Authorization: Bearer, or "
                "the login page",
                headers=_challenge(request),
            )
        return shown

    def _check_origin(self, request: web.BaseRequest, shown: Shown | None) -> None:
        origins = request.headers.getall("Origin", ())
        if len(origins) > 1:
            raise _forbidden_origin("there are two Origin headers")
        origin = origins[0] if origins else None
        if origin is None:
            if shown == "cookie" or _crosses(request):
                raise _forbidden_origin("a POST without Origin needs HTTP Basic or Bearer")
            return
        parts = _split(origin)
        host = request.headers.get("Host", "").lower()
        if parts is None or (parts[1] != host and parts[0] not in self._ours):
            raise _forbidden_origin(f"`{origin[:100]}` is not where the dashboard is")


def host_name(host: str) -> str:
    """Return the name in a `Host` header: lower case, without port and brackets."""
    parts = _split(f"http://{host}")
    return "" if parts is None else parts[0]


def _split(origin: str) -> tuple[str, str] | None:
    """Return name and authority of an origin (`https://name[:port]`), None for anything else."""
    try:
        parts = urlsplit(origin.strip().lower())
        name = parts.hostname
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError:
        return None
    plain = parts.scheme in {"http", "https"} and "@" not in parts.netloc
    alone = not parts.path and _BEHIND.isdisjoint(origin)
    return (name.rstrip("."), parts.netloc) if name and plain and alone else None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _crosses(request: web.BaseRequest) -> bool:
    """Whether a browser says that another site sends this."""
    return request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}


def _forbidden_origin(detail: str) -> Refused:
    return Refused(403, "forbidden_origin", detail)


def _challenge(request: web.BaseRequest) -> dict[str, str]:
    """Ask for Basic, but not of a browser, which would open a box over the login page."""
    headers = request.headers
    browser = "Sec-Fetch-Mode" in headers or "text/html" in headers.get("Accept", "")
    schemes = 'Bearer realm="beeflow"'
    return {"WWW-Authenticate": schemes if browser else f'Basic realm="beeflow", {schemes}'}
