from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from beeflow.sandbox import Sandbox, running_sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command

ASKS = """\
name: Ask
trigger: {webhook: event.updated.status, match: {data.status: live}}
inputs: {least: {type: integer, default: 3}}
fetch:
  event: {action: events.get, with: {event_ref: "{{ trigger.data.event_ref }}"}}
conditions:
  - not event.event_title.startswith('[test]')
actions:
  - action: slack.post
    with: {text: "{{ event.event_title }} {{ secrets.WORD }} {{ inputs.least }}"}
"""


@pytest.fixture
def asks(project: Path) -> Path:
    (project / "recipes/asks.yaml").write_text(ASKS)
    return project


@pytest.mark.usefixtures("asks")
@pytest.mark.parametrize("name", ["asks", "recipes/asks.yaml", "./recipes/asks.yaml"])
def test_a_recipe_is_named_by_id_or_file(cli: Command, name: str) -> None:
    shown = cli("dry-run", name)
    assert shown.code == 0
    assert "recipes/asks.yaml" in shown.out
    assert "with data.status: live so that it matches" in shown.out


@pytest.mark.usefixtures("asks")
def test_each_step_has_a_number_its_line_and_its_values(cli: Command) -> None:
    shown = cli("dry-run", "asks", "--input", "least=5").out
    assert "  1  line 2   trigger  holds" in shown
    assert "  2  line 5   events.get  (a read, not made)  as event" in shown
    assert "event_ref: Hm0Ee8Pj6Me8" in shown
    assert "  3  line 7   conditions  known after apply" in shown
    assert "text: \u2039event.event_title: known after apply\u203a *** 5" in shown
    assert "ends  succeeded" in shown


@pytest.mark.usefixtures("asks")
def test_json_has_the_same_as_data(cli: Command) -> None:
    told = json.loads(cli("dry-run", "asks", "--json").out)
    assert (told["version"], told["recipe"], told["outcomes"]) == (1, "asks", ["succeeded"])
    assert [step["kind"] for step in told["steps"]] == [
        "decided",
        "called",
        "decided",
        "called",
        "ended",
    ]
    assert told["steps"][1]["action"] == "events.get"
    assert told["steps"][1]["line"] == 5
    assert told["trigger"]["payload"]["data"]["status"] == "live"


@pytest.mark.usefixtures("asks")
def test_an_event_of_ones_own_may_not_match(cli: Command) -> None:
    event = {"type": "event.updated.status", "timestamp": 1, "data": {"status": "idle"}}
    shown = cli("dry-run", "asks", "--event", "-", stdin=json.dumps(event))
    assert shown.code == 0
    assert 'data.status: "live"  does not hold' in shown.out
    assert "slack.post" not in shown.out


@pytest.mark.usefixtures("asks")
@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("--event", "a", "--sample", "b"), 2, "exclude each other"),
        (("--event", "gone.json"), 2, "gone.json"),
        (("--sample", "event.updated.statu"), 2, "`event.updated.status`"),
        (("--at", "soon"), 2, "--at: `soon` is not a time"),
        (("--input", "leest=1"), 2, "`least`"),
        (("--input", "least=x"), 2, "a whole number"),
        (("--input", "least"), 2, "key=value"),
    ],
)
def test_what_cannot_be_is_refused(
    cli: Command, args: tuple[str, ...], code: int, said: str
) -> None:
    refused = cli("dry-run", "asks", *args)
    assert refused.code == code
    assert said in refused.err


@pytest.mark.usefixtures("asks")
def test_a_sample_of_another_type_does_not_start_it(cli: Command) -> None:
    shown = cli("dry-run", "asks", "--sample", "poll.created")
    assert shown.code == 0
    assert "webhook: event.updated.status  does not hold" in shown.out


@pytest.mark.usefixtures("asks")
def test_an_unknown_recipe_is_not_found(cli: Command) -> None:
    assert "did you mean `asks`" in cli("dry-run", "ask").err
    assert cli("dry-run", "ask").code == 3
    assert cli("dry-run", "recipes/gone.yaml").code == 3


def test_without_a_recipes_folder_no_id_is_known(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = cli("dry-run", "asks")
    assert refused.code == 3
    assert "recipes" in refused.err


def test_an_id_may_differ_from_the_files_name(cli: Command, asks: Path) -> None:
    (asks / "recipes/asks.yaml").write_text("id: other\n" + ASKS)
    assert cli("dry-run", "other").code == 0
    assert cli("dry-run", "asks").code == 3


def test_a_broken_recipe_is_reported_and_is_a_failure(cli: Command, asks: Path) -> None:
    (asks / "recipes/asks.yaml").write_text(ASKS.replace("actions:", "actons:"))
    shown = cli("dry-run", "asks")
    assert shown.code == 1
    assert "did you mean `actions`" in shown.err


def test_a_foreseeable_failure_is_a_failure(cli: Command, asks: Path) -> None:
    (asks / "recipes/asks.yaml").write_text(ASKS.replace("text:", "txet: a, text:"))
    shown = cli("dry-run", "asks")
    assert shown.code == 1
    assert "did you mean `text`" in shown.out


def test_reads_are_made_when_asked_for_and_writes_never(cli: Command, asks: Path) -> None:
    async def against_a_sandbox() -> tuple[str, str, int]:
        async with running_sandbox(Sandbox()) as running:
            account = running.sandbox.settings.account
            (asks / "beeflow.yaml").write_text(
                f"platform: {{url: '{running.url}', token_id: {account.token_id},"
                f" secret_key: {account.secret_key}}}\n"
            )
            event = {"type": "event.updated.status", "data": {"status": "live"}}
            event["data"] |= {"event_ref": running.sandbox.refs.event}  # type: ignore[operator]
            found = await asyncio.to_thread(
                cli, "dry-run", "asks", "--event", "-", "--reads", stdin=json.dumps(event)
            )
            event["data"] |= {"event_ref": "nosuchevent1"}  # type: ignore[operator]
            lost = await asyncio.to_thread(
                cli, "dry-run", "asks", "--event", "-", "--reads", stdin=json.dumps(event)
            )
            return found.out, lost.out, len(running.sandbox.slack.messages)

    import os

    os.environ["BEEFLOW_SECRET_WORD"] = "word-of-honour"
    try:
        found, lost, messages = asyncio.run(against_a_sandbox())
    finally:
        del os.environ["BEEFLOW_SECRET_WORD"]
    assert "(a read, made)  as event" in found
    assert "answer: {" in found
    assert "word-of-honour" not in found
    assert "*** 3" in found
    assert messages == 0
    assert "fails: " in lost
    assert "404" in lost


def test_what_is_secret_by_nature_is_not_shown(cli: Command, project: Path) -> None:
    recipe = """
trigger: {webhook: event.updated.streamkey.reset}
conditions: [trigger.data.key != 'x']
actions: [{action: log.write, with: {message: "the key is {{ trigger.data.key }}"}}]
"""
    (project / "recipes/key.yaml").write_text(recipe)
    for options in ((), ("--json",)):
        shown = cli("dry-run", "key", *options)
        assert shown.code == 0
        assert "the key is ***" in shown.out
        assert "59f71f6b" not in shown.out
