from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from beeflow.addresses import carried_address, permitted


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("10.0.0.1", ["10.0.0.1"]),
        ("::ffff:10.0.0.1", ["10.0.0.1"]),
        ("64:ff9b::a00:1", ["10.0.0.1"]),
        ("2002:a00:1::", ["2002:a00:1::", "10.0.0.1"]),
        ("::1", ["::1"]),
    ],
)
def test_what_an_address_leads_to(address: str, carried: list[str]) -> None:
    assert [str(one) for one in carried_address(ip_address(address))] == carried


def test_what_is_public_or_allowed() -> None:
    assert permitted(ip_address("8.8.8.8"), ())
    assert not permitted(ip_address("10.0.0.1"), ())
    assert not permitted(ip_address("192.0.0.8"), ())
    assert permitted(ip_address("::ffff:10.0.0.1"), [ip_network("10.0.0.0/8")])
