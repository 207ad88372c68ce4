from __future__ import annotations

import json
import signal
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from beeflow.cli.demo import watcher
from beeflow.cli.demo.clock import LeapingClock, next_thursday_morning
from beeflow.cli.demo.story import SCENES, TITLE, Effect, Play, Scene, after, before
from beeflow.resources import data_folder
from beeflow.sandbox.slack import Slack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cli.project import Command

    from beeflow.types import Json


# apprise's own imports warn, under the Python that still has what they use.
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
@pytest.mark.usefixtures("project")
def test_the_whole_story_is_told_and_every_effect_seen(cli: Command) -> None:
    shown = cli("demo", "--once")
    assert shown.code == 0, shown.out
    asked = "conditions `not (event.event_title | default('', true)).startswith('[test]')`"
    for part in (
        "webhook   event.updated.status, signed and delivered: 202",
        "recipe    go-live, run r-",
        f"{asked} does not hold, as `event.event_title` is [test] Rehearsal",
        f"{asked} holds, as `event.event_title` is Product launch",
        "calls slack.post  channel: #events, text: :red_circle: *Product launch* is live",
        "Slack     #events: :red_circle: *Product launch* is live",
        "sleeps until 17:00",
        "calls polls.create",
        "mail      to ada@example.com: You are in: Product launch",
        "Slack     #finance: :warning: A payment to BeeStreamed failed.",
        "signup-welcome: 18 more runs, succeeded like those",
        "52 of 52 expected effects seen",
    ):
        assert part in shown.out
    assert "NOT SEEN" not in shown.out
    assert shown.err == ""
    for recipe in data_folder("recipes").glob("*.yaml"):
        if not recipe.name.endswith(".test.yaml"):
            assert f"recipe    {recipe.stem}, run r-" in shown.out, "it has no part in the story"


@pytest.mark.usefixtures("project")
def test_the_same_as_data(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = SCENES[:3]
    monkeypatch.setattr("beeflow.cli.demo.SCENES", begin)
    shown = cli("demo", "--once", "--json")
    assert shown.code == 0
    told = json.loads(shown.out)
    assert told["ok"] is True
    assert told["dashboard"].startswith("http://127.0.0.1:")
    assert [scene["title"] for scene in told["scenes"]] == [scene.title for scene in begin]
    third = told["scenes"][2]
    assert {webhook["type"] for webhook in third["webhooks"]} == {"signup.created"}
    assert {run["recipe"] for run in third["runs"]} >= {"signup-welcome", "key-account-signup"}
    assert {message["channel"] for message in third["slack"]} >= {"#signups", "#sales"}
    effects = [effect for scene in told["scenes"] for effect in scene["effects"]]
    assert len(effects) == 11
    assert all(effect["seen"] for effect in effects)
    outcomes = {run["outcome"] for scene in told["scenes"] for run in scene["runs"]}
    assert outcomes == {"succeeded", "skipped", None}


@pytest.mark.usefixtures("project")
def test_an_effect_that_is_not_seen_is_a_failure(
    cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    hopeless = Scene("Nothing", before.create_launch, (Effect("the moon", lambda _play: False),))
    monkeypatch.setattr("beeflow.cli.demo.SCENES", (hopeless,))
    monkeypatch.setattr(watcher, "PATIENCE", 0.1)
    shown = cli("demo", "--once")
    assert shown.code == 1
    assert "NOT SEEN  the moon" in shown.out
    assert "0 of 1 expected effects seen" in shown.out


@pytest.mark.usefixtures("project")
def test_a_run_that_fails_is_told(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(Slack):
        """A Slack that refuses whatever it is told."""

        def refusal(self, body: Mapping[str, Json]) -> str | None:
            assert body
            return "channel_not_found"

    async def refuse(play: Play) -> None:
        play.stage.sandbox.sandbox.slack = Refusing()
        await after.fail_payment(play, "2026-0117")

    monkeypatch.setattr("beeflow.cli.demo.SCENES", (Scene("No Slack", refuse),))
    shown = cli("demo", "--once")
    assert "failed: " in shown.out
    assert "channel_not_found" in shown.out


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_without_once_it_stays_up_until_ctrl_c(
    cli: Command, monkeypatch: pytest.MonkeyPatch, as_json: tuple[str, ...]
) -> None:
    async def interrupt(_play: Play) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("beeflow.cli.demo.SCENES", (Scene("Ctrl-C", interrupt),))
    shown = cli("demo", "--ready-file", "ready.json", *as_json)
    assert shown.code == 130
    told = json.loads(Path("ready.json").read_text("utf-8"))
    assert set(told) == {"url", "pid", "sandbox"}
    assert ("stays up" in shown.out) is not bool(as_json)


@pytest.mark.usefixtures("project")
def test_ctrl_c_in_the_middle_ends_it(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    async def interrupt(_play: Play) -> None:
        signal.raise_signal(signal.SIGINT)

    async def never(_play: Play) -> None:
        raise AssertionError("it went on")

    monkeypatch.setattr(
        "beeflow.cli.demo.SCENES", (Scene("Ctrl-C", interrupt), Scene("never", never))
    )
    assert cli("demo", "--once").code == 130


def test_a_step_that_the_sandbox_refuses_is_a_fault_of_ours(
    cli: Command, project: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert project

    async def impossible(play: Play) -> None:
        await play.stage.life("end")

    monkeypatch.setattr("beeflow.cli.demo.SCENES", (Scene("end", impossible),))
    shown = cli("demo", "--once")
    assert shown.code == 70
    assert "/_sandbox/life" in shown.err


COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.mark.parametrize(
    ("now", "begin"),
    [
        ("2026-11-26 07:00", "2026-11-26 07:58"),
        ("2026-11-26 07:58", "2026-12-03 07:58"),
        ("2026-11-27 09:00", "2026-12-03 07:58"),
        ("2026-11-28 03:00", "2026-12-03 07:58"),
        ("2026-10-24 12:00", "2026-10-29 07:58"),
    ],
)
def test_the_demo_begins_on_the_next_thursdays_morning(now: str, begin: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=COPENHAGEN).timestamp()
    found = datetime.fromtimestamp(next_thursday_morning(moment, COPENHAGEN, 8), COPENHAGEN)
    assert found.isoformat(" ", "minutes").startswith(begin)


async def test_a_leap_wakes_who_sleeps() -> None:
    import asyncio

    clock = LeapingClock(1000.0)
    assert 1000.0 <= clock.now() < 1001.0
    sleeper = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    assert not sleeper.done()
    clock.leap(3600)
    await asyncio.wait_for(sleeper, 1)
    await clock.sleep(-1)
    assert clock.now() >= 4600


def test_the_title_is_what_the_recipes_are_asked_about() -> None:
    assert any(TITLE in scene.title for scene in SCENES)
