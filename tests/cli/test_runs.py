from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.ending import NOTHING
from beeflow.engine.journal.sqlite.lock import LockFile

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command

STOPS = "actions:\n  - set: {a: 1}\n  - stop: enough\n    outcome: failed\n"


@pytest.fixture
def failed(cli: Command, project: Path) -> None:
    (project / "recipes/stops.yaml").write_text(STOPS)
    assert cli("run", "hello", "--json").code == 0
    assert cli("run", "stops", "--json").code == 1


@pytest.mark.usefixtures("failed")
def test_runs_are_listed_newest_first(cli: Command) -> None:
    shown = cli("runs", "list").out.splitlines()
    assert [line.split()[0] for line in shown] == ["ID", "r-2", "r-1"]
    assert "enough" in shown[1]
    (row,) = json.loads(cli("runs", "list", "--outcome", "failed", "--json").out)
    keys = {"id", "recipe", "status", "outcome", "event", "created_at", "ended_at"}
    assert keys <= set(row)
    assert (row["recipe"], row["status"]) == ("stops", "done")


@pytest.mark.usefixtures("failed")
def test_lists_can_be_narrowed(cli: Command) -> None:
    for args, ids in (
        (("--recipe", "hello"), ["r-1"]),
        (("--event", "e-2"), ["r-2"]),
        (("--status", "waiting"), []),
        (("--type", "manual", "--limit", "1"), ["r-2"]),
    ):
        rows = json.loads(cli("runs", "list", "--json", *args).out)
        assert [row["id"] for row in rows] == ids, args


@pytest.mark.usefixtures("failed")
def test_a_run_is_shown_step_by_step(cli: Command) -> None:
    shown = cli("runs", "show", "r-2")
    assert shown.code == 0
    assert shown.out.startswith("r-2  stops  failed\n")
    assert "reason    enough" in shown.out
    assert "set\n                a: 1\n" in shown.out
    detail = json.loads(cli("runs", "show", "r-2", "--json").out)
    assert detail["outcome"] == "failed"
    assert cli("runs", "show", "r-9").code == NOTHING


@pytest.mark.usefixtures("failed")
def test_a_failed_run_can_be_retried_without_a_daemon(cli: Command) -> None:
    shown = cli("runs", "retry", "r-2")
    assert (shown.code, shown.out) == (0, "r-2  stops  ready\n")
    assert "beeflow serve" in shown.err
    again = cli("runs", "cancel", "r-2", "--json")
    assert json.loads(again.out)["outcome"] in {"cancelled", None}


@pytest.mark.usefixtures("failed")
def test_what_cannot_be_done_is_refused(cli: Command) -> None:
    for args, code, said in (
        (("retry", "r-1"), 2, "succeeded"),
        (("cancel", "r-1"), 2, "over already"),
        (("cancel", "r-9"), 3, "no run `r-9`"),
        (("resolve", "r-1", "succeeded"), 2, "nothing of it is unknown"),
        (("resolve", "r-1", "maybe"), 2, "'succeeded', 'failed'"),
    ):
        refused = cli("runs", *args)
        assert refused.code == code, args
        assert said in refused.err, args


UNKNOWN = """\
actions:
  - action: http.request
    as: made
    with: {url: "URL", method: POST}
    retry: {attempts: 1}
  - set: {got: "{{ made.status }}"}
"""


@pytest.fixture
def unknown(cli: Command, project: Path) -> None:
    """A run whose POST was cut off: nobody knows whether it took effect."""
    import socket
    import threading

    listener = socket.create_server(("127.0.0.1", 0))

    def cut() -> None:
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.close()

    thread = threading.Thread(target=cut)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    (project / "recipes/posts.yaml").write_text(UNKNOWN.replace("URL", url))
    (project / "beeflow.yaml").write_text("http: {allow_private: [127.0.0.0/8]}\n")
    shown = cli("run", "posts")
    thread.join()
    listener.close()
    assert shown.code == 1
    assert "unknown" in shown.out


@pytest.mark.usefixtures("unknown")
def test_an_unknown_outcome_is_told_and_can_be_answered(cli: Command) -> None:
    shown = cli("runs", "show", "r-1")
    assert "beeflow runs resolve r-1 --path actions/0#1 succeeded|failed" in shown.out
    done = cli(
        "runs", "resolve", "r-1", "succeeded", "--path", "actions/0#1", "--output", "{status: 201}"
    )
    assert (done.code, done.out) == (0, "r-1  posts  ready\n")
    detail = json.loads(cli("runs", "show", "r-1", "--json").out)
    answered = next(step for step in detail["steps"] if step["path"] == "actions/0#1")
    assert answered["output"] == {"status": 201}


@pytest.mark.usefixtures("unknown")
def test_all_unknown_outcomes_can_be_answered_at_once(cli: Command) -> None:
    listed = cli("runs", "resolve", "--all", "succeeded", "--dry-run")
    assert listed.out.endswith("1 run would be resolved\n")
    done = cli("runs", "resolve", "--all", "succeeded", "--output", "{status: 201}", "--yes")
    assert (done.code, done.out.splitlines()[-1]) == (0, "1 run resolved")
    assert json.loads(cli("runs", "show", "r-1", "--json").out)["status"] == "ready"
    assert cli("runs", "resolve", "--all", "succeeded", "--yes").code == NOTHING


@pytest.mark.usefixtures("unknown")
def test_an_unknown_outcome_can_be_answered_as_failed(cli: Command) -> None:
    done = cli("runs", "resolve", "r-1", "failed", "--message", "it never arrived", "--json")
    assert done.code == 0
    shown = cli("runs", "show", "r-1")
    assert "it never arrived" in shown.out


def test_the_daemon_is_asked_where_one_runs(cli: Command, daemon: str, project: Path) -> None:
    assert daemon
    assert cli("send", "event.created").code == 0
    for _ in range(100):
        rows = json.loads(cli("runs", "list", "--json").out)
        if rows and rows[0]["outcome"]:
            break
    refused = cli("runs", "cancel", "r-1")
    assert refused.code == 2
    assert "cannot be cancelled" in refused.err
    config = (project / "beeflow.yaml").read_text()
    (project / "beeflow.yaml").write_text(config.replace("swordfish-1", "a-wrong-one"))
    refused = cli("runs", "cancel", "r-1")
    assert refused.code == 2
    assert "server.password" in refused.err
    (project / "beeflow.yaml").write_text("server: {port: 1, password: swordfish-1}\n")
    refused = cli("runs", "cancel", "r-1")
    assert refused.code == 2
    assert "cannot be cancelled" in refused.err  # it was found where it really listens


def test_an_owner_that_does_not_answer_is_named(cli: Command, project: Path) -> None:
    lock = LockFile(project / "beeflow.db")
    lock.take()
    lock.announce("http://127.0.0.1:1")
    (project / "beeflow.db").touch()
    refused = cli("runs", "cancel", "r-1")
    lock.release()
    assert refused.code == 1
    assert "in use by process" in refused.err
    assert "does not answer" in refused.err
