"""docs/guide.md, played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import yaml
from docs.console import beeflow, read_page

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PAGE = read_page("guide.md")
WEEK: Final = {
    "recipe": "sound-poll",
    "answers": {
        "events__get": {"event_ref": "E1", "event_title": "Launch"},
        "polls__create": {"poll_ref": "P1"},
    },
}


def test_what_it_shows_is_what_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    PAGE.lay_out(monkeypatch, tmp_path, WEEK)
    PAGE.play(capsys)


def test_its_links_lead_somewhere() -> None:
    PAGE.hold_links()


def test_its_workflow_runs_commands_that_there_are(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    PAGE.lay_out(monkeypatch, tmp_path, WEEK)
    (text,) = (text for _, text in PAGE.blocks if text.startswith("# .github/"))
    steps = yaml.safe_load(text)["jobs"]["prove"]["steps"]
    commands = [step["run"].partition(" >>")[0] for step in steps if "run" in step]
    assert commands[0] == "pip install beeflow"
    for command in commands[1:]:
        told = beeflow(command.replace("origin/$BASE", "HEAD"), capsys)
        assert "exit" not in told, told
