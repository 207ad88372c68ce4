"""Runs a sandbox: the HTTP server and the mail server, and tells others how to reach them."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from beeflow.errors import UsageError
from beeflow.sandbox import inbox, slack
from beeflow.sandbox.app import create_app
from beeflow.sandbox.mail import mail_server
from beeflow.sandbox.sandbox import Sandbox
from beeflow.sandbox.web.state import COURIER

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable

    from beeflow.sandbox.courier import Courier, Policy
    from beeflow.types import Json

_SHUTDOWN = 1.0
"""Seconds that calls in progress are given when the server stops."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen; port 0 is any free one."""

    host: str = "127.0.0.1"
    port: int = 0
    smtp_port: int = 0


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that runs, at `url` (no slash at the end) and with mail at `host`:`smtp_port`."""

    sandbox: Sandbox
    url: str
    host: str
    smtp_port: int
    courier: Courier


@asynccontextmanager
async def running_sandbox(
    sandbox: Sandbox | None = None, place: Place | None = None, policy: Policy | None = None
) -> AsyncIterator[Running]:
    """Run a sandbox while the block is entered.

    Raises `UsageError` where the place cannot be listened at.
    """
    sandbox, place = sandbox or Sandbox(), place or Place()
    app = create_app(sandbox, policy)
    # A call that is held (a fault's `delay`) is not carried out once its caller has gone.
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=_SHUTDOWN, handler_cancellation=True
    )
    await runner.setup()
    try:
        port = await _listen(runner, place)
        async with _mails(sandbox, place) as smtp_port:
            host = reachable(place.host)
            bracketed = f"[{host}]" if ":" in host else host
            url = f"http://{bracketed}:{port}"
            yield Running(sandbox, url, host, smtp_port, app[COURIER])
    finally:
        await runner.cleanup()


async def run(
    stop: asyncio.Event,
    place: Place | None = None,
    *,
    on_ready: Callable[[Running], None],
    receiver: tuple[str, str] | None = None,
) -> None:
    """Run a sandbox until `stop` is set; `on_ready` is called once it takes calls.

    `receiver` is the URL and the secret of a webhook to register at the start.
    """
    async with running_sandbox(place=place) as running:
        if receiver is not None:
            running.sandbox.outbox.register(*receiver)
        on_ready(running)
        await stop.wait()


def ready(running: Running) -> dict[str, Json]:
    """Return what the ready file holds: addresses, credentials, and one reference of each kind."""
    account = running.sandbox.settings.account
    return {
        "url": running.url,
        "pid": os.getpid(),
        "token_id": account.token_id,
        "secret_key": account.secret_key,
        "session_key": account.session_key,
        "webhook_secret": account.webhook_secret,
        "refs": dict(running.sandbox.refs.as_json()),
        "slack_url": running.url + slack.HOOK,
        "slack_api_url": running.url + slack.API,
        "slack_token": slack.TOKEN,
        "inbox_url": running.url + inbox.INBOX,
        "smtp": {"host": running.host, "port": running.smtp_port},
    }


def reachable(host: str) -> str:
    """Return the address at which a bind address is reached from the same machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - it is compared, not bound


async def _listen(runner: web.AppRunner, place: Place) -> int:
    site = web.TCPSite(runner, place.host, place.port)
    try:
        await site.start()
    except OSError as error:
        raise UsageError(f"cannot listen at {place.host}:{place.port}: {error.strerror}") from error
    port: int = runner.addresses[0][1]
    return port


@asynccontextmanager
async def _mails(sandbox: Sandbox, place: Place) -> AsyncIterator[int]:
    try:
        server = mail_server(sandbox, place.host, place.smtp_port)
        port = await server.__aenter__()
    except OSError as error:
        raise UsageError(
            f"cannot listen at {place.host}:{place.smtp_port}: {error.strerror}"
        ) from error
    try:
        yield port
    finally:
        await server.__aexit__(None, None, None)
