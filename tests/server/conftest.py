from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from server.fakes import World

from beeflow.server.app import AS_USUAL, Limits, create_app, listening
from beeflow.server.guard import Access

PASSWORD = "open sesame ü"


@dataclass(frozen=True)
class Site:
    """A server that runs, and a client to it."""

    world: World
    url: str
    port: int
    client: aiohttp.ClientSession


Serve = Callable[..., AbstractAsyncContextManager[Site]]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def serve(world: World) -> Serve:
    """Return what starts a server with a password, hosts or limits of its own."""

    @asynccontextmanager
    async def begin(
        password: str | None = None, hosts: tuple[str, ...] = (), limits: Limits = AS_USUAL
    ) -> AsyncIterator[Site]:
        app = create_app(world.parts(), Access("127.0.0.1", password, hosts), limits)
        async with (
            listening(app, "127.0.0.1", 0) as at,
            aiohttp.ClientSession(at.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as client,
        ):
            yield Site(world, at.url, at.port, client)

    return begin


@pytest.fixture
async def site(serve: Serve) -> AsyncIterator[Site]:
    """A server without a password."""
    async with serve() as site:
        yield site


@pytest.fixture
async def locked(serve: Serve) -> AsyncIterator[Site]:
    """A server with a password."""
    async with serve(PASSWORD) as site:
        yield site
