"""A house to try the product in from the outside: a sandbox, a daemon process, a folder."""

from __future__ import annotations

import asyncio
import io
import json
import os
import socket
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

from beeflow.beestreamed.signatures import HEADER, sign
from beeflow.sandbox import Policy, Running, Sandbox, Settings, running_sandbox, stage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

SECRET = "the-hook-secret"
SOURCE = "main"
PATIENCE = 30.0
"""Seconds after which what a test waits for counts as never coming."""


async def until(
    holds: Callable[[], Awaitable[object]],
    seconds: float = PATIENCE,
    moved: Callable[[], object] = lambda: None,
) -> None:
    """Wait until something holds, and fail where it never does.

    That is told by so many seconds in which `moved` returned the same: who gets on, however slowly
    on a busy machine, is waited for.
    """
    deadline, last = time.monotonic() + seconds, moved()
    while not await holds():
        if (now := moved()) != last:
            deadline, last = time.monotonic() + seconds, now
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {holds.__qualname__}")
        await asyncio.sleep(0.02)


def busy(pid: int) -> float:
    """Return the seconds of processor time that a process took, 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def webhook(kind: str, data: Mapping[str, Any], ident: str = "w-1", **more: Any) -> bytes:
    """Return the body of a webhook sent now."""
    envelope = {"type": kind, "id": ident, "timestamp": int(time.time()), "data": data}
    return json.dumps({**envelope, **more}).encode()


@dataclass(slots=True)
class House:
    """One folder with configuration and recipes, one sandbox, daemons that are started in it."""

    folder: Path
    sandbox: Running
    port: int = field(default_factory=free_port)
    secrets: dict[str, str] = field(default_factory=dict)
    daemons: list[Daemon] = field(default_factory=list)
    started: float = 0.0
    """When the last daemon was started, on the monotonic clock."""

    def configure(self, text: str = "", **platform: Any) -> None:
        """Write `beeflow.yaml`: the sandbox as platform, and `text` as further sections."""
        account = self.sandbox.sandbox.settings.account
        settings = {
            "url": self.sandbox.url,
            "token_id": account.token_id,
            "secret_key": "secret:PLATFORM_KEY",
            "rate_limit": 60_000,
        }
        self.secrets |= {"PLATFORM_KEY": account.secret_key, "HOOK": SECRET}
        lines = [
            f"platform: {json.dumps(settings | platform)}",
            f"sources: {{{SOURCE}: {{secrets: [secret:HOOK]}}}}",
            f"server: {{port: {self.port}}}",
            "http: {allow_private: [127.0.0.0/8]}",
            text,
        ]
        (self.folder / "beeflow.yaml").write_text("\n".join(lines) + "\n")

    def recipe(self, name: str, text: str) -> Path:
        """Write a recipe."""
        folder = self.folder / "recipes"
        folder.mkdir(exist_ok=True)
        file = folder / f"{name}.yaml"
        file.write_text(text)
        return file

    def events(self, count: int) -> list[str]:
        """Let the platform have so many events more; returns their references."""
        return [stage.create_event(self.sandbox.sandbox).ref for _ in range(count)]

    def environment(self) -> dict[str, str]:
        """Return the environment of commands: secrets and nothing else of ours."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("BEEFLOW_")}
        return kept | {f"BEEFLOW_SECRET_{name}": text for name, text in self.secrets.items()}

    async def command(self, *args: str, launcher: Sequence[str] = ()) -> Ended:
        """Run a command of beeflow to its end; `launcher` goes before it."""
        process = await self._process(*args, launcher=launcher)
        out, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
        return Ended(process.returncode or 0, out.decode(), errors.decode())

    async def start(self, *, launcher: Sequence[str] = ()) -> Daemon:
        """Start a daemon and wait until it is ready; `launcher` goes before the command."""
        ready = self.folder / "ready.json"
        ready.unlink(missing_ok=True)
        log = self.folder / "daemon.log"
        self.started = time.monotonic()
        process = await self._process(
            "serve", "--ready-file", str(ready), log=log, launcher=launcher
        )
        daemon = Daemon(f"http://127.0.0.1:{self.port}", process, log)
        self.daemons.append(daemon)

        async def is_ready() -> bool:
            if process.returncode is not None:
                raise AssertionError(f"it ended ({process.returncode}):\n{log.read_text()}")
            assert busy(process.pid) < PATIENCE, "it works and works, and is not ready"
            return ready.exists()

        await until(is_ready, moved=lambda: busy(process.pid))
        return daemon

    async def _process(
        self, *args: str, log: Path | None = None, launcher: Sequence[str] = ()
    ) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        errors = log.open("ab") if log else None
        try:
            return await asyncio.create_subprocess_exec(
                *launcher, sys.executable, "-m", "beeflow", *args,
                cwd=self.folder, env=self.environment(),
                stdout=errors or pipe, stderr=errors or pipe,
            )  # fmt: skip
        finally:
            if errors:
                errors.close()

    async def close(self) -> None:
        """End whatever still runs."""
        for daemon in self.daemons:
            await daemon.close()


