from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.ending import NOTHING

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command


@pytest.fixture
def two(cli: Command, project: object) -> None:
    assert project
    assert cli("run", "hello", "--json").code == 0
    assert cli("run", "live", "--json").code == 1


@pytest.mark.usefixtures("two")
def test_events_are_listed_newest_first(cli: Command) -> None:
    shown = cli("events", "list")
    assert [line.split()[0] for line in shown.out.splitlines()] == ["ID", "e-2", "e-1"]
    rows = json.loads(cli("events", "list", "--json").out)
    assert {"id", "source", "type", "received_at", "runs"} <= set(rows[0])
    assert [row["runs"] for row in rows] == [1, 1]


@pytest.mark.usefixtures("two")
def test_lists_can_be_narrowed(cli: Command) -> None:
    for args, ids in (
        (("--limit", "1"), ["e-2"]),
        (("--limit", "0"), ["e-2", "e-1"]),
        (("--recipe", "hello"), ["e-1"]),
        (("--outcome", "failed"), ["e-2"]),
        (("--type", "poll.created"), []),
        (("--source", "manual"), ["e-2", "e-1"]),
        (("--since", "1h"), ["e-2", "e-1"]),
        (("--since", "2199-01-01"), []),
    ):
        rows = json.loads(cli("events", "list", "--json", *args).out)
        assert [row["id"] for row in rows] == ids, args


@pytest.mark.parametrize(
    "args", [("--since", "soon"), ("--limit", "-1"), ("--outcome", "fine"), ("--limit", "x")]
)
def test_a_wrong_filter_is_refused(cli: Command, args: tuple[str, ...]) -> None:
    assert cli("events", "list", *args).code == 2


@pytest.mark.usefixtures("two")
def test_an_event_is_shown_with_its_payload_and_its_runs(cli: Command) -> None:
    shown = cli("events", "show", "e-1")
    assert shown.code == 0
    assert "r-1  hello  succeeded" in shown.out
    assert '"data": {}' in shown.out
    detail = json.loads(cli("events", "show", "e-1", "--json").out)
    assert detail["payload"] == {"data": {}}
    assert detail["started"][0]["id"] == "r-1"
    assert cli("events", "show", "e-9").code == NOTHING


@pytest.mark.usefixtures("project")
def test_without_a_journal_there_is_nothing(cli: Command) -> None:
    assert cli("events", "list").code == NOTHING
    assert cli("events", "replay", "e-1").code == NOTHING


@pytest.mark.usefixtures("two")
def test_an_event_can_be_replayed_without_a_daemon(cli: Command) -> None:
    shown = cli("events", "replay", "e-1")
    assert shown.code == 0
    assert "entered again as e-3, and started r-3" in shown.out
    assert "beeflow serve" in shown.err
    told = json.loads(cli("events", "replay", "e-1", "--json").out)
    assert told == {"status": "accepted", "event": "e-4", "runs": ["r-4"]}
    assert cli("events", "replay", "e-99").code == NOTHING


def test_networks_that_are_allowed_are_so_without_a_daemon(cli: Command, project: Path) -> None:
    """What the daemon takes for a right recipe was broken for a replay without one."""
    text = "trigger: {webhook: poll.created}\nactions:\n  - action: http.request\n"
    text += "    with: {url: 'http://127.0.0.1:9/'}\n    retry: {attempts: 1}\n"
    (project / "recipes/hello.yaml").write_text(text)
    (project / "beeflow.yaml").write_text("http: {allow_private: [127.0.0.0/8]}\n")
    payload = '{"type": "poll.created", "data": {}}'
    assert cli("run", "hello", "--event", "-", stdin=payload).code == 1
    shown = cli("events", "replay", "e-1")
    assert "started r-2" in shown.out, shown
    assert "broken" not in shown.err


@pytest.mark.usefixtures("daemon")
def test_an_event_is_replayed_by_the_daemon(cli: Command) -> None:
    assert cli("send", "poll.created").code == 0
    shown = cli("events", "replay", "e-1")
    assert shown.code == 0, shown.err
    assert "started no run" in shown.out
    assert shown.err == ""
    assert cli("events", "replay", "e-99").code == NOTHING


def test_a_journal_elsewhere_is_not_read_here(cli: Command, project: Path) -> None:
    (project / "beeflow.yaml").write_text("journal: {url: 'postgresql://localhost/x'}\n")
    refused = cli("events", "list")
    assert refused.code == 2
    assert "journal.url" in refused.err
