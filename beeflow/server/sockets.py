"""Binding an address: one port for all that a host name stands for, and errors with the mend."""

from __future__ import annotations

import errno
import socket
from contextlib import ExitStack

from beeflow.errors import UsageError

_BACKLOG = 1024
_WILDCARDS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - only compared


def bind(host: str, port: int) -> list[socket.socket]:
    """Bind every address of `host` on one port (0: any free one). Raises `UsageError`."""
    with ExitStack() as undo:
        bound: list[socket.socket] = []
        for family, address in _addresses(host):
            bound.append(undo.enter_context(_bound(family, address, port)))
            port = port or bound[0].getsockname()[1]
        undo.pop_all()
    return bound


def url_of(host: str, port: int) -> str:
    """Return the address at which a program of this machine reaches the server."""
    reachable = _WILDCARDS.get(host, host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _addresses(host: str) -> list[tuple[int, str]]:
    try:
        found = socket.getaddrinfo(
            host or None, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError):
        raise UsageError(
            f"`{host}` is not an address of this machine: listen on 127.0.0.1 for this machine "
            "alone, or on 0.0.0.0 for all networks"
        ) from None
    return list(dict.fromkeys((family, str(address[0])) for family, *_, address in found))


def _bound(family: int, address: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(address != "::"))
        listener.bind((address, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(_why(error, address, port)) from None
    listener.setblocking(False)
    return listener


def _why(error: OSError | OverflowError, address: str, port: int) -> str:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return (
                f"port {port} on {address} is taken by another program: stop that one, or choose "
                "another port (0 takes any that is free)"
            )
        case errno.EACCES:
            return f"port {port} on {address} is reserved for the system: choose one above 1023"
        case errno.EADDRNOTAVAIL:
            return (
                f"`{address}` is not an address of this machine: listen on 127.0.0.1 for this "
                "machine alone, or on 0.0.0.0 for all networks"
            )
        case _:
            return f"cannot listen on port {port} of {address}: {error}"
