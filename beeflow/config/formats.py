"""The formats that the schema names; each raises `ValueError` with a message for the user."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from beeflow import types
from beeflow.config.mail_address import check_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _check_duration(text: str) -> None:
    if types.parse_duration(text) <= 0:
        raise ValueError(f"`{text}` is not a duration above zero, such as 30d")


def _check_network(text: str) -> None:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(
            f"{error}: write a network such as 10.1.0.0/16, or one address such as 10.1.2.3"
        ) from None


def _check_http_url(text: str) -> None:
    if not _is_address(text):
        raise ValueError(
            f"`{text}` is not an address: write it as https://host or http://host:port"
        )


def _is_address(text: str) -> bool:
    if re.search(r"[\s\x00-\x1f?#]", text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


FORMATS: Final[Mapping[str, Callable[[str], object]]] = {
    "time-zone": types.zone,
    "duration": _check_duration,
    "network": _check_network,
    "http-url": _check_http_url,
    "mail-address": check_address,
}
