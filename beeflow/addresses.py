"""Which internet addresses are public: the same answer for who connects and for who checks."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_EMBEDDING = tuple(
    IPv6Network(network)
    for network in (
        "::/96",  # IPv4-compatible, RFC 4291
        "::ffff:0:0:0/96",  # IPv4-translated, RFC 2765
        "64:ff9b::/96",  # NAT64, RFC 6052
    )
)
"""Where an IPv6 address is nothing but an IPv4 address in its last 32 bits."""

_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments, RFC 6890
        "192.88.99.0/24",  # the 6to4 relay, withdrawn by RFC 7526
        "64:ff9b:1::/48",  # NAT64 of a network's own, RFC 8215: where it leads is not to be seen
        "100:0:0:1::/64",  # a dummy prefix, RFC 9780
        "3fff::/20",  # documentation, RFC 9637
        "5f00::/16",  # segment routing within a network, RFC 9602
        "fec0::/10",  # site-local, withdrawn by RFC 3879
    )
)
"""What this Python's tables of special addresses may not know, or let pass."""

_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
"""The first half of an interface identifier that ends in an IPv4 address, RFC 5214."""

_LOW_32_BITS = 0xFFFFFFFF


def permitted(address: Address, allowed: Collection[Network]) -> bool:
    """Return whether an address is public, or in a network that is allowed."""
    carried = carried_address(address)
    if any(part in network for part in carried for network in allowed):
        return True
    return all(_is_public(part) for part in carried)


def carried_address(address: Address) -> tuple[Address, ...]:
    """Return the address, or the IPv4 address that an IPv6 one stands for, or both.

    One that only embeds an IPv4 address (mapped, compatible, translated, NAT64) is that address.
    One of 6to4, Teredo or ISATAP is itself, and leads to the IPv4 address in it.
    """
    if isinstance(address, IPv4Address):
        return (address,)
    low = IPv4Address(int(address) & _LOW_32_BITS)
    if address.ipv4_mapped is not None or _is_embedding(address):
        return (low,)
    if address.sixtofour is not None:
        return (address, address.sixtofour)
    if address.teredo is not None:
        return (address, *address.teredo)
    if (int(address) >> 32) & _LOW_32_BITS in _ISATAP:
        return (address, low)
    return (address,)


def _is_embedding(address: IPv6Address) -> bool:
    """Whether its prefix says so; `::` and `::1` are addresses of their own."""
    return int(address) > 1 and any(address in network for network in _EMBEDDING)


def _is_public(address: Address) -> bool:
    special = any(address in network for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not special
