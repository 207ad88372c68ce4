"""A daemon in this process, on a journal of its own, with recipes in a folder."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from msgspec.structs import replace

from beeflow.beestreamed.signatures import HEADER, sign
from beeflow.config import Secrets, load_config
from beeflow.daemon.assembly import Daemon, running_daemon
from beeflow.daemon.engine import Settings
from beeflow.engine.journal.records import Filter, OpenRun

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

SECRET = "hook-secret"

LOG = """\
trigger: {webhook: event.updated.status, match: {data.status: live}}
actions:
  - {action: log.write, with: {message: "{{ trigger.data.event_ref }} is live"}}
"""


@dataclass(slots=True)
class House:
    """A daemon's folder, and the daemon while it runs."""

    folder: Path
    daemon: Daemon | None = None

    @property
    def up(self) -> Daemon:
        assert self.daemon is not None
        return self.daemon

    def write(self, name: str, text: str) -> Path:
        """Write a recipe."""
        path = self.folder / "recipes" / name
        path.write_text(text)
        return path

    @asynccontextmanager
    async def open(
        self, environ: Mapping[str, str] | None = None, **settings: Any
    ) -> AsyncIterator[House]:
        """Run the daemon while the block runs."""
        given = {"BEEFLOW_SECRET_HOOK": SECRET, **(environ or {})}
        config = load_config(self.folder / "beeflow.yaml", given)
        config = replace(config, server=replace(config.server, port=0))
        async with running_daemon(Settings(config, Secrets(given), **settings)) as daemon:
            self.daemon = daemon
            yield self
        self.daemon = None

    async def send(self, kind: str, data: Mapping[str, Any], **more: Any) -> tuple[int, Any]:
        """Send a signed webhook; returns status and answer."""
        payload = {
            "type": kind,
            "id": f"id-{time.monotonic_ns()}",
            "timestamp": int(time.time()),
            "data": data,
            **more,
        }
        body = json.dumps(payload).encode()
        headers = {HEADER: sign(SECRET.encode(), body)}
        async with aiohttp.ClientSession() as session:
            url = f"{self.up.url}/hooks/main"
            async with session.post(url, data=body, headers=headers) as answer:
                return answer.status, await answer.json()

    async def run_of(self, event_id: str) -> OpenRun:
        """Return the one run that an event started, once it is over."""
        journal = self.up.journal
        async with asyncio.timeout(10):
            while True:
                runs = await journal.runs(Filter(event=event_id))
                if runs and runs[0].status == "done":
                    opened = await journal.run(runs[0].id)
                    assert opened is not None
                    return opened
                await asyncio.sleep(0.01)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return once something holds."""
        async with asyncio.timeout(10):
            while not holds():  # noqa: ASYNC110 - what it waits for has no event
                await asyncio.sleep(0.02)


@pytest.fixture
def house(tmp_path: Path) -> House:
    (tmp_path / "recipes").mkdir()
    (tmp_path / "beeflow.yaml").write_text(
        "recipes: recipes\njournal: {path: beeflow.db}\n"
        'platform: {url: "http://127.0.0.1:9"}\n'
        "sources: {main: {secrets: [secret:HOOK]}}\n"
    )
    return House(tmp_path)
