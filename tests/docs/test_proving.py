"""docs/proving.md, played: its recipe, its commands in their order, and what they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/proving.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SESSIONS = [text for language, text in BLOCKS if language == "console"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository with the page's files."""
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "beeflow").write_text(f'#!/bin/sh\nexec {sys.executable} -m beeflow "$@"\n')
    (tools / "beeflow").chmod(0o755)
    home = tmp_path / "home"
    for language, text in BLOCKS:
        first = text.partition("\n")[0]
        if language == "yaml" and re.fullmatch(r"# [\w./-]+\.yaml", first):
            (home / first[2:]).parent.mkdir(parents=True, exist_ok=True)
            (home / first[2:]).write_text(text)
    shell(home, "git init -q . && git add -A && git commit -qm 'The first recipes'")
    return home


def shell(home: Path, text: str) -> str:
    """Run a line; returns what it prints, and `exit N` where it does not end well."""
    me = {
        f"GIT_{who}_{what}": "someone@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    env = {
        **os.environ,
        **me,
        "PATH": f"{home.parent / 'bin'}:{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "NO_COLOR": "1",
        "TZ": "UTC",
    }
    done = subprocess.run(
        ["sh", "-c", text], cwd=home, env=env, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr + (f"exit {done.returncode}\n" if done.returncode else "")


def test_what_it_shows_is_what_is_printed(place: Path) -> None:
    assert SESSIONS
    for session in SESSIONS:
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
            said = shell(place, command)
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
