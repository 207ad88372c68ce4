"""The README, done as a new user would: its files written, its commands run, in its order."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from beeflow.cli.group import COMMANDS
from beeflow.cli.request import Request, send
from beeflow.errors import ActionError

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
SHELL = [text for language, text in BLOCKS if language == "sh"]


def files() -> dict[str, str]:
    """Return the files that the README says to write, the first of each name."""
    found: dict[str, str] = {}
    for language, text in BLOCKS:
        first = text.partition("\n")[0]
        if language == "yaml" and re.fullmatch(r"# [\w./-]+\.yaml", first):
            found.setdefault(first.removeprefix("# "), text)
    return found


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
def shell(tmp_path: Path, port: int) -> object:
    """Run a block in the new user's folder; the daemon listens where nobody else does."""
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "beeflow").write_text(f'#!/bin/sh\nexec {sys.executable} -m beeflow "$@"\n')
    (tools / "beeflow").chmod(0o755)
    home = tmp_path / "home"
    (home / "recipes").mkdir(parents=True)
    env = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "BEEFLOW_SERVER_PORT": str(port),
        "NO_COLOR": "1",
    }
    return lambda text: subprocess.Popen(
        ["sh", "-ec", text.replace(":8080/", f":{port}/")],
        cwd=home,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.mark.skipif(not shutil.which("openssl") or not shutil.which("curl"), reason="needs both")
def test_what_it_says_works_in_the_order_it_says_it(
    shell: object, tmp_path: Path, port: int
) -> None:
    assert callable(shell)
    for name, text in files().items():
        (tmp_path / "home" / name).write_text(text)

    def said(text: str) -> str:
        process = shell(text)
        out: str = process.communicate(timeout=60)[0]
        assert process.returncode == 0, out
        return out

    install, check, serve, curl, sample, look, tests = SHELL
    assert install == "pip install .\nbeeflow demo --once\n"
    assert tests == "pip install '.[test]' && pytest\n"
    checked = said(check)
    assert "0 errors, 0 warnings in 1 recipe" in checked
    assert "Hm0Ee8Pj6Me8 is live" in checked
    daemon = shell(serve)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz")
        assert '"status": "accepted"' in said(curl)
        assert "202" in said(sample)
        listed = wait_until(lambda: said("beeflow runs list"), "succeeded", times=2)
        assert "first" in listed
        shown = said(look)
        assert "E1 is live" in shown
        assert "trigger.data.event_ref = E1" in shown
    finally:
        os.killpg(daemon.pid, 15)
        daemon.communicate(timeout=20)


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if send(Request("GET", url)).fine:
                return
        except ActionError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"{url} is not ready")


def wait_until(look: object, text: str, times: int) -> str:
    assert callable(look)
    for _ in range(20):
        shown: str = look()
        if shown.count(text) == times:
            return shown
    raise AssertionError(shown)


def test_its_table_has_every_command() -> None:
    named = re.findall(r"^\| `beeflow ([\w-]+)` \|", README, re.MULTILINE)
    assert named == list(COMMANDS)


def test_its_first_recipe_is_right() -> None:
    from beeflow.recipe.parser import parse_recipe

    short = next(text for language, text in BLOCKS if language == "yaml" and ", in short" in text)
    parsed = parse_recipe(short, path="short.yaml")
    assert parsed.recipe is not None, parsed.problems


def test_its_configuration_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from beeflow.config import load_config

    monkeypatch.chdir(tmp_path)
    texts = [
        text for language, text in BLOCKS if language == "yaml" and text.startswith("# beeflow.")
    ]
    assert len(texts) == 2
    for text in texts:
        (tmp_path / "beeflow.yaml").write_text(text)
        config = load_config(None, {})
        assert "main" in config.sources
    assert set(config.connections) == {"slack", "smtp"}


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    for link in links:
        assert (ROOT / link).exists(), link
