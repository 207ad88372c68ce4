"""The demo's stage: a sandbox, and a daemon with the shipped recipes that is configured for it."""

from __future__ import annotations

import asyncio
import base64
import secrets as randomness
import tempfile
import time
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import ClientSession

from beeflow.cli.demo.clock import LeapingClock, next_thursday_morning
from beeflow.config import (
    Config,
    Credential,
    Http,
    JournalConfig,
    Platform,
    Server,
    Slack,
    Smtp,
    Source,
    open_secrets,
)
from beeflow.config.secrets import VARIABLE
from beeflow.daemon.assembly import Daemon, running_daemon
from beeflow.daemon.engine import Settings
from beeflow.errors import BeeflowError
from beeflow.resources import data_folder
from beeflow.sandbox import Running, Sandbox, media, running_sandbox
from beeflow.sandbox.clock import Clock
from beeflow.sandbox.inbox import INBOX
from beeflow.sandbox.slack import API, TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from beeflow.types import Json

ZONE: Final = ZoneInfo("Europe/Copenhagen")
"""Where the demo's organiser is, and the shipped schedule's time zone."""

BRIEFING_HOUR: Final = 8
"""When the shipped schedule fires (`recipes/weekday-briefing.yaml`)."""


NOTICE: Final = 0.1
"""Seconds of real time that everybody who sleeps is given to notice that the clock leapt."""


class SceneFailed(BeeflowError):  # noqa: N818 - it reads as what it says
    """The sandbox refused a step of the demo."""


class Stage(msgspec.Struct, frozen=True):
    """Everything that runs, and the way to the sandbox's API."""

    sandbox: Running
    daemon: Daemon
    clock: LeapingClock
    session: ClientSession

    async def control(self, what: str, order: dict[str, Json]) -> dict[str, Json]:
        """Use a control of the sandbox (`/_sandbox/…`)."""
        return await self._send("POST", f"/_sandbox/{what}", order)

    async def life(self, do: str, **more: Json) -> str:
        """Take a step of an event's life, as people would; returns the reference it is about."""
        return str((await self.control("life", {"do": do, **more}))["ref"])

    async def post(self, path: str, body: dict[str, Json]) -> None:
        """Make something by the documented API."""
        await self._send("POST", path, body)

    async def settle(self) -> None:
        """Return when all webhooks are delivered, and every run is over or waits."""
        for _ in range(2):
            # A run may call the API, which sends a webhook, which starts a run.
            await self.sandbox.courier.settled()
            await self.daemon.engine.dispatcher.idle()

    async def pass_time(self, seconds: float) -> None:
        """Let so much time pass at once, and what was due in it happen."""
        await self.settle()
        self.clock.leap(seconds)
        self.sandbox.sandbox.clock.advance(seconds)
        media.catch_up(self.sandbox.sandbox)
        await asyncio.sleep(NOTICE)
        await self.settle()

    async def patch(self, path: str, change: dict[str, Json]) -> None:
        """Change something by the documented API."""
        await self._send("PATCH", path, change)

    async def _send(self, method: str, path: str, body: dict[str, Json]) -> dict[str, Json]:
        account = self.sandbox.sandbox.settings.account
        token = base64.b64encode(f"{account.token_id}:{account.secret_key}".encode()).decode()
        headers = {"Authorization": f"Basic {token}"}
        url = self.sandbox.url + path
        async with self.session.request(method, url, json=body, headers=headers) as answer:
            told = await answer.json()
            if not answer.ok or not isinstance(told, dict):
                raise SceneFailed(f"{method} {path}: {answer.status} {told}")
            return told


@asynccontextmanager
async def set_stage(host: str, port: int) -> AsyncIterator[Stage]:
    """Start the sandbox and the daemon, each at a free port unless given; leaving ends them."""
    with tempfile.TemporaryDirectory(prefix="beeflow-demo-") as folder:
        clock = LeapingClock(next_thursday_morning(time.time(), ZONE, BRIEFING_HOUR))
        sandboxed = Sandbox(clock=_together(clock))
        async with running_sandbox(sandboxed) as sandbox, ClientSession() as session:
            secret = randomness.token_urlsafe(24)
            config = configuration(sandbox, Server(host, port), Path(folder), secret)
            settings = Settings(config, open_secrets(config, outside(sandbox)), clock)
            async with running_daemon(settings) as daemon:
                hook = f"{daemon.url}/hooks/demo"
                sandbox.sandbox.outbox.register(hook, secret)
                yield Stage(sandbox, daemon, clock, session)


def _together(clock: LeapingClock) -> Clock:
    """Return a sandbox's clock that shows the same time; its webhooks carry the real one."""
    sandboxed = Clock()
    sandboxed.advance(clock.now() - sandboxed.now())
    return sandboxed


def outside(sandbox: Running) -> dict[str, str]:
    """Return the secrets of the shipped recipes: a CRM and a pager, both the sandbox's inbox."""
    inbox = sandbox.url + INBOX
    return {
        f"{VARIABLE}CRM_URL": f"{inbox}crm",
        f"{VARIABLE}PAGER_URL": f"{inbox.replace('http', 'json', 1)}pager",
    }


def configuration(sandbox: Running, server: Server, folder: Path, secret: str) -> Config:
    """Return a configuration whose every address is the sandbox's."""
    account = sandbox.sandbox.settings.account
    slack = Slack(
        "slack", token=Credential("connections.slack.token", TOKEN), api_url=sandbox.url + API
    )
    smtp = Smtp(
        "smtp",
        sender="Events <events@example.com>",
        host=sandbox.host,
        port=sandbox.smtp_port,
        tls="none",
    )
    return Config(
        recipes=data_folder("recipes"),
        timezone=ZONE.key,
        platform=Platform(
            url=sandbox.url,
            token_id=Credential("platform.token_id", account.token_id),
            secret_key=Credential("platform.secret_key", account.secret_key),
        ),
        sources={"demo": Source("demo", (Credential("sources.demo.secrets", secret),))},
        server=server,
        journal=JournalConfig(path=folder / "beeflow.db"),
        connections={"slack": slack, "smtp": smtp},
        http=Http(allow_private=(ip_network("127.0.0.0/8"), ip_network("::1/128"))),
    )
