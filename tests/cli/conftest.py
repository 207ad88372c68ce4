"""What the tests of the commands share: a runner, a project, a daemon that runs beside."""

from __future__ import annotations

import asyncio
import io
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from cli.project import HELLO, LIVE, SECRET, Command, Result

from beeflow.cli.ending import run
from beeflow.cli.group import beeflow
from beeflow.cli.options import read_setup
from beeflow.daemon.assembly import running_daemon
from beeflow.daemon.engine import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command line in this process."""

    def command(*args: str, stdin: str | bytes = b"") -> Result:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))
        capsys.readouterr()
        code = run(beeflow, args)
        said = capsys.readouterr()
        return Result(code, said.out, said.err)

    return command


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty project with two recipes."""
    for name in ("NO_COLOR", "BEEFLOW_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes/hello.yaml").write_text(HELLO)
    (tmp_path / "recipes/live.yaml").write_text(LIVE)
    (tmp_path / "beeflow.yaml").write_text(f"sources: {{main: {{secrets: [{SECRET}]}}}}\n")
    return tmp_path


@pytest.fixture
def daemon(project: Path) -> Iterator[str]:
    """Run the project's daemon in a thread; its address is in the configuration."""
    ready = threading.Event()
    where: list[str] = []
    ended: list[Callable[[], object]] = []

    async def serve() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        ended.append(lambda: loop.call_soon_threadsafe(stop.set))
        setup = read_setup(None)
        async with running_daemon(Settings(setup.config, setup.secrets)) as running:
            where.append(running.url)
            ready.set()
            await stop.wait()

    (project / "beeflow.yaml").write_text(
        f"sources: {{main: {{secrets: [{SECRET}]}}}}\nserver: {{port: 0, password: swordfish-1}}\n"
    )
    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(20)
    port = where[0].rpartition(":")[2]
    config = (project / "beeflow.yaml").read_text().replace("port: 0", f"port: {port}")
    (project / "beeflow.yaml").write_text(config)
    yield where[0]
    ended[0]()
    thread.join(20)
    assert not thread.is_alive()
