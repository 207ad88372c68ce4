"""Which addresses `http.request` may reach: public ones, and what the configuration allows.

The check is made on the very address that a socket is about to connect to, so that no name, no
redirect and no second answer of a name server can lead it elsewhere.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from typing import TYPE_CHECKING, Any

from beeflow.addresses import permitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.addresses import Address, Network

MEND = "`http.allow_private` in the configuration lists the private networks it may reach"


class AddressRefused(OSError):  # noqa: N818 - it reads as what it says
    """The address is private, and not allowed."""

    def __init__(self, address: str) -> None:
        super().__init__(errno.EACCES, f"{address} is not a public address; {MEND}")


class AddressGuard:
    """Makes the sockets of `http.request`, or refuses to."""

    def __init__(self, allowed: Sequence[Network]) -> None:
        self._allowed = tuple(allowed)

    def permits(self, address: Address) -> bool:
        """Say whether it is public, or in an allowed network."""
        return permitted(address, self._allowed)

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Make the socket for one resolved address, as `socket.getaddrinfo` tells it."""
        family, kind, protocol, _, target = info
        host = str(target[0]).partition("%")[0]
        if not self.permits(ipaddress.ip_address(host)):
            raise AddressRefused(host)
        return socket.socket(family, kind, protocol)
