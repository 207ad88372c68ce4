"""The server, put together: `create_app` makes it of its parts, `listening` opens it."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import msgspec
from aiohttp import web

from beeflow.server.accepting import Acceptor
from beeflow.server.api import Api
from beeflow.server.auth import Doorkeeper
from beeflow.server.body import LONGEST
from beeflow.server.connection import Connection, Connections
from beeflow.server.control import Control
from beeflow.server.dashboard.pages import Pages
from beeflow.server.front import Doors, Front
from beeflow.server.gate import IN_FLIGHT, Gate
from beeflow.server.guard import Access, Guard, check_bind
from beeflow.server.health import Health
from beeflow.server.ingest import Ingest, Inlet
from beeflow.server.sockets import bind, url_of
from beeflow.server.telling import Silent, Teller

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from beeflow.engine.hiding import Masking
    from beeflow.engine.journal.protocol import History
    from beeflow.server.metrics import Meter
    from beeflow.server.ports import Door, Operator, Webhooks
    from beeflow.server.telling import Log

GRACE = 3.0
"""Seconds that webhooks on their way into the journal have at the end."""

HURRY = 1.0
"""Seconds that all other requests have after that."""

_log = logging.getLogger(__name__)
_GATE = web.AppKey("gate", Gate)
_INGEST = web.AppKey("ingest", Ingest)
_GUARD = web.AppKey("guard", Guard)
_CONNECTIONS = web.AppKey("connections", Connections)
_PAGES = web.AppKey("pages", Pages)


class Parts(msgspec.Struct, frozen=True):
    """What the server is a front for."""

    webhooks: Webhooks
    door: Door
    operator: Operator
    history: History
    masking: Masking
    meter: Meter
    log: Log = msgspec.field(default_factory=Silent)


class Listening(msgspec.Struct, frozen=True):
    """Where the server listens: the port it got, and an address that reaches it from here."""

    url: str
    port: int


class Limits(msgspec.Struct, frozen=True):
    """How much at once: webhooks being journaled, seconds for a body, connections.

    Without `connections`, as many as the process may open files, less some.
    """

    in_flight: int = IN_FLIGHT
    body_seconds: float = LONGEST
    connections: int | None = None


AS_USUAL = Limits()


def create_app(parts: Parts, access: Access, limits: Limits = AS_USUAL) -> web.Application:
    """Make the server. Raises `UsageError` where it would be open to all."""
    check_bind(access.host, access.password)
    app = web.Application()
    gate = Gate(parts.operator.hindrances, in_flight=limits.in_flight)
    connections = Connections(limits.connections)
    _show(parts, gate, connections)
    doorkeeper = Doorkeeper(access.password, time.monotonic)
    app[_GATE] = gate
    teller = Teller(parts.log)
    app[_INGEST] = Ingest(
        Inlet(parts.webhooks, parts.door, gate, parts.meter, teller, longest=limits.body_seconds)
    )
    app[_CONNECTIONS] = connections
    app[_GUARD] = Guard(access, doorkeeper)
    health = Health(parts.operator, parts.history, gate, parts.meter)
    app.router.add_get("/healthz", health.alive)
    app.router.add_get("/readyz", health.ready)
    app.router.add_get("/metrics", health.metrics)
    api = Api(parts.history, parts.operator, parts.masking, password=not doorkeeper.open_to_all)
    api.add_routes(app.router)
    Control(parts.history, parts.operator, parts.masking, gate).add_routes(app.router)
    app[_PAGES] = Pages(doorkeeper, gate)
    app[_PAGES].add_routes(app.router)
    return app


def _show(parts: Parts, gate: Gate, connections: Connections) -> None:
    """Have the metrics show how much is in hand."""
    follow, operator = parts.meter.follow, parts.operator
    follow("runs_running", "Runs being carried out.", lambda: operator.status().load.running)
    follow("queue_depth", "Runs ready but not begun.", lambda: operator.status().load.queued)
    follow("webhooks_in_flight", "Webhooks being journaled.", lambda: gate.in_flight)
    follow("connections", "Connections of clients.", lambda: connections.count)
    follow("connections_refused", "Connections sent away.", lambda: connections.refused)
    follow("ready", "1 while webhooks can be taken, else 0.", lambda: not operator.troubles())


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[Listening]:
    """Serve `app` while the block runs. Raises `UsageError` when the address cannot be had.

    At its end nothing new is accepted (503), what is on its way is finished, then all is closed.
    """
    listeners = bind(host, port)
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=HURRY)
    await runner.setup()
    server = cast("web.Server", runner.server)  # set by setup()
    doors = Doors(app[_INGEST], app[_GUARD], app[_PAGES])
    server.request_handler = Front(doors, server.request_handler)
    connections, ingest = app[_CONNECTIONS], app[_INGEST]
    acceptors = [
        Acceptor(listener, lambda: Connection(server, connections, ingest))
        for listener in listeners
    ]
    try:
        got = listeners[0].getsockname()[1]
        yield Listening(url_of(host, got), got)
    finally:
        app[_GATE].close()
        for acceptor in acceptors:
            acceptor.close()
        await _drain(app[_GATE])
        await runner.cleanup()


async def _drain(gate: Gate) -> None:
    """Wait for the webhooks on their way into the journal, but not for ever."""
    try:
        async with asyncio.timeout(GRACE):
            await gate.empty()
    except TimeoutError:
        _log.warning("%d webhooks were not journaled in time", gate.in_flight)
