from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from sandbox.site import Inbox, Open, Site, Wall

from beeflow.sandbox import Clock, Policy, Sandbox, Settings, running_sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def sandbox(wall: Wall) -> Sandbox:
    """A sandbox without a server."""
    return Sandbox(Settings(seed=1), Clock(wall))


@asynccontextmanager
async def receiving() -> AsyncIterator[tuple[Inbox, str]]:
    """Start a receiver of webhooks; gives it and its URL."""
    inbox = Inbox()
    app = web.Application()
    app.router.add_post("/hook", inbox.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield inbox, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


@pytest.fixture
def open_site(wall: Wall) -> Open:
    @asynccontextmanager
    async def begin(settings: Settings | None = None, /) -> AsyncIterator[Site]:
        sandbox = Sandbox(settings or Settings(seed=1), Clock(wall))
        policy = Policy(delays=(0, 0), timeout=1)
        async with (
            receiving() as (inbox, url),
            running_sandbox(sandbox, policy=policy) as running,
            aiohttp.ClientSession() as client,
        ):
            sandbox.outbox.register(url, sandbox.settings.account.webhook_secret)
            yield Site(running, client, wall, inbox)

    return begin


@pytest.fixture
async def site(open_site: Open) -> AsyncIterator[Site]:
    async with open_site() as site:
        yield site
