from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.actions.http.addresses import AddressGuard, AddressRefused


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:7f00:1::1",
        "2001:db8::1",
        "192.0.0.8",
        "192.88.99.1",
        "ff0e::1",
        "fec0::1",
        "3fff::1",
        "5f00::1",
        "100:0:0:1::1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b:1::7f00:1",
        "64:ff9b:1::5db8:d822",
        "2a00::5efe:7f00:1",
        "2a00::200:5efe:a00:1",
    ],
)
def test_private_addresses_are_refused_in_every_disguise(text: str) -> None:
    assert not AddressGuard(()).permits(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "93.184.216.34",
        "2606:2800:220:1::1",
        "64:ff9b::5db8:d822",
        "::ffff:0:93.184.216.34",
        "2002:5db8:d822::1",
        "2a00::5efe:5db8:d822",
    ],
)
def test_public_addresses_are_reached(text: str) -> None:
    assert AddressGuard(()).permits(ip_address(text))


def test_allowed_networks_are_reached_and_no_others() -> None:
    guard = AddressGuard((ip_network("10.1.0.0/16"), ip_network("fd00::/8")))
    assert guard.permits(ip_address("10.1.2.3"))
    assert guard.permits(ip_address("::ffff:10.1.2.3"))
    assert guard.permits(ip_address("fd00::1"))
    assert not guard.permits(ip_address("10.2.0.1"))


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_the_one_it_maps(address: object) -> None:
    guard = AddressGuard(())
    plain = ip_address(str(address))
    assert guard.permits(ip_address(f"::ffff:{plain}")) == guard.permits(plain)


def test_the_socket_is_made_for_what_is_permitted_only() -> None:
    guard = AddressGuard((ip_network("127.0.0.0/8"),))
    info = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))
    with guard.socket(info) as made:
        assert made.family == socket.AF_INET
    with pytest.raises(AddressRefused, match=r"fe80::1 is not a public address.*allow_private"):
        guard.socket((socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("fe80::1%eth0", 80, 0, 2)))
