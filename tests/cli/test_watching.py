"""`beeflow validate --watch`, as a process of its own: it is ended by Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cli.project import HELLO, Command

from beeflow.cli import watching
from beeflow.cli.checks import Check
from beeflow.errors import NothingFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def watcher(project: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from beeflow.cli import main; main()",
            "validate",
            "--watch",
            "recipes",
        ],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with process:
        yield process
        process.kill()


def until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout is not None
    read = ""
    for line in process.stdout:
        read += line
        if words in line:
            return read
    pytest.fail(f"it ended without {words!r}: {read}")


def test_a_recipe_is_checked_again_when_it_is_saved(
    watcher: subprocess.Popen[str], project: Path
) -> None:
    until(watcher, "watching recipes; Ctrl-C ends")
    (project / "recipes/hello.yaml").write_text(HELLO.replace("message:", "mesage:"))
    read = until(watcher, "1 error, 0 warnings in 2 recipes")
    assert "hello.yaml changed" in read
    assert "did you mean `message`?" in read
    (project / "recipes/hello.yaml").write_text(HELLO)
    until(watcher, "0 errors, 0 warnings in 2 recipes")
    watcher.send_signal(signal.SIGINT)
    assert watcher.wait(30) == 130
    assert watcher.stdout is not None
    assert "Traceback" not in watcher.stdout.read()


@pytest.mark.usefixtures("project")
def test_what_cannot_be_checked_at_first_ends_it(cli: Command) -> None:
    assert cli("validate", "--watch", "gone").code == 3
    assert cli("validate", "--watch", "-", stdin=HELLO).code == 2
    assert cli("validate", "--watch", "--format", "json").code == 2


def test_what_cannot_be_checked_later_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is gone for a moment, as editors save, ends nothing; nor does what is no change."""
    made = []
    env, recipe = project / ".env", project / "recipes" / "hello.yaml"
    env.write_text("")

    def make(self: Check) -> bool:
        made.append(self)
        if len(made) == 2:
            raise NothingFound("it is gone")
        return True

    def watch(*_folders: Path, **_options: object) -> Iterator[None]:
        yield
        recipe.unlink()
        yield
        recipe.write_text(HELLO)
        env.write_text("A=1")
        (project / "recipes" / "notes.txt").write_text("x")
        yield
        env.unlink()
        yield
        yield

    monkeypatch.setattr(Check, "make", make)
    monkeypatch.setattr(watching, "watch", watch)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    watching.keep_checking(Check((recipe,), env=env))
    told = capsys.readouterr()
    assert len(made) == 4
    assert "beeflow: it is gone" in told.err
    changed = [line.split(": ")[1] for line in told.out.splitlines() if "changed" in line]
    assert changed == ["hello.yaml changed", ".env, hello.yaml changed", ".env changed"]
    assert f"watching {project}, {project / 'recipes'}; Ctrl-C ends" in told.err
