"""Processes that are measured: started, ready, and what they cost."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.wire import SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGESIZE")
RECIPE = """\
trigger:
  webhook: event.updated.status
  match: {{data.status: live}}
conditions:
  - trigger.data.event_ref.startswith('E')
actions:
  - action: http.request
    with: {{url: "{url}", method: POST, json: {{id: "{{{{ trigger.id }}}}"}}}}
"""


@dataclass(frozen=True, slots=True)
class Running:
    """A process that is ready, after `seconds`."""

    pid: int
    port: int
    seconds: float

    def cpu(self) -> float:
        """Return the seconds of processor time it took so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def memory(self) -> int:
        """Return the bytes of memory it holds."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE


@asynccontextmanager
async def floor(folder: Path, url: str) -> AsyncIterator[Running]:
    """Run the bare floor."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.floor", str(folder / "floor.db"), url,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    line = await process.stdout.readline()
    try:
        yield Running(process.pid, int(line), time.perf_counter() - began)
    finally:
        process.kill()
        await process.wait()


def configure(folder: Path) -> None:
    """Write a configuration with one source."""
    (folder / "recipes").mkdir(exist_ok=True)
    text = f"sources: {{main: {{secrets: [{SECRET}]}}}}\nhttp: {{allow_private: [127.0.0.0/8]}}\n"
    (folder / "beeflow.yaml").write_text(text)


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
        stdout=asyncio.subprocess.DEVNULL,
    )
    while not ready.exists():
        assert process.returncode is None, "the daemon ended"
        await asyncio.sleep(0.005)
    seconds = time.perf_counter() - began
    port = int(json.loads(ready.read_text())["url"].rpartition(":")[2])
    try:
        yield Running(process.pid, port, seconds)
    finally:
        process.terminate()
        await process.wait()
