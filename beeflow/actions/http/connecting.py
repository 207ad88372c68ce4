"""Making a connection: the name is looked up, each address judged, the first that answers taken."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Sequence
from functools import partial
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from aiohappyeyeballs import start_connection

from beeflow.actions.http.addresses import AddressGuard, AddressRefused
from beeflow.actions.http.connection import Connection
from beeflow.actions.http.deadlines import Deadlines
from beeflow.errors import ActionError, Failure
from beeflow.trust import system_trust

if TYPE_CHECKING:
    from beeflow.actions.http.outgoing import Origin

CONNECT: Final = 10.0
"""Seconds after which an address that does not answer counts as unreachable."""

_KNOWN_FOR: Final = 10.0
"""Seconds that the addresses of a name are remembered."""

_MOST_KNOWN: Final = 1000
_NEXT_AFTER: Final = 0.25
"""Seconds after which the next address of a name is tried beside the first (RFC 8305)."""

Addresses: TypeAlias = Sequence[tuple[Any, ...]]


class Connector:
    """Makes connections, to addresses that the guard permits and no others.

    `deadlines` watches over the requests that are sent over them.
    """

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self.deadlines = Deadlines()
        self._known: dict[tuple[str, int], tuple[float, Addresses]] = {}

    async def connect(self, origin: Origin, label: str, seconds: float) -> Connection:
        """Return a new connection. Raises `ActionError`: nothing was sent."""
        try:
            async with asyncio.timeout(min(CONNECT, seconds)):
                return await self._open(origin)
        except TimeoutError:
            raise ActionError(no_connection(label)) from None
        except ssl.SSLCertVerificationError as error:
            message = f"{label}: the certificate cannot be trusted: {error}"
            raise ActionError(Failure("connection", message)) from None
        except OSError as error:
            raise ActionError(_unreachable(origin, label, error)) from None
        except UnicodeError as error:  # a name that none can have
            raise ActionError(Failure("action", f"{label} cannot be sent: {error}")) from None

    async def _open(self, origin: Origin) -> Connection:
        loop = asyncio.get_running_loop()
        made = await start_connection(
            list(await self._addresses(origin)),
            happy_eyeballs_delay=_NEXT_AFTER,
            interleave=1,
            loop=loop,
            socket_factory=self._guard.socket,
        )
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _, connection = await loop.create_connection(
            partial(Connection, self.deadlines),
            sock=made,
            ssl=system_trust() if origin.tls else None,
            server_hostname=origin.host if origin.tls else None,
        )
        return connection

    async def _addresses(self, origin: Origin) -> Addresses:
        """Look a name up, or remember what it was a moment ago."""
        literal = _literal(origin)
        if literal is not None:
            return literal
        loop, name = asyncio.get_running_loop(), (origin.host, origin.port)
        until, found = self._known.get(name, (0.0, ()))
        if until < loop.time():
            found = await loop.getaddrinfo(*name, type=socket.SOCK_STREAM)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[name] = loop.time() + _KNOWN_FOR, found
        return found


def _literal(origin: Origin) -> Addresses | None:
    """Return where a host leads that is an address itself."""
    host, _, scope = origin.host.partition("%")
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if scope:  # which interface it means is for the system to say
        return None
    if isinstance(address, IPv6Address):
        where = (str(address), origin.port, 0, 0)
        return [(socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", where)]
    plain = (str(address), origin.port)
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", plain)]


def no_connection(label: str) -> Failure:
    """Return the failure of a request that there was no connection for."""
    return Failure("timeout", f"{label}: no connection in time", retryable=True)


def _unreachable(origin: Origin, label: str, error: OSError) -> Failure:
    # Several addresses of one name are reported as one error that lists them.
    if isinstance(error, AddressRefused) or "is not a public address" in str(error):
        return Failure("action", f"{label} is not sent: {error.strerror or error}")
    where = f"{origin.host}:{origin.port}"
    message = f"{label}: {where} cannot be reached: {error.strerror or error}"
    return Failure("connection", message, retryable=True)
