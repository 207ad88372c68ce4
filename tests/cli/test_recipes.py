"""The recipes that come with beeflow: clean, and doing what they say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from beeflow.resources import data_folder

if TYPE_CHECKING:
    from cli.project import Command

RECIPES = sorted(path.stem for path in data_folder("recipes").glob("*.yaml"))


def test_there_are_the_four() -> None:
    assert RECIPES == ["go-live", "payment-failed", "signup-welcome", "weekday-briefing"]


@pytest.fixture
def folder() -> str:
    return str(data_folder("recipes"))


def test_they_are_clean_by_the_strictest_measure(cli: Command, folder: str) -> None:
    shown = cli("validate", "--strict", "--dry-run", folder)
    assert shown.code == 0, shown.out
    assert shown.out.startswith("0 errors, 0 warnings in 4 recipes\n")


@pytest.mark.parametrize("name", RECIPES)
def test_each_begins_with_a_comment_for_the_producer(name: str, folder: str) -> None:
    assert Path(folder, f"{name}.yaml").read_text().startswith("# ")


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        (
            "go-live",
            ["events.get", "slack.post", "events.get", "polls.create", "polls.set_state"],
        ),
        ("signup-welcome", ["signups.find_event", "events.get", "slack.post", "email.send"]),
        ("weekday-briefing", ["events.list", "email.send"]),
        ("payment-failed", ["slack.post"]),
    ],
)
def test_they_do_what_they_say(cli: Command, folder: str, name: str, calls: list[str]) -> None:
    shown = cli("dry-run", f"{folder}/{name}.yaml", "--json")
    assert shown.code == 0
    steps = json.loads(shown.out)["steps"]
    assert [step["action"] for step in steps if step["kind"] == "called"] == calls


def test_somebody_without_an_address_gets_no_mail(cli: Command, folder: str) -> None:
    event = {"type": "signup.created", "data": {"signup_ref": "x", "signup_data": {"name": "Al"}}}
    shown = cli("dry-run", f"{folder}/signup-welcome.yaml", "--event", "-", stdin=json.dumps(event))
    assert shown.code == 0
    assert "ends  skipped" in shown.out
    assert "email.send" not in shown.out


def test_the_mornings_mail_is_for_weekdays_at_eight(cli: Command, folder: str) -> None:
    shown = cli("dry-run", f"{folder}/weekday-briefing.yaml", "--json")
    at = json.loads(shown.out)["at"]
    assert at[11:16] in {"06:00", "07:00"}
