"""Which addresses `http.request` may reach: public ones, and what the configuration allows.

The check is made on the very address that a socket is about to connect to, so that no name, no
redirect and no second answer of a name server can lead it elsewhere.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

MEND = "`http.allow_private` in the configuration lists the private networks it may reach"

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOW_32_BITS = 0xFFFFFFFF


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
        carried = carried_address(address)
        if any(part in network for part in carried for network in self._allowed):
            return True
        return all(part.is_global and not part.is_multicast for part in carried)

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """Make the socket for one resolved address, as `socket.getaddrinfo` tells it."""
        family, kind, protocol, _, target = info
        host = str(target[0]).partition("%")[0]
        if not self.permits(ipaddress.ip_address(host)):
            raise AddressRefused(host)
        return socket.socket(family, kind, protocol)


def carried_address(address: Address) -> tuple[Address, ...]:
    """Return the address, or the IPv4 address that an IPv6 one stands for, or both.

    An IPv4-mapped address is the IPv4 address. One of 6to4, Teredo or NAT64 is itself, and
    leads to the IPv4 address in it.
    """
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address, address.sixtofour)
    if address.teredo is not None:
        return (address, *address.teredo)
    if address in _NAT64:
        # The prefix itself is public; what counts is where it leads.
        return (IPv4Address(int(address) & _LOW_32_BITS),)
    return (address,)
