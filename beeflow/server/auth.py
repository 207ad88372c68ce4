"""The password: how it may be shown, and what happens to those who guess.

Twenty wrong passwords within a minute close the door to the address they came from, for the right
password too: otherwise the limit would not hinder a guesser at all. Sessions go on, since a
session's token cannot be guessed, so nobody is thrown out of the dashboard by a stranger's tries.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
from collections import OrderedDict, deque
from typing import TYPE_CHECKING, Literal

import msgspec

from beeflow.server.answers import Refused
from beeflow.server.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

COOKIE = "beeflow_session"

TRIES = 20
"""Wrong passwords that one address may send within `WINDOW`."""

WINDOW = 60.0

_MOST_ADDRESSES = 10_000

Shown = Literal["basic", "bearer", "cookie"]
"""How a request showed that it may."""


class Credential(msgspec.Struct, frozen=True):
    """A password that a request carries, and how."""

    password: str
    shown: Shown


class Tries:
    """Wrong passwords by address, for a minute each."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str) -> float:
        """Return the seconds until `address` may try again; 0 when it may now."""
        tries = self._wrong.get(address)
        if tries is None or len(tries) < TRIES:
            return 0.0
        return max(0.0, tries[0] + WINDOW - self._clock())

    def wrong(self, address: str) -> None:
        """Note a wrong password."""
        tries = self._wrong.setdefault(address, deque(maxlen=TRIES))
        tries.append(self._clock())
        self._wrong.move_to_end(address)
        while len(self._wrong) > _MOST_ADDRESSES:
            self._wrong.popitem(last=False)


class Doorkeeper:
    """Knows the password (None: there is none) and who has shown it."""

    def __init__(self, password: str | None, clock: Callable[[], float]) -> None:
        self._secret = None if password is None else _digest(password)
        self._tries = Tries(clock)
        self.sessions = Sessions(clock)

    @property
    def open_to_all(self) -> bool:
        """Whether there is no password at all."""
        return self._secret is None

    def recognise(self, request: web.BaseRequest) -> Shown | None:
        """Return how the request shows that it may, None when it does not.

        Raises `Refused`: 429 for an address that guessed too often, 401 for a wrong password.
        """
        credential = credential_of(request)
        if credential is not None:
            self.try_password(credential.password, request.remote or "")
            return credential.shown
        token = session_token(request)
        return "cookie" if token is not None and self.sessions.holds(token) else None

    def try_password(self, password: str, remote: str) -> None:
        """Return when the password is right; raises `Refused` otherwise."""
        if self._secret is None:
            return
        address = network_of(remote)
        wait = self._tries.wait(address)
        if wait > 0:
            raise Refused(
                429,
                "too_many_tries",
                "too many wrong passwords from your address: try again in a minute",
                headers={"Retry-After": str(int(wait) + 1)},
            )
        if not hmac.compare_digest(_digest(password), self._secret):
            self._tries.wrong(address)
            raise Refused(401, "wrong_password")


def credential_of(request: web.BaseRequest) -> Credential | None:
    """Return the password in `Authorization`; a header that cannot be read is a wrong one."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, rest = header.strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return Credential(rest.strip(), "bearer")
        case "basic":
            return Credential(_basic_password(rest.strip()), "basic")
        case _:
            raise Refused(401, "wrong_password")


def _basic_password(encoded: str) -> str:
    """Return what follows the user's name (RFC 7617), which may be anything."""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return text.partition(":")[2]


def session_token(request: web.BaseRequest) -> str | None:
    """Return the session's token that the request carries."""
    return request.cookies.get(COOKIE)


def network_of(remote: str) -> str:
    """Return what one client can hardly change: an IPv4 address, the /64 of an IPv6 one."""
    try:
        address = ipaddress.ip_address(remote.partition("%")[0])
    except ValueError:
        return remote
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _digest(password: str) -> bytes:
    """Make all passwords equally long, so that comparing them tells nothing of the length."""
    return hashlib.sha256(password.encode("utf-8", "surrogateescape")).digest()
