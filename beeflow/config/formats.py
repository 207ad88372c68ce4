"""The formats that the schema names; each raises `ValueError` with a message for the user."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from jsonschema import FormatChecker

from beeflow import types
from beeflow.config.mail_address import check_address

FORMATS = FormatChecker(formats=())


@FORMATS.checks("time-zone", raises=ValueError)
def _is_zone(value: object) -> bool:
    return not isinstance(value, str) or bool(types.zone(value))


@FORMATS.checks("duration", raises=ValueError)
def _is_duration(value: object) -> bool:
    if isinstance(value, str) and types.parse_duration(value) <= 0:
        raise ValueError(f"`{value}` is not a duration above zero, such as 30d")
    return True


@FORMATS.checks("network", raises=ValueError)
def _is_network(value: object) -> bool:
    try:
        return not isinstance(value, str) or bool(ipaddress.ip_network(value))
    except ValueError as error:
        raise ValueError(
            f"{error}: write a network such as 10.1.0.0/16, or one address such as 10.1.2.3"
        ) from None


@FORMATS.checks("http-url", raises=ValueError)
def _is_http_url(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not _is_address(value):
        raise ValueError(
            f"`{value}` is not an address: write it as https://host or http://host:port"
        )
    return True


def _is_address(text: str) -> bool:
    if re.search(r"[\s\x00-\x1f?#]", text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


@FORMATS.checks("mail-address", raises=ValueError)
def _is_mail_address(value: object) -> bool:
    return not isinstance(value, str) or bool(check_address(value))
