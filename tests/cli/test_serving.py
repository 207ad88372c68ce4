"""The commands that stay up: `sandbox`, `serve`, `demo`, each as a process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.web import Request, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cli.project import Command


@contextmanager
def running(*args: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, object]]]:
    """Run a command until it is ready; yields the process and what its ready file says."""
    ready = Path("ready.json").absolute()
    process = subprocess.Popen(
        [sys.executable, "-m", "beeflow", *args, "--ready-file", str(ready)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 30
        while not ready.exists():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield process, json.loads(ready.read_text())
    finally:
        process.kill()
        process.communicate()


@pytest.mark.usefixtures("project")
def test_the_sandbox_says_how_it_is_reached_and_ends_in_order() -> None:
    with running("sandbox", "--port", "0", "--webhooks", "http://127.0.0.1:1/x") as (process, told):
        assert told["pid"] == process.pid
        keys = {"url", "token_id", "secret_key", "session_key", "webhook_secret", "refs"}
        assert keys <= set(told)
        assert Path("ready.json").stat().st_mode & 0o077 == 0
        assert send(Request("GET", f"{told['url']}/_sandbox")).fine
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "The sandbox is ready" in out
    assert str(told["secret_key"]) in out
    assert err == ""


@pytest.mark.usefixtures("project")
def test_ctrl_c_is_130_without_a_trace() -> None:
    with running("sandbox", "--port", "0") as (process, _):
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "")


def test_a_secret_without_a_receiver_is_refused(cli: Command) -> None:
    assert cli("sandbox", "--secret", "x").code == 2


@pytest.mark.usefixtures("project")
def test_a_port_in_use_is_refused(cli: Command) -> None:
    with running("sandbox", "--port", "0") as (_, told):
        port = str(told["url"]).rpartition(":")[2]
        refused = cli("sandbox", "--port", port)
    assert refused.code == 2
    assert port in refused.err


def test_the_daemon_serves_what_it_was_told_to(project: Path) -> None:
    (project / "recipes/bad.yaml").write_text("actions: []\nbogus: 1\n")
    with running("serve", "--port", "0", "--log-level", "warning") as (process, told):
        assert told["pid"] == process.pid
        assert send(Request("GET", f"{told['url']}/readyz")).fine
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert f"dashboard  {told['url']}/" in out
    assert f"webhooks   {told['url']}/hooks/main" in out
    assert "recipe     hello  live" in out
    assert "recipe     bad  broken" in out
    assert "bad.yaml:" in out


def test_a_broken_configuration_stops_the_start(cli: Command, project: Path) -> None:
    (project / "beeflow.yaml").write_text("server: {port: high}\n")
    refused = cli("serve")
    assert refused.code == 2
    assert "beeflow.yaml:1:" in refused.err


def test_the_log_is_masked(project: Path) -> None:
    (project / "recipes/hello.yaml").write_text(
        "trigger: {schedule: {every: 1h}}\nactions:\n"
        "  - action: log.write\n    with: {message: 'x'}\n"
    )
    from logging import LogRecord

    from beeflow.cli.serve import MaskedFormatter
    from beeflow.config import Secrets

    secrets = Secrets({"BEEFLOW_SECRET_A": "very-secret-value"})
    record = LogRecord("a", 20, "f", 1, "it is very-secret-value", None, None)
    assert "very-secret-value" not in MaskedFormatter(secrets).format(record)


@pytest.mark.usefixtures("project")
def test_a_ready_file_that_cannot_be_written_is_refused(cli: Command) -> None:
    refused = cli("sandbox", "--port", "0", "--ready-file", "gone/ready.json")
    assert refused.code == 2
    assert "--ready-file" in refused.err
