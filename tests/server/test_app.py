from __future__ import annotations

import asyncio

import aiohttp
import pytest
from server.fakes import World, webhook
from server.raw import hook, read_reply, send

from beeflow.errors import UsageError
from beeflow.server import app as app_module
from beeflow.server.app import create_app, listening
from beeflow.server.guard import Access


async def _opens(world: World, host: str) -> str:
    app = create_app(world.parts(), Access("127.0.0.1"))
    async with listening(app, host, 0) as at, aiohttp.ClientSession() as client:
        async with client.get(f"{at.url}/healthz") as answer:
            assert answer.status == 200
        return at.url


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "0.0.0.0", "::"])
async def test_the_address_it_tells_reaches_it(world: World, host: str) -> None:
    assert (await _opens(world, host)).startswith("http://")


async def test_a_taken_port_is_an_error_with_the_mend(world: World) -> None:
    first = create_app(world.parts(), Access("127.0.0.1"))
    second = create_app(World().parts(), Access("127.0.0.1"))
    async with listening(first, "127.0.0.1", 0) as at:
        with pytest.raises(UsageError, match=rf"port {at.port} .* is taken .* choose"):
            async with listening(second, "127.0.0.1", at.port):
                pass


def test_it_is_not_made_open_to_all(world: World) -> None:
    with pytest.raises(UsageError, match=r"server\.password"):
        create_app(world.parts(), Access("0.0.0.0"))


async def test_what_is_on_its_way_is_finished_at_the_end_and_nothing_new_taken(
    world: World,
) -> None:
    world.door.hold = asyncio.Event()
    app = create_app(world.parts(), Access("127.0.0.1"))
    serving = listening(app, "127.0.0.1", 0)
    at = await serving.__aenter__()
    idle = await asyncio.open_connection("127.0.0.1", at.port)
    idle[1].write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    await read_reply(idle[0])
    first = asyncio.create_task(send(at.port, hook(webhook("p1"))))
    await world.door.entered.wait()
    closing = asyncio.create_task(serving.__aexit__(None, None, None))
    await asyncio.sleep(0)
    idle[1].write(hook(webhook("p2")))
    late = await read_reply(idle[0])
    assert (late.status, late.json) == (503, {"error": "shutting_down"})
    assert late.headers["retry-after"]
    idle[1].write(b"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (await read_reply(idle[0])).json["reasons"] == ["shutting down"]
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", at.port)
    assert not first.done()
    world.door.hold.set()
    assert (await first).status == 202
    await closing
    assert await idle[0].read() == b""
    idle[1].close()


async def test_it_does_not_wait_for_ever_at_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(app_module, "GRACE", 0.01)
    monkeypatch.setattr(app_module, "HURRY", 0.01)
    world.door.hold = asyncio.Event()
    app = create_app(world.parts(), Access("127.0.0.1"))
    async with listening(app, "127.0.0.1", 0) as at:
        _, writer = await asyncio.open_connection("127.0.0.1", at.port)
        writer.write(hook(webhook()))
        await world.door.entered.wait()
    writer.close()
    assert "1 webhooks were not journaled in time" in caplog.text
