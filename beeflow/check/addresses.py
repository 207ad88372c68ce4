"""Which hosts of addresses, as they are written in a recipe, are private. Nothing is looked up."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, ip_address
from typing import TYPE_CHECKING, Final

from beeflow.addresses import permitted

if TYPE_CHECKING:
    from collections.abc import Collection

    from beeflow.addresses import Address, Network

_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.-]{0,30}://(?:[^/?#@{}]*@)?"
_HOST: Final = _SCHEME + r"(?P<host>\[[^\]/{}]+\]|[^/?#:@{}\[\]]+)(?=[/?#:]|$)"
_ENDING: Final = _SCHEME + r"(?:[^/?#:@{}]*\{\{[^{}]*\}\})+(?P<host>\.[^/?#:@{}\[\]]+)(?=[/?#:]|$)"
_HERE: Final = r"(?i)(?:.+\.)?localhost\.?"
_METADATA: Final = IPv4Address("169.254.169.254")
_NAMED: Final = {
    "metadata.google.internal": _METADATA,
    "metadata.goog": _METADATA,
    "metadata": _METADATA,
    "instance-data": _METADATA,
    "instance-data.ec2.internal": _METADATA,
    "ip6-localhost": IPv4Address("127.0.0.1"),
    "ip6-loopback": IPv4Address("127.0.0.1"),
}
"""Names of this machine, and of the service that tells one in a cloud its credentials."""

_LOCAL: Final = (
    r"(?i)(?:[^.]+|.*\.(?:local|internal|lan|home\.arpa|home|localdomain|intranet|private|corp))\.?"
)
"""Names that only a network of one's own knows: one word, and the endings set aside for them."""

_DOTS: Final = "[\u3002\uff0e\uff61]"


def host_of(url: str) -> tuple[str, int] | None:
    """Return the host of an address and where it begins; None where a template stands there.

    Where a template stands before its ending, that with its dot: `.local` of `{{ x }}.local`.
    """
    found = re.match(_HOST, url) or re.match(_ENDING, url)
    return (found["host"], found.start("host")) if found else None


def is_private(host: str, allowed: Collection[Network] = ()) -> bool:
    """Return whether a host is certainly not public, and not in a network that is allowed."""
    address = None if host.startswith(".") else _address(_plain(host))
    return address is not None and not permitted(address, allowed)


def is_local(host: str) -> bool:
    """Return whether a host's name most likely belongs to a network of one's own."""
    name = _plain(host)
    return _address(name) is None and re.fullmatch(_LOCAL, name) is not None


def _plain(host: str) -> str:
    """Return a host with its letters as they are looked up: `\u2460` is 1, and `\u3002` a dot."""
    return re.sub(_DOTS, ".", unicodedata.normalize("NFKC", host)).strip("[]").partition("%")[0]


def _address(name: str) -> Address | None:
    if re.fullmatch(_HERE, name):
        return IPv4Address("127.0.0.1")
    bare = name.lower().rstrip(".")
    if bare in _NAMED:
        return _NAMED[bare]
    try:
        return ip_address(bare)
    except ValueError:
        return _old_form(bare)


def _old_form(name: str) -> IPv4Address | None:
    """Read what resolvers take for an address as well: `127.1`, `0x7f000001`, `0177.0.0.1`."""
    parts = name.split(".")
    if len(parts) > _PARTS or not all(re.fullmatch(_NUMBER, part) for part in parts):
        return None
    *first, last = (_number(part) for part in parts)
    if any(one >= _BYTE for one in first) or last >= _BYTE ** (_PARTS - len(first)):
        return None
    high = sum(one * _BYTE ** (_PARTS - 1 - place) for place, one in enumerate(first))
    return IPv4Address(high + last)


_PARTS, _BYTE = 4, 256
_NUMBER: Final = r"0x[0-9a-f]{1,16}|0[0-7]{0,16}|[1-9][0-9]{0,16}"


def _number(part: str) -> int:
    if part.startswith("0x"):
        return int(part, 16)
    return int(part, 8 if part.startswith("0") else 10)
