"""Ten minutes that become five, in a recipe of the cookbook: seen by plan, backtest and test."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from drivers.backtest.recording import recorded

if TYPE_CHECKING:
    from cli.project import Command

COOKBOOK = Path(__file__).parents[2] / "recipes"


def git(*args: str) -> None:
    me = ("-c", "user.name=Someone", "-c", "user.email=someone@example.com")
    subprocess.run(["git", *me, *args], check=True, capture_output=True)


@pytest.fixture
async def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cookbook in git, with the audience's poll after five minutes, and a week's events."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    shutil.copytree(COOKBOOK, tmp_path / "recipes")
    git("init", "-q", ".")
    git("add", "-A")
    git("commit", "-qm", "The cookbook")
    recipe = tmp_path / "recipes/audience-poll.yaml"
    text = recipe.read_text("utf-8")
    assert text.count("default: 10m") == 1
    event = {"event_ref": "E1", "event_title": "Launch", "event_status": "live"}
    answers = {"events__get": event, "polls__create": {"poll_ref": "P1"}}
    live = (60.0, "event.updated.status", {"event_ref": "E1", "status": "live"})
    lines = await recorded({"audience-poll": text}, [live], **answers)
    (tmp_path / "week.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    recipe.write_text(text.replace("default: 10m", "default: 5m"))
    return tmp_path


@pytest.mark.usefixtures("changed")
def test_the_plan_says_it_in_words(cli: Command) -> None:
    told = cli("plan").out
    assert "~ audience-poll  changed  recipes/audience-poll.yaml" in told
    assert "    input `poll_after`: 10m → 5m (used in step " in told
    assert "1 changed, 29 unchanged" in told


@pytest.mark.usefixtures("changed")
def test_the_backtest_shows_the_calls_that_come_earlier(cli: Command) -> None:
    told = cli("backtest", "--events", "week.jsonl", "--base", "HEAD").out
    assert "polls.create: 10m after the event → 5m after the event (5m earlier)" in told
    assert "recipes compared: audience-poll; 29 the same on both sides" in told


@pytest.mark.usefixtures("changed")
def test_its_own_test_fails(cli: Command) -> None:
    told = cli("test", "recipes/audience-poll.test.yaml")
    assert told.code == 1
    assert "10m" in told.out
