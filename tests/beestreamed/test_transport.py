"""Over real sockets: what a request's end says about whether it was sent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from beeflow.beestreamed.transport import (
    LARGEST_ANSWER,
    AiohttpTransport,
    AnswerTooLarge,
    Outgoing,
    TransportError,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[AiohttpTransport]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a server with one handler for everything, and return a transport to it."""
    running: list[TestServer] = []
    transports: list[AiohttpTransport] = []

    async def start(handler: Handler) -> AiohttpTransport:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", handler)
        server = TestServer(app)
        await server.start_server()
        running.append(server)
        transports.append(AiohttpTransport(str(server.make_url("/"))))
        return transports[-1]

    yield start
    for transport in transports:
        await transport.close()
    for server in running:
        await server.close()


def get(target: str = "/events", *, fresh: bool = False) -> Outgoing:
    return Outgoing("GET", target, {"X-One": "1"}, fresh=fresh)


async def test_a_request_arrives_as_it_is_and_so_does_the_answer(serve: Serve) -> None:
    seen: list[tuple[str, str, str, bytes]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(
            (request.method, request.raw_path, request.headers["X-One"], await request.read())
        )
        return web.Response(status=201, body=b"{}", headers={"X-Two": "2"})

    transport = await serve(handler)
    target = "/chat/a%2Fb%20c?q=a+b&r=%C3%B8"
    answer = await transport.send(Outgoing("PATCH", target, {"X-One": "1"}, b"[1]"), 5)
    assert seen == [("PATCH", target, "1", b"[1]")]
    assert (answer.status, answer.body, answer.headers["x-two"]) == (201, b"{}", "2")


async def test_a_connection_is_used_again_unless_a_fresh_one_is_asked_for(serve: Serve) -> None:
    peers: list[object] = []

    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers.append(request.transport.get_extra_info("peername"))
        return web.Response()

    transport = await serve(handler)
    for fresh in (False, False, True, True, False):
        await transport.send(get(fresh=fresh), 5)
    kept = peers[0]
    assert peers[1] == peers[4] == kept
    assert len({kept, peers[2], peers[3]}) == 3


async def test_redirects_are_not_followed_and_cookies_not_kept(serve: Serve) -> None:
    cookies: list[str | None] = []

    async def handler(request: web.Request) -> web.Response:
        cookies.append(request.headers.get("Cookie"))
        headers = {"Location": "/elsewhere", "Set-Cookie": "a=b"}
        return web.Response(status=302, headers=headers)

    transport = await serve(handler)
    assert (await transport.send(get(), 5)).status == 302
    assert (await transport.send(get(), 5)).status == 302
    assert cookies == [None, None]


async def test_a_refused_connection_sent_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    transport = AiohttpTransport(f"http://127.0.0.1:{port}")
    told = f"no connection to 127.0.0.1:{port}: Connection refused"
    with pytest.raises(TransportError, match=f"^{told}$") as caught:
        await transport.send(get(), 5)
    assert not caught.value.sent
    assert not caught.value.timed_out
    await transport.close()


async def test_a_name_that_does_not_resolve_sent_nothing() -> None:
    transport = AiohttpTransport("http://name.invalid")
    with pytest.raises(TransportError, match="no connection to ") as caught:
        await transport.send(get(), 5)
    assert not caught.value.sent
    await transport.close()


async def test_a_server_that_takes_no_connection_sent_nothing() -> None:
    """Its queue of connections is full, so that connecting never ends."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        transport = AiohttpTransport(f"http://127.0.0.1:{full.getsockname()[1]}")
        with pytest.raises(TransportError, match=r"no connection within 0\.18 s") as caught:
            await transport.send(get(), 0.2)
        assert caught.value.timed_out
        assert not caught.value.sent
        await transport.close()
        for filler in fillers:
            filler.close()


async def test_silence_leaves_open_what_happened(serve: Serve) -> None:
    release = asyncio.Event()

    async def handler(_: web.Request) -> web.Response:
        await release.wait()
        return web.Response()

    transport = await serve(handler)
    with pytest.raises(TransportError, match=r"no answer within 0\.1 s") as caught:
        await transport.send(get(), 0.1)
    assert caught.value.sent
    assert caught.value.timed_out
    release.set()


async def test_a_cut_before_the_answer_leaves_open_what_happened(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    transport = await serve(handler)
    with pytest.raises(TransportError, match="the connection was cut") as caught:
        await transport.send(Outgoing("POST", "/polls/a", {"X-One": "1"}, b"{}"), 5)
    assert caught.value.sent
    assert not caught.value.timed_out


async def test_a_cut_within_the_answer_leaves_open_what_happened(serve: Serve) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return response

    transport = await serve(handler)
    with pytest.raises(TransportError, match="the connection was cut") as caught:
        await transport.send(get(), 5)
    assert caught.value.sent


async def test_an_answer_that_is_no_http_leaves_open_what_happened() -> None:
    async def rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(rubbish, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = AiohttpTransport(f"http://127.0.0.1:{port}")
    with pytest.raises(TransportError) as caught:
        await transport.send(get(), 5)
    assert caught.value.sent
    await transport.close()
    server.close()
    await server.wait_closed()


async def test_an_answer_without_measure_is_not_read_to_its_end(serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        response = web.Response(body=b" " * (LARGEST_ANSWER + 1))
        response.enable_compression()
        return response

    transport = await serve(handler)
    with pytest.raises(AnswerTooLarge, match="larger than 8 MiB") as caught:
        await transport.send(get(), 5)
    assert caught.value.status == 200


async def test_an_unused_transport_can_be_closed() -> None:
    await AiohttpTransport("http://127.0.0.1:1").close()
