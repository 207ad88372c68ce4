"""`beeflow journal export`: what the lines hold, masked, and where they go."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from beeflow.cli.ending import NOTHING, USAGE

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command

RESET = (
    '{"type": "event.updated.streamkey.reset", "data": {"event_ref": "E1", "key": "live-key-1"}}'
)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def two(cli: Command, project: Path) -> None:
    """Let a run succeed, and one fail whose payload holds a stream key."""
    assert cli("run", "hello", "--json").code == 0
    (project / "reset.json").write_text(RESET)
    assert cli("run", "live", "--event", "reset.json", "--json").code == 0


@pytest.mark.usefixtures("two")
def test_each_run_follows_the_event_it_began_with(cli: Command) -> None:
    shown = cli("journal", "export")

    head, *rest = lines(shown.out)
    assert (shown.code, shown.err) == (0, "")
    assert head["journal"]["format"] == 1
    assert head["journal"]["masked"] is True
    assert [next(iter(line)) for line in rest] == ["event", "run", "event", "run"]
    assert [line["event"]["id"] for line in rest[::2]] == ["e-1", "e-2"]
    assert [line["run"]["event"] for line in rest[1::2]] == ["e-1", "e-2"]


@pytest.mark.usefixtures("two")
def test_a_run_has_its_calls_with_arguments_and_answers_and_its_other_steps(cli: Command) -> None:
    run = lines(cli("journal", "export").out)[2]

    (call,) = run["calls"]
    assert call["action"] == "log.write"
    assert call["args"] == {"message": "hello you"}
    assert (call["effect"], call["status"], call["output"]) == ("idempotent", "done", None)
    assert run["run"]["inputs"] == {"who": "you"}
    assert run["run"]["events"] == ["e-1"]
    assert [step["kind"] for step in run["steps"]] == ["now"]


@pytest.mark.usefixtures("two")
def test_what_is_secret_is_masked_unless_it_is_to_be_revealed(cli: Command) -> None:
    assert "live-key-1" not in cli("journal", "export").out

    revealed = cli("journal", "export", "--reveal")

    head, *rest = lines(revealed.out)
    assert head["journal"]["masked"] is False
    assert rest[2]["event"]["payload"]["data"]["key"] == "live-key-1"


@pytest.mark.usefixtures("two")
def test_the_newest_events_and_the_recent_ones_can_be_had_alone(cli: Command) -> None:
    for args, ids in (
        (("--limit", "1"), ["e-2"]),
        (("--limit", "7"), ["e-1", "e-2"]),
        (("--since", "1h"), ["e-1", "e-2"]),
        (("--since", "2199-01-01"), []),
        (("--since", "2199-01-01", "--limit", "1"), []),
    ):
        found = [
            line["event"]["id"]
            for line in lines(cli("journal", "export", *args).out)[1::1]
            if "event" in line
        ]
        assert found == ids, args


@pytest.mark.usefixtures("two")
def test_a_file_is_its_owners_alone_and_never_overwritten_unasked(
    cli: Command, project: Path
) -> None:
    shown = cli("journal", "export", "out.jsonl")

    assert shown.out == "2 events and 2 runs written to out.jsonl\n"
    assert (project / "out.jsonl").stat().st_mode & 0o777 == 0o600
    whole = lines((project / "out.jsonl").read_text())
    assert len(whole) == 5

    again = cli("journal", "export", "out.jsonl")
    assert again.code == USAGE
    assert "--force" in again.err

    forced = cli("journal", "export", "out.jsonl", "--force", "--limit", "1", "--json")
    assert json.loads(forced.out) == {"file": "out.jsonl", "events": 1, "runs": 1}
    assert len(lines((project / "out.jsonl").read_text())) == 3


@pytest.mark.usefixtures("two")
def test_json_without_a_file_is_refused_because_it_would_do_nothing(cli: Command) -> None:
    assert cli("journal", "export", "--json").code == USAGE


@pytest.mark.usefixtures("project")
def test_without_a_journal_there_is_nothing_and_no_file(cli: Command, project: Path) -> None:
    assert cli("journal", "export", "out.jsonl").code == NOTHING
    assert not list(project.glob("out.jsonl*"))


@pytest.mark.usefixtures("daemon")
def test_it_works_while_the_daemon_runs(cli: Command) -> None:
    assert cli("send", "poll.created").code == 0
    assert [next(iter(line)) for line in lines(cli("journal", "export").out)] == [
        "journal",
        "event",
    ]
