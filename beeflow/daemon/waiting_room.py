"""A start for which there is no room on the disk: waited for, and told to whoever asks meanwhile.

The daemon itself cannot listen yet: what it is made of begins with its journal.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from aiohttp import web

from beeflow.engine.journal.sqlite.faults import require_room
from beeflow.engine.journal.sqlite.opening import real_file
from beeflow.errors import JournalError
from beeflow.server.answers import RETRY_AFTER, as_json
from beeflow.server.sockets import bind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from beeflow.config import Config
    from beeflow.errors import JournalFull

log = logging.getLogger(__name__)

LOOK: Final = 1.0
"""Seconds between two looks."""

LONGEST: Final = 60.0
"""Seconds at most between two starts of which neither found room enough: a migration needs more."""

NUMBERS: Final = "beeflow_ready 0.0\nbeeflow_journal_full 1.0\n"
"""What the metrics say meanwhile."""

_REASON: Final = "there is no room for the journal"


class WaitingRoom:
    """Where a daemon waits that finds no room to start."""

    def __init__(self, config: Config, ended: asyncio.Event) -> None:
        self._config = config
        self._ended = ended
        self._pause = LOOK

    async def room_to_start(self, full: JournalFull) -> bool:
        """Wait until there is room; whether there is, or the process is to end before.

        Meanwhile webhooks and `/readyz` are answered with 503, as by a daemon whose disk fills up.
        """
        log.warning("%s; webhooks are answered with 503 until there is", full)
        server, path = self._config.server, real_file(self._config.journal.path)
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST)
        async with _turning_away(server.host, server.port):
            while not await self._ends_within(pause):
                pause = LOOK
                with contextlib.suppress(JournalError):
                    await asyncio.to_thread(require_room, path)
                    log.warning("the journal %s has some room again", path)
                    return True
        return False

    async def _ends_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        return self._ended.is_set()


@asynccontextmanager
async def _turning_away(host: str, port: int) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_get("/healthz", _alive)
    app.router.add_get("/readyz", _not_ready)
    app.router.add_get("/metrics", _numbers)
    app.router.add_route("*", "/{path:.*}", _full)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    try:
        for listener in bind(host, port):
            await web.SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()


async def _alive(_request: web.Request) -> web.Response:
    return as_json({"status": "ok"})


async def _not_ready(_request: web.Request) -> web.Response:
    return _later(as_json({"status": "not_ready", "reasons": [_REASON]}, 503))


async def _numbers(_request: web.Request) -> web.Response:
    return web.Response(text=NUMBERS)


async def _full(_request: web.Request) -> web.Response:
    return _later(as_json({"error": "journal_full"}, 503))


def _later(answer: web.Response) -> web.Response:
    answer.headers["Retry-After"] = RETRY_AFTER
    answer.force_close()  # what is left of the request is read by nobody
    return answer
