"""Pages whose console sessions are played: their files, their commands in order, what they print."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.backtest.recording import recorded

from beeflow.cli import group
from beeflow.cli.ending import run

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from beeflow.types import Json

DOCS = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its text, and its code blocks with their languages."""

    text: str
    blocks: tuple[tuple[str, str], ...]

    def lay_out(
        self, monkeypatch: pytest.MonkeyPatch, folder: Path, week: Mapping[str, Any]
    ) -> None:
        """Make a repository with the page's files and what the page says was recorded; go there.

        `week` is what `record` takes.
        """
        monkeypatch.chdir(folder)
        for name, value in {
            **{f"GIT_{who}_NAME": "Someone" for who in ("AUTHOR", "COMMITTER")},
            **{f"GIT_{who}_EMAIL": "someone@example.com" for who in ("AUTHOR", "COMMITTER")},
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }.items():
            monkeypatch.setenv(name, value)
        for language, text in self.blocks:
            first = text.partition("\n")[0]
            if language in {"yaml", "json"} and re.fullmatch(r"# [\w./-]+\.yaml", first):
                Path(first[2:]).parent.mkdir(parents=True, exist_ok=True)
                Path(first[2:]).write_text(text)
        record(**week)
        shell("git init -q . && git add -A && git commit -qm 'The first recipes'")

    def play(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Give the commands of all sessions in order; what they print must be what is shown."""
        sessions = [text for language, text in self.blocks if language == "console"]
        assert sessions
        for session in sessions:
            for command, shown in re.findall(
                r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE
            ):
                ours = command.startswith("beeflow ")
                said = beeflow(command, capsys) if ours else shell(command)
                assert matches(shown, said), f"$ {command}\n{said}"

    def hold_links(self) -> None:
        """Say that the links to other pages lead somewhere."""
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", self.text):
            assert (DOCS / link).exists(), link


def read_page(name: str) -> Page:
    """Read a page of the documentation."""
    text = (DOCS / name).read_text("utf-8")
    return Page(text, tuple(re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)))


def record(recipe: str, answers: Mapping[str, Json]) -> None:
    """Write `week.jsonl`: two events that went live, and one that did not, with `recipe` at work."""
    text = Path(f"recipes/{recipe}.yaml").read_text()
    data = [("E1", "live"), ("E2", "idle"), ("E2", "live")]
    happened = [
        (3600.0, "event.updated.status", {"event_ref": ref, "status": status})
        for ref, status in data
    ]
    lines = asyncio.run(recorded({recipe: text}, happened, **answers))
    Path("week.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def shell(text: str) -> str:
    """Run something that is not ours; returns what it prints."""
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


def matches(shown: str, said: str) -> bool:
    """Whether a text is what is shown; `…` stands for anything."""
    pattern = ".*?".join(re.escape(part) for part in shown.split("…"))
    return re.fullmatch(pattern, said, re.DOTALL) is not None
