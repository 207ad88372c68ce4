"""Processes that are measured: started, ready, and what they cost. Each ends with its block."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.bench.wire import SECRET
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

MIB: Final = 1024 * 1024
PATIENCE: Final = 180.0
"""Seconds that a process may take to be ready, or to its end."""

LONGEST: Final = 16 * MIB
"""Bytes that a process may say: they are taken in at once, lest it wait for us to read on."""

CANONICAL: Final = """\
trigger: {{webhook: event.updated.status}}
conditions:
  - trigger.data.status == 'live'
actions:
  - action: http.request
    with: {{url: "{url}", method: POST, json: {{id: "{{{{ trigger.id }}}}"}}}}
"""
"""The job that is measured: a condition, and one POST with a body from a template."""

_CLOCK = re.compile(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)")


class Running(msgspec.Struct, frozen=True):
    """A process that is ready, after `seconds`."""

    pid: int
    port: int
    seconds: float

    def cpu(self) -> float:
        """Return the seconds of processor time it took so far."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return clock_seconds(_ps(self.pid, "time"))
        fields = stat.read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """Return the bytes of memory it holds."""
        statm = Path(f"/proc/{self.pid}/statm")
        if not statm.exists():
            return int(_ps(self.pid, "rss")) * 1024
        return int(statm.read_text("utf-8").split()[1]) * os.sysconf("SC_PAGESIZE")


def _ps(pid: int, what: str) -> str:
    """Ask the system where there is no /proc."""
    asked = subprocess.run(  # noqa: S603 - of a process of our own
        ["/bin/ps", "-o", f"{what}=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return asked.stdout.strip()


def clock_seconds(text: str) -> float:
    """Read a time as `ps` writes it: `[[days-]hours:]minutes:seconds`."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time of a process")
    days, hours, minutes, seconds = found.groups(default="0")
    return ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + float(seconds)


def configure(folder: Path) -> None:
    """Write a configuration with one source."""
    (folder / "recipes").mkdir(exist_ok=True)
    text = f"sources: {{main: {{secrets: [{SECRET}]}}}}\nhttp: {{allow_private: [127.0.0.0/8]}}\n"
    (folder / "beeflow.yaml").write_text(text, encoding="utf-8")


def afresh(folder: Path) -> Path:
    """Return a folder without the journal that an earlier daemon left in it."""
    for left in folder.glob("beeflow.db*"):
        left.unlink()
    return folder


def surroundings() -> dict[str, str]:
    """Return the environment of a measured process: nothing configures it but its folder."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BEEFLOW_")}


@asynccontextmanager
async def patiently(what: str) -> AsyncIterator[None]:
    """Give the block `PATIENCE`; raises `UsageError` saying that `what` takes too long."""
    try:
        async with asyncio.timeout(PATIENCE):  # `wait_for` may swallow a Ctrl-C (before 3.12)
            yield
    except TimeoutError:
        raise UsageError(f"{what} took longer than {PATIENCE:g} s") from None


@asynccontextmanager
async def floor(folder: Path, url: str) -> AsyncIterator[Running]:
    """Run the bare floor, with its journal in a folder."""
    began = time.perf_counter()
    (folder / "floor.db").unlink(missing_ok=True)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "beeflow.bench.floor", str(folder / "floor.db"), url),
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us: we end it
        env=surroundings(),
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it is piped
        async with patiently("the start of the bare floor"):
            line = await process.stdout.readline()
        if not line:
            raise UsageError("the bare floor did not start: see what it said above")
        yield Running(process.pid, int(line), time.perf_counter() - began)
    finally:
        await end(process)


@asynccontextmanager
async def beeflow(folder: Path) -> AsyncIterator[Running]:
    """Run a daemon in a folder that is configured."""
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "beeflow", "serve", "--port", "0"),
        *("--ready-file", str(ready), "--log-level", "error"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST,
        start_new_session=True,
        env=surroundings(),
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it is piped
        async with patiently("the start of the daemon"):
            said = await process.stdout.readline()  # once the ready file is there
        if not said:
            raise UsageError("the daemon did not start: see what it said above")
        seconds = time.perf_counter() - began
        port = int(json.loads(ready.read_text("utf-8"))["url"].rpartition(":")[2])
        yield Running(process.pid, port, seconds)
    finally:
        await end(process)


async def end(process: asyncio.subprocess.Process) -> None:
    """Kill it: what it leaves is of no use to anybody."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
