"""The connections of `http.request`: kept open for a while, so many at once and no more.

A general client does much for each request that is of no use here (cookies, redirects, hooks,
proxies, a URL taken apart anew); it took as long as all the rest of a webhook together. This one
does what the action promises, on top of asyncio, llhttp and happy eyeballs.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from beeflow.actions.http.connecting import Connector, no_connection
from beeflow.errors import ActionError

if TYPE_CHECKING:
    from beeflow.actions.http.addresses import AddressGuard
    from beeflow.actions.http.connection import Answer, Connection
    from beeflow.actions.http.outgoing import Origin, Outgoing

IDLE: Final = 4.0
"""Seconds an idle connection is kept: less than the five after which many servers close it, so
that a request is not sent into a connection that is just being closed."""

AT_ONCE: Final = 500
AT_ONCE_PER_ORIGIN: Final = 100

_CONNECT_SHARE: Final = 0.8
"""The part of the time that connecting may take, so that it is known what timed out."""


@dataclass(slots=True)
class _Idle:
    connection: Connection
    since: float


@dataclass(slots=True)
class _Host:
    """The connections to one origin: those that are idle, the latest last, and how many use it."""

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE_PER_ORIGIN))
    idle: list[_Idle] = field(default_factory=list)
    users: int = 0

    def take(self, now: float) -> Connection | None:
        """Return an idle connection that is still good."""
        while self.idle:
            one = self.idle.pop()
            if one.connection.open and now - one.since < IDLE:
                return one.connection
            one.connection.abort()
        return None


class Pool:
    """Sends requests. Close it when done; use it as an asynchronous context."""

    def __init__(self, guard: AddressGuard) -> None:
        self._connector = Connector(guard)
        self._hosts: dict[Origin, _Host] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
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
                one.connection.abort()
        self._hosts.clear()
        await asyncio.sleep(0)  # the transports close with the next turn of the loop

    async def send(self, request: Outgoing) -> Answer:
        """Send a request and return its answer. Raises `ActionError` where there is none."""
        host = self._hosts.get(request.origin)
        if host is None:
            host = self._hosts[request.origin] = _Host()
        host.users += 1
        until = asyncio.get_running_loop().time() + request.seconds
        try:
            await self._enter(host, request)
            try:
                return await self._converse(host, request, until)
            finally:
                host.room.release()
                self._room.release()
        finally:
            host.users -= 1

    async def _enter(self, host: _Host, request: Outgoing) -> None:
        """Wait until there is room for one more; both are given back by the caller."""
        if not host.room.locked() and not self._room.locked():
            await host.room.acquire()
            await self._room.acquire()
            return
        try:
            async with asyncio.timeout(_CONNECT_SHARE * request.seconds):
                await host.room.acquire()
                try:
                    await self._room.acquire()
                except BaseException:
                    host.room.release()
                    raise
        except TimeoutError:
            raise ActionError(no_connection(request.label)) from None

    async def _converse(self, host: _Host, request: Outgoing, until: float) -> Answer:
        """Send it over a connection that is there, or over a new one."""
        kept = host.take(until - request.seconds)
        if kept is not None:
            try:
                return await self._over(kept, host, request, until)
            except ActionError as error:
                # A server may close what it kept open just as we send: it has seen nothing of it.
                stale = kept.silent and error.failure.kind == "connection"
                if not stale or not request.repeatable:
                    raise
        seconds = _CONNECT_SHARE * (until - asyncio.get_running_loop().time())
        fresh = await self._connector.connect(request.origin, request.label, seconds)
        return await self._over(fresh, host, request, until)

    async def _over(
        self, connection: Connection, host: _Host, request: Outgoing, until: float
    ) -> Answer:
        try:
            answer = await connection.exchange(request, until)
        except asyncio.CancelledError:
            connection.abort()
            raise
        if connection.open:
            host.idle.append(_Idle(connection, asyncio.get_running_loop().time()))
            self._sweep_later()
        else:
            connection.abort()
        return answer

    # --- idle connections --------------------------------------------------------------------

    def _sweep_later(self) -> None:
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(IDLE, self._swept)

    def _swept(self) -> None:
        """Close what has been idle for long, and forget origins that nobody uses."""
        now = asyncio.get_running_loop().time()
        for origin, host in tuple(self._hosts.items()):
            old = [one for one in host.idle if now - one.since >= IDLE or not one.connection.open]
            host.idle = [one for one in host.idle if one not in old]
            for one in old:
                one.connection.abort()
            if not host.idle and not host.users:
                del self._hosts[origin]
        self._sweep = None
        if self._hosts:
            self._sweep_later()
