from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cli.project import HELLO, Command

from beeflow.cli.ending import NOTHING
from beeflow.engine.journal.sqlite.lock import LockFile

if TYPE_CHECKING:
    from pathlib import Path

WAITS = """\
actions:
  - wait: 1200ms
  - run: hello
    as: other
  - set: {x: "{{ other.outcome }}"}
"""


@pytest.mark.usefixtures("project")
def test_a_run_is_told_step_by_step(cli: Command) -> None:
    shown = cli("run", "hello", "--input", "who=Ada")
    assert shown.code == 0
    assert shown.out.startswith("r-1  hello\n")
    assert "log.write" in shown.out
    assert "message: hello Ada" in shown.out
    assert shown.out.endswith("succeeded\n")


@pytest.mark.usefixtures("project")
def test_a_payload_may_stand_for_the_trigger(cli: Command) -> None:
    event = {"type": "event.updated.status", "data": {"event_ref": "REHEARSAL"}}
    shown = cli("run", "live", "--event", "-", stdin=json.dumps(event))
    assert shown.code == 0
    assert "trigger.data.event_ref = REHEARSAL" in shown.out
    assert "skipped: its conditions did not hold" in shown.out


@pytest.mark.usefixtures("project")
def test_a_failed_run_is_1(cli: Command) -> None:
    shown = cli("run", "live")
    assert shown.code == 1
    assert "failed" in shown.out
    assert json.loads(cli("run", "live", "--json").out)["outcome"] == "failed"


def test_waits_and_other_recipes_are_carried_through(cli: Command, project: Path) -> None:
    (project / "recipes/waits.yaml").write_text(WAITS)
    shown = cli("run", "waits")
    assert shown.code == 0
    assert "sleeps until" in shown.out
    assert "x: succeeded" in shown.out
    assert [row["recipe"] for row in json.loads(cli("runs", "list", "--json").out)] == [
        "hello",
        "waits",
    ]


def test_a_run_that_must_wait_for_another_of_its_group_is_left(cli: Command, project: Path) -> None:
    (project / "recipes/queues.yaml").write_text(
        "concurrency: {group: \"'one'\"}\nactions:\n  - set: {x: 1}\n"
    )
    assert cli("run", "queues").code == 0
    assert cli("events", "replay", "e-1").code == 0
    shown = cli("run", "queues")
    assert shown.code == 0
    assert "queued behind another run of its group" in shown.out


def test_a_file_outside_the_folder_can_be_run(cli: Command, project: Path) -> None:
    (project / "other.yaml").write_text(HELLO)
    shown = cli("run", "other.yaml")
    assert shown.code == 0
    assert shown.out.startswith("r-1  other\n")


def test_what_the_run_policy_keeps_back_is_said(cli: Command, project: Path) -> None:
    (project / "recipes/hello.yaml").write_text(
        "concurrency: {group: \"'one'\", mode: drop}\n" + HELLO
    )
    assert cli("run", "hello").code == 0
    assert cli("events", "replay", "e-1").code == 0
    shown = cli("run", "hello")
    assert shown.code == 0
    assert "skipped: dropped: another run of its group has not ended" in shown.out


@pytest.mark.usefixtures("daemon")
def test_where_a_daemon_runs_the_daemon_runs_it(cli: Command) -> None:
    shown = cli("run", "hello", "--input", "who=daemon")
    assert shown.code == 0, shown.err
    assert "message: hello daemon" in shown.out
    refused = cli("run", "hello", "--input", "whom=x")
    assert refused.code == 2


def test_a_daemon_that_does_not_know_the_recipe_says_so(
    cli: Command, daemon: str, project: Path
) -> None:
    assert daemon
    (project / "other.yaml").write_text(HELLO)
    refused = cli("run", "other.yaml")
    assert refused.code == 3
    assert "other" in refused.err


def test_an_owner_of_the_journal_that_does_not_answer_is_named(cli: Command, project: Path) -> None:
    lock = LockFile(project / "beeflow.db")
    lock.take()
    lock.announce("http://127.0.0.1:1")
    refused = cli("run", "hello")
    lock.release()
    assert refused.code == 1
    assert "in use by process" in refused.err
    assert "does not answer" in refused.err


def test_what_a_daemon_would_not_load_is_not_run(cli: Command, project: Path) -> None:
    (project / "recipes/bad.yaml").write_text(
        "actions:\n  - {action: log.write, with: {message: hello}}\n"
        "  - {action: log.write, with: {mesage: '{{ nowhere }}'}}\n"
    )
    refused = cli("run", "bad")
    assert refused.code == 1
    assert "unknown-parameter" in refused.err
    assert "unknown-name" in refused.err
    assert cli("runs", "list").code == NOTHING
