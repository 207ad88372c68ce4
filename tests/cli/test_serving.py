"""The commands that stay up, `sandbox` and `serve`: how they begin, what they say, how they end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from beeflow.cli import sandbox, serve
from beeflow.cli.request import Request, send

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from cli.project import Command


def ending_with(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, number: signal.Signals
) -> None:
    """Send this process a signal as soon as the command has said that it is ready."""
    tell = module._tell

    def told(*args: Any) -> None:
        tell(*args)
        signal.raise_signal(number)

    monkeypatch.setattr(module, "_tell", told)


@pytest.mark.usefixtures("project")
def test_the_sandbox_says_how_it_is_reached(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    ending_with(monkeypatch, sandbox, signal.SIGTERM)
    shown = cli("sandbox", "--port", "0", "--ready-file", "ready.json")
    assert (shown.code, shown.err) == (0, "")
    told = json.loads(Path("ready.json").read_text())
    refs = {"event", "poll", "signup", "chat", "qa", "video", "upload", "client", "subdomain"}
    assert refs | {"viewer", "simulcast", "connection"} <= set(told["refs"])
    for key in ("url", "token_id", "secret_key", "session_key", "webhook_secret"):
        assert str(told[key]) in shown.out
    assert Path("ready.json").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("project")
def test_the_sandbox_may_have_a_receiver_from_the_start(
    cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending_with(monkeypatch, sandbox, signal.SIGINT)
    shown = cli("sandbox", "--port", "0", "--webhooks", "http://127.0.0.1:1/x", "--secret", "s")
    assert (shown.code, shown.err) == (130, "")
    assert "sent to http://127.0.0.1:1/x" in shown.out


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
def test_as_a_process_it_holds_its_port_and_ctrl_c_leaves_no_trace(cli: Command) -> None:
    with running("sandbox", "--port", "0") as (process, told):
        assert told["pid"] == process.pid
        assert send(Request("GET", f"{told['url']}/_sandbox")).fine
        port = str(told["url"]).rpartition(":")[2]
        refused = cli("sandbox", "--port", port)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "")
    assert refused.code == 2
    assert port in refused.err


def test_a_secret_without_a_receiver_is_refused(cli: Command) -> None:
    assert cli("sandbox", "--secret", "x").code == 2


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("server", ["sandbox", "serve"])
def test_a_ready_file_that_cannot_be_written_is_refused(cli: Command, server: str) -> None:
    refused = cli(server, "--port", "0", "--ready-file", "gone/ready.json")
    assert refused.code == 2
    assert "--ready-file" in refused.err


def test_the_daemon_says_what_is_live_and_what_is_broken(
    cli: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending_with(monkeypatch, serve, signal.SIGTERM)
    (project / "recipes/bad.yaml").write_text("actions: []\nbogus: 1\n")
    shown = cli("serve", "--port", "0", "--log-level", "error", "--ready-file", "ready.json")
    assert shown.code == 0
    url = json.loads(Path("ready.json").read_text())["url"]
    assert f"dashboard  {url}/" in shown.out
    assert f"webhooks   {url}/hooks/main" in shown.out
    assert "recipe     hello  live" in shown.out
    assert "recipe     bad  broken" in shown.out
    assert "recipes/bad.yaml:2:1: " in shown.out


@pytest.mark.usefixtures("project")
def test_a_journal_that_breaks_is_74(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: object) -> int:
        return 74

    monkeypatch.setattr("beeflow.daemon.process.serve", broken)
    assert cli("serve", "--port", "0").code == 74


def test_a_broken_configuration_stops_the_start(cli: Command, project: Path) -> None:
    (project / "beeflow.yaml").write_text("server: {port: high}\n")
    refused = cli("serve")
    assert refused.code == 2
    assert "beeflow.yaml:1:" in refused.err


@pytest.mark.usefixtures("project")
def test_without_a_password_others_are_kept_out(cli: Command) -> None:
    refused = cli("serve", "--host", "0.0.0.0", "--port", "0")
    assert refused.code == 2
    assert "server.password" in refused.err


def test_the_log_is_json_lines_where_nobody_watches_or_text_as_it_is_told(
    cli: Command, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending_with(monkeypatch, serve, signal.SIGTERM)
    shown = cli("serve", "--port", "0")
    assert {json.loads(line)["event"] for line in shown.err.splitlines()} == {"log"}
    shown = cli("serve", "--port", "0", "--log-format", "text")
    assert " INFO    beeflow.daemon.process: ending: " in shown.err
    (project / "beeflow.yaml").write_text("log: {format: text, level: error}\n")
    assert cli("serve", "--port", "0").err == ""
    monkeypatch.setenv("BEEFLOW_LOG_FORMAT", "json")
    shown = cli("serve", "--port", "0", "--log-level", "info")
    assert json.loads(shown.err.splitlines()[-1])["level"] == "info"


def test_a_daemon_without_recipes_and_sources_says_so(
    cli: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipes").mkdir()
    ending_with(monkeypatch, serve, signal.SIGTERM)
    shown = cli("serve", "--port", "0")
    assert "none can be taken: `sources` in beeflow.yaml names none" in shown.out
    assert "none yet in recipes: what is saved there goes live" in shown.out


def test_the_daemon_imports_nothing_before_it_is_needed() -> None:
    probe = """
import sys
from importlib import import_module
from beeflow.cli import serve

for name in serve._APART:
    import_module(name)
early = {'aiohttp'} & set(sys.modules)
serve._import_aiohttp_and_trust()
import beeflow.daemon.process
from beeflow.actions.plugins import load_plugins
load_plugins(())
late = {
    'aiosmtplib', 'anyio', 'apprise', 'importlib.metadata', 'jsonschema', 'prometheus_client', 'rich', 'slack_sdk',
    'watchfiles',
}
sys.exit(' '.join(early | late & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, check=False, text=True
    )
    assert not done.stderr.strip()
