"""The connections of `http.request`: kept open for a while, so many at once and no more.

A general client does much for each request that is of no use here (cookies, redirects, hooks,
proxies, a URL taken apart anew); it took as long as all the rest of a webhook together. This one
does what the action promises, on top of asyncio, llhttp and happy eyeballs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Self

import msgspec

from beeflow.actions.http.connecting import no_connection
from beeflow.actions.http.room import Room
from beeflow.errors import ActionError

if TYPE_CHECKING:
    from beeflow.actions.http.connecting import Connector
    from beeflow.actions.http.connection import Answer, Connection
    from beeflow.actions.http.outgoing import Origin, Outgoing

IDLE: Final = 4.0
"""Seconds an idle connection is kept: less than the five after which many servers close it, so
that a request is not sent into a connection that is just being closed."""

AT_ONCE: Final = 500
AT_ONCE_PER_ORIGIN: Final = 100

_CONNECT_SHARE: Final = 0.8
"""The part of the time that connecting may take, so that it is known what timed out."""


class _Host(msgspec.Struct):
    """The connections to one origin: those that are idle, the latest last, and how many use it."""

    room: Room = msgspec.field(default_factory=lambda: Room(AT_ONCE_PER_ORIGIN))
    idle: list[Connection] = msgspec.field(default_factory=list)
    users: int = 0

    def take(self, now: float) -> Connection | None:
        """Return an idle connection that is still good."""
        while self.idle:
            one = self.idle.pop()
            if one.open and now - one.idle_since < IDLE:
                return one
            one.abort()
        return None


class Pool:
    """Sends requests. Close it when done; use it as an asynchronous context."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self._hosts: dict[Origin, _Host] = {}
        self._room = Room(AT_ONCE)
        self._sweep: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        """Open nothing yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        if self._sweep is not None:
            self._sweep.cancel()
        for host in self._hosts.values():
            for one in host.idle:
                one.abort()
        self._hosts.clear()
        self._connector.deadlines.close()
        await asyncio.sleep(0)  # the transports close with the next turn of the loop

    async def send(self, request: Outgoing) -> Answer:
        """Send a request and return its answer. Raises `ActionError` where there is none."""
        host = self._hosts.get(request.origin)
        if host is None:
            host = self._hosts[request.origin] = _Host()
        host.users += 1
        now = asyncio.get_running_loop().time()
        until = now + request.seconds
        try:
            if host.room.free and self._room.free:
                host.room.free -= 1
                self._room.free -= 1
            else:
                await self._enter(host, request)
            try:
                kept = host.take(now)
                if kept is None:
                    return await self._afresh(host, request, until)
                return await self._again(kept, host, request, until)
            finally:
                host.room.leave()
                self._room.leave()
        finally:
            host.users -= 1

    async def _enter(self, host: _Host, request: Outgoing) -> None:
        """Wait until there is room for one more; both are given back by the caller."""
        try:
            async with asyncio.timeout(_CONNECT_SHARE * request.seconds):
                await host.room.enter()
                try:
                    await self._room.enter()
                except BaseException:
                    host.room.leave()
                    raise
        except TimeoutError:
            raise ActionError(no_connection(request.label)) from None

    async def _again(
        self, kept: Connection, host: _Host, request: Outgoing, until: float
    ) -> Answer:
        """Send it over a connection that is there, else over a new one."""
        try:
            answer = await kept.exchange(request, until)
        except asyncio.CancelledError:
            kept.abort()
            raise
        except ActionError as error:
            # A server may close what it kept open just as we send: it has seen nothing of it.
            stale = kept.silent and error.failure.kind == "connection"
            if not stale or not request.repeatable:
                raise
            return await self._afresh(host, request, until)
        self._keep(kept, host)
        return answer

    async def _afresh(self, host: _Host, request: Outgoing, until: float) -> Answer:
        """Send it over a new connection."""
        seconds = _CONNECT_SHARE * (until - asyncio.get_running_loop().time())
        fresh = await self._connector.connect(request.origin, request.label, seconds)
        try:
            answer = await fresh.exchange(request, until)
        except asyncio.CancelledError:
            fresh.abort()
            raise
        self._keep(fresh, host)
        return answer

    # --- idle connections --------------------------------------------------------------------

    def _keep(self, connection: Connection, host: _Host) -> None:
        """Keep a connection for the next request, where it can be used again."""
        if not connection.open:
            connection.abort()
            return
        connection.idle_since = asyncio.get_running_loop().time()
        host.idle.append(connection)
        if self._sweep is None:
            self._sweep_later()

    def _sweep_later(self) -> None:
        self._sweep = asyncio.get_running_loop().call_later(IDLE, self._swept)

    def _swept(self) -> None:
        """Close what has been idle for long, and forget origins that nobody uses."""
        now = asyncio.get_running_loop().time()
        for origin, host in tuple(self._hosts.items()):
            old = [one for one in host.idle if now - one.idle_since >= IDLE or not one.open]
            host.idle = [one for one in host.idle if one not in old]
            for one in old:
                one.abort()
            if not host.idle and not host.users:
                del self._hosts[origin]
        self._sweep = None
        if self._hosts:
            self._sweep_later()
