"""docs/proving.md, played: its recipe, its commands in their order, and what they print."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from drivers.backtest.recording import recorded

from beeflow.cli import group
from beeflow.cli.ending import run

PAGE = (Path(__file__).parents[2] / "docs/proving.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SESSIONS = [text for language, text in BLOCKS if language == "console"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository with the page's files, to work in."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        **{f"GIT_{who}_NAME": "Someone" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "someone@example.com" for who in ("AUTHOR", "COMMITTER")},
        "GIT_CONFIG_GLOBAL": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    for language, text in BLOCKS:
        first = text.partition("\n")[0]
        if language in {"yaml", "json"} and re.fullmatch(r"# [\w./-]+\.yaml", first):
            Path(first[2:]).parent.mkdir(parents=True, exist_ok=True)
            Path(first[2:]).write_text(text)
    _export(Path("week.jsonl"))
    shell("git init -q . && git add -A && git commit -qm 'The first recipes'")


def _export(file: Path) -> None:
    """Write what the page says was recorded: two events that went live, and one that did not."""
    answers = {"polls__create": {"poll_ref": "P1"}}
    poll = Path("recipes/poll.yaml").read_text()
    data = [("E1", "live"), ("E2", "idle"), ("E2", "live")]
    happened = [
        (3600.0, "event.updated.status", {"event_ref": ref, "status": status})
        for ref, status in data
    ]
    lines = asyncio.run(recorded({"poll": poll}, happened, **answers))
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def shell(text: str) -> str:
    done = subprocess.run(["sh", "-c", text], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def beeflow(text: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command in this process; returns what it prints, `exit N` where it does not end well."""
    line, _, file = text.partition(" > ")
    capsys.readouterr()
    code = run(group.beeflow, shlex.split(line)[1:])
    said = capsys.readouterr()
    if file:
        Path(file).write_text(said.out)
    return ("" if file else said.out) + said.err + (f"exit {code}\n" if code else "")


@pytest.mark.usefixtures("place")
def test_what_it_shows_is_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert SESSIONS
    for session in SESSIONS:
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
            ours = command.startswith("beeflow ")
            said = beeflow(command, capsys) if ours else shell(command)
            assert matches(shown, said), f"$ {command}\n{said}"


def matches(shown: str, said: str) -> bool:
    """Whether a text is what is shown; `…` stands for anything."""
    pattern = ".*?".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, said, re.DOTALL) is not None


def test_its_table_has_a_section_for_each_command() -> None:
    named = re.findall(r"^\| \[`beeflow ([\w-]+)`\]\(#([\w-]+)\)", PAGE, re.MULTILINE)
    headings = re.findall(r"^## ([\w-]+): (.*)$", PAGE, re.MULTILINE)
    anchors = [
        (name, re.sub(r"[^\w -]", "", f"{name} {title}").replace(" ", "-"))
        for name, title in headings
    ]
    assert named == anchors


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGE):
        assert (Path(__file__).parents[2] / "docs" / link).exists(), link
