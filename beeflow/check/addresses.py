"""Which hosts of addresses, as they are written in a recipe, are private. Nothing is looked up."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection

Network: TypeAlias = "IPv4Network | IPv6Network"
_Address: TypeAlias = "IPv4Address | IPv6Address"

_HOST: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@{}]*@)?(?P<host>\[[^\]/{}]+\]|[^/?#:@{}\[\]]+)(?=[/?#:]|$)"
)
_HERE: Final = re.compile(r"(?i)(?:.+\.)?localhost\.?")
_NAMED: Final = {
    "metadata.google.internal": IPv4Address("169.254.169.254"),
    "metadata": IPv4Address("169.254.169.254"),
    "instance-data": IPv4Address("169.254.169.254"),
}
"""Names of the service that tells a machine in a cloud its credentials."""


def host_of(url: str) -> tuple[str, int] | None:
    """Return the host of an address and where it begins; None where a template stands there."""
    found = _HOST.match(url)
    return (found["host"], found.start("host")) if found else None


def is_private(host: str, allowed: Collection[Network] = ()) -> bool:
    """Return whether a host is certainly not public, and not in a network that is allowed."""
    address = _address(host)
    if address is None:
        return False
    parts = _carried(address)
    if any(part in network for part in parts for network in allowed):
        return False
    return any(not part.is_global or part.is_multicast for part in parts)


def _address(host: str) -> _Address | None:
    name = host.strip("[]").partition("%")[0]
    if _HERE.fullmatch(name):
        return IPv4Address("127.0.0.1")
    if name.lower().rstrip(".") in _NAMED:
        return _NAMED[name.lower().rstrip(".")]
    try:
        return ip_address(name)
    except ValueError:
        return _old_form(name)


def _old_form(name: str) -> IPv4Address | None:
    """Read what resolvers take for an address as well: `127.1`, `0x7f000001`, `2130706433`."""
    if not re.fullmatch(r"(?i)(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}", name):
        return None
    # A hundredth of a check's whole time to import, and hardly ever asked.
    import socket  # noqa: PLC0415

    try:
        return IPv4Address(socket.inet_aton(name))
    except OSError:
        return None


def _carried(address: _Address) -> tuple[_Address, ...]:
    """Return an address with the IPv4 address that it leads to, if there is one in it."""
    if isinstance(address, IPv4Address):
        return (address,)
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    return (address, *(part for part in inside if part is not None))
