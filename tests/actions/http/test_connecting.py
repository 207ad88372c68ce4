from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING

import pytest
from actions.conftest import LOOPBACK
from actions.http.wire import OK, Wire, saying

from beeflow.actions.http import connecting
from beeflow.actions.http.addresses import AddressGuard
from beeflow.actions.http.connecting import Connector
from beeflow.actions.http.outgoing import prepare
from beeflow.errors import ActionError
from beeflow.trust import system_trust

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.actions.http.pool import Pool

Asked = list[tuple[str, int]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Look every name up as this machine, and keep what was asked."""
    found: Asked = []

    async def getaddrinfo(_loop: object, host: str, port: int, **_: object) -> list[object]:
        found.append((host, port))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return found


async def test_a_name_is_looked_up_once_in_a_while(
    asked: Asked, loopback_pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    async with saying(close) as wire:
        request = prepare({"url": f"http://some.example:{wire.port}/"}, 5.0)
        for _ in range(3):
            await loopback_pool.send(request)
        assert asked == [("some.example", wire.port)]
        monkeypatch.setattr(connecting, "_KNOWN_FOR", -1.0)
        monkeypatch.setattr(connecting, "_MOST_KNOWN", 1)
        other = prepare({"url": f"http://other.example:{wire.port}/"}, 5.0)
        for _ in range(2):
            await loopback_pool.send(other)
    assert asked[1:] == [("other.example", wire.port)] * 2


async def test_a_public_name_that_leads_to_a_private_address_is_refused(asked: Asked) -> None:
    request = prepare({"url": "http://some.example/"}, 5.0)
    with pytest.raises(ActionError) as caught:
        await Connector(AddressGuard(())).connect(request.origin, "GET it", 5.0)
    found = caught.value.failure
    assert (found.kind, found.open, found.retryable) == ("action", False, False)
    assert "127.0.0.1 is not a public address" in found.message
    assert asked


async def test_a_name_that_none_can_have_is_refused() -> None:
    request = prepare({"url": f"http://{'x' * 64}.example/"}, 5.0)
    with pytest.raises(ActionError, match="cannot be"):
        await Connector(AddressGuard(LOOPBACK)).connect(request.origin, "GET it", 5.0)


async def test_an_address_of_one_interface_is_judged_too() -> None:
    request = prepare({"url": "http://[fe80::1%25lo]/"}, 5.0)
    with pytest.raises(ActionError, match="is not a public address"):
        await Connector(AddressGuard(LOOPBACK)).connect(request.origin, "GET it", 5.0)


async def https(pool: Pool, certificate: Path) -> bytes:
    wire = Wire(OK)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0, ssl=context)
    async with server:
        port = server.sockets[0].getsockname()[1]
        answer = await pool.send(prepare({"url": f"https://localhost:{port}/"}, 5.0))
    return answer.body


async def test_a_certificate_that_cannot_be_trusted_is_told(
    asked: Asked, loopback_pool: Pool, certificate: Path
) -> None:
    with pytest.raises(ActionError) as caught:
        await https(loopback_pool, certificate)
    found = caught.value.failure
    assert (found.kind, found.open, found.retryable) == ("connection", False, False)
    assert "the certificate cannot be trusted" in found.message
    assert asked


@pytest.mark.usefixtures("asked")
async def test_one_that_is_trusted_is_spoken_to(
    loopback_pool: Pool, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    system_trust.cache_clear()
    try:
        assert await https(loopback_pool, certificate) == b"ok"
    finally:
        system_trust.cache_clear()
