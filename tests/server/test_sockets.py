from __future__ import annotations

import errno
import socket

import pytest

from beeflow.errors import UsageError
from beeflow.server.sockets import bind, url_of


def test_all_addresses_of_a_name_get_the_same_port(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [
        (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 0)),
        (socket.AF_INET6, socket.SOCK_STREAM, 0, "", ("::1", 0, 0, 0)),
        (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 0)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    listeners = bind("localhost", 0)
    ports = {listener.getsockname()[1] for listener in listeners}
    for listener in listeners:
        listener.close()
    assert len(listeners) == 2
    assert len(ports) == 1


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("no.such.host.invalid", 0, "`no.such.host.invalid` is not an address of this machine"),
        ("x" * 300, 0, "is not an address of this machine: listen on 127.0.0.1"),
        ("192.0.2.1", 0, "`192.0.2.1` is not an address of this machine"),
        ("127.0.0.1", 99999, "cannot listen on port 99999"),
    ],
)
def test_an_address_that_cannot_be_had_is_an_error_with_the_mend(
    host: str, port: int, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        bind(host, port)
    assert message in str(caught.value)


def test_a_port_of_the_system_is_an_error_with_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(socket.socket, "bind", refused)
    with pytest.raises(UsageError, match="choose one above 1023"):
        bind("127.0.0.1", 80)


def test_a_taken_port_is_free_again_once_it_is_let_go() -> None:
    taken = bind("127.0.0.1", 0)
    port = taken[0].getsockname()[1]
    with pytest.raises(UsageError, match="is taken"):
        bind("127.0.0.1", port)
    taken[0].close()
    again = bind("127.0.0.1", port)
    again[0].close()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("", "http://127.0.0.1:80"),
        ("beeflow.example", "http://beeflow.example:80"),
        ("fe80::1", "http://[fe80::1]:80"),
    ],
)
def test_the_url_is_one_that_reaches_it_from_here(host: str, url: str) -> None:
    assert url_of(host, 80) == url
