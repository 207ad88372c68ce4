"""The sandbox as a web application."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import web

from beeflow.sandbox import media
from beeflow.sandbox.courier import Courier
from beeflow.sandbox.web import api, controls, files, inbox, page, slack
from beeflow.sandbox.web.gate import gate
from beeflow.sandbox.web.state import COURIER, SANDBOX

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from beeflow.sandbox.courier import Policy
    from beeflow.sandbox.sandbox import Sandbox

_TICK = 0.2
"""Seconds between two looks at what is due, when nobody calls."""
_MAX_BODY = 2**20


def create_app(sandbox: Sandbox, policy: Policy | None = None) -> web.Application:
    """Make the application of a sandbox; raises `LookupError` where an operation is missing."""
    app = web.Application(middlewares=[gate], client_max_size=_MAX_BODY)
    app[SANDBOX] = sandbox
    app[COURIER] = Courier(sandbox.outbox, policy)
    for part in (page, controls, files, slack, inbox, api):
        part.add_routes(app)
    app.cleanup_ctx.append(_couriers)
    app.cleanup_ctx.append(_ticking)
    return app


async def _couriers(app: web.Application) -> AsyncIterator[None]:
    async with app[COURIER]:
        yield


async def _ticking(app: web.Application) -> AsyncIterator[None]:
    """Let happen by itself what is due."""

    async def tick() -> None:
        while True:
            media.catch_up(app[SANDBOX])
            await asyncio.sleep(_TICK)

    task = asyncio.create_task(tick())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
