"""The recipes that come with beeflow: clean, and doing what they say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from beeflow.resources import data_folder

if TYPE_CHECKING:
    from cli.project import Command

RECIPES = sorted(
    path.stem
    for path in data_folder("recipes").glob("*.yaml")
    if not path.name.endswith(".test.yaml")
)
PROMISED = 25


def test_the_cookbook_is_complete() -> None:
    assert len(RECIPES) >= PROMISED


@pytest.fixture
def folder() -> str:
    return str(data_folder("recipes"))


def test_they_are_clean_by_the_strictest_measure(cli: Command, folder: str) -> None:
    shown = cli("validate", "--strict", "--dry-run", folder)
    assert shown.code == 0, shown.out
    assert shown.out.startswith(f"0 errors, 0 warnings in {len(RECIPES)} recipes\n")


@pytest.mark.parametrize("name", RECIPES)
def test_each_says_what_it_is_for_and_has_a_test(name: str, folder: str) -> None:
    recipe = yaml.safe_load(Path(folder, f"{name}.yaml").read_text("utf-8"))
    assert recipe["name"]
    assert len(recipe["description"]) > 40
    assert recipe["labels"]
    assert Path(folder, f"{name}.test.yaml").exists()


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("go-live", ["events.get", "slack.post"]),
        (
            "audience-poll",
            [
                "events.get",
                "events.get",
                "polls.create",
                "polls.set_state",
                "polls.set_state",
                "polls.entries",
                "slack.post",
            ],
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


def test_their_tests_pass_and_leave_out_nothing(cli: Command, folder: str) -> None:
    shown = cli("test", folder, "--coverage", "--fail-under", "100")
    assert shown.code == 0, shown.out