@asynccontextmanager
async def open_house(folder: Path, sandbox: Sandbox | None = None) -> AsyncIterator[House]:
    """Open a house that is configured, and has no recipe and no daemon yet.

    The sandbox refuses nobody for coming too often, unless another one is given.
    """
    sandbox = sandbox or Sandbox(Settings(rate_limit=1_000_000, seed=1))
    async with running_sandbox(sandbox, policy=Policy(delays=(0.2, 0.5), timeout=5)) as running:
        house = House(folder, running)
        house.configure()
        try:
            yield house
        finally:
            await house.close()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    errors: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the daemon answered."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass(slots=True)
class Daemon:
    """A daemon process."""

    url: str
    process: asyncio.subprocess.Process
    log: Path
    session: aiohttp.ClientSession = field(default_factory=aiohttp.ClientSession)

    async def send(self, body: bytes, *, headers: Mapping[str, str] | None = None) -> Reply:
        """Send a webhook; it is signed unless `headers` are given."""
        signed = {HEADER: sign(SECRET.encode(), body)} if headers is None else headers
        return await self.ask("POST", f"/hooks/{SOURCE}", data=body, headers=signed)

    async def ask(self, method: str, path: str, **more: Any) -> Reply:
        """Ask for a path; the body of the answer is decoded where it is JSON."""
        if isinstance(more.get("data"), bytes):
            more["data"] = io.BytesIO(more["data"])
        async with self.session.request(method, self.url + path, **more) as answer:
            raw = await answer.read()
            kind = answer.content_type == "application/json"
            return Reply(answer.status, json.loads(raw) if kind else raw.decode(), answer.headers)

    async def runs(self, **wanted: str) -> list[dict[str, Any]]:
        """List runs, newest first."""
        found = (await self.ask("GET", "/api/runs", params={"limit": "0", **wanted})).body
        assert isinstance(found, list), found
        return found

    async def run(self, run_id: str) -> dict[str, Any]:
        """Return one run in full."""
        found = (await self.ask("GET", f"/api/runs/{run_id}")).body
        assert isinstance(found, dict)
        return found

    async def settled(
        self, count: int, seconds: float = PATIENCE, *, of_silence: bool = False
    ) -> list[dict[str, Any]]:
        """Wait until there are `count` runs and all have ended; returns them.

        It takes so many seconds at most; with `of_silence`, so many in which none ends.
        """
        runs: dict[str, int] = {}

        async def all_done() -> bool:
            found = (await self.ask("GET", "/api/status")).body["runs"]
            runs.clear()
            runs.update(found)
            there = sum(runs.values())
            return there >= count and runs.get("done", 0) == there

        await until(all_done, seconds, lambda: of_silence and runs.get("done"))
        return await self.runs()

    def terminate(self) -> None:
        """Ask it to end (SIGTERM)."""
        self.process.terminate()

    async def kill(self) -> None:
        """End it at once (SIGKILL)."""
        self.process.kill()
        await self.process.wait()
        await self.session.close()

    async def ended(self) -> int:
        """Return its exit code, once it has ended."""
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    async def close(self) -> None:
        """End it, however it stands."""
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        await self.session.close()
