from __future__ import annotations

import asyncio
import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from drivers.backtest.recording import POLL, recorded

from beeflow.cli.options import read_setup
from beeflow.daemon.assembly import open_journal
from beeflow.engine.event import NewEvent
from beeflow.engine.journal.records import Admission

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command

LIVE = {"event_ref": "E1", "status": "live"}
EVENTS = [(60.0, "event.updated.status", LIVE | {"event_ref": f"E{at}"}) for at in range(3)]


@pytest.fixture(scope="module")
def lines() -> list[str]:
    answers = {"events__get": {"event_title": "Launch"}, "polls__create": {"poll_ref": "P|1"}}
    told = asyncio.run(recorded({"poll": POLL}, EVENTS, **answers))
    return [json.dumps(line) for line in told]


def git(*args: str) -> None:
    me = ("-c", "user.name=Someone", "-c", "user.email=someone@example.com")
    subprocess.run(["git", *me, *args], check=True, capture_output=True)


@pytest.fixture
def repository(project: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose poll comes after five minutes, and after ten in the last commit."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for recipe in (project / "recipes").iterdir():
        recipe.unlink()
    (project / "recipes/poll.yaml").write_text(POLL)
    (project / "week.jsonl").write_text("\n".join(lines))
    git("init", "-q", ".")
    git("add", "-A")
    git("commit", "-qm", "Ten minutes")
    (project / "recipes/poll.yaml").write_text(POLL.replace("10m", "5m"))
    return project


@pytest.mark.usefixtures("repository")
def test_the_table_and_the_calls_side_by_side(cli: Command) -> None:
    told = cli("backtest", "--events", "week.jsonl", "--base", "HEAD")
    assert told.code == 0
    assert "Ten minutes) → here" in told.out
    assert told.out.count("polls.create: 10m after the event → 5m after the event (5m e") == 4
    assert "poll  3 events, such as e-1" in told.out
    row = next(line for line in told.out.splitlines() if line.startswith("    polls.create 10m"))
    assert "  |  polls.create 5m after the event" in row
    assert "3 events played; recipes compared: poll\n3 differences in 3 decisions" in told.out
    assert "not played: schedules, event starts and watches" in told.out


@pytest.mark.usefixtures("repository")
def test_without_a_base_it_is_held_against_the_record(cli: Command) -> None:
    told = cli("backtest", "poll", "--events", "week.jsonl")
    assert told.code == 0
    assert told.out.startswith("recorded → here\n")
    assert "(5m earlier)" in told.out


@pytest.mark.usefixtures("repository")
def test_markdown_is_for_a_pull_request(cli: Command) -> None:
    told = cli("backtest", "--events", "week.jsonl", "--base", "HEAD", "--format", "markdown").out
    assert told.startswith("### Backtest: 3 differences\n")
    assert "| recipe | events | what differs |" in told
    assert (
        "| poll | 3 | polls.create: 10m after the event → 5m after the event (5m earlier)" in told
    )
    assert "<details><summary>poll: 3 events, such as e-1, e-2, e-3</summary>" in told
    assert "P\\|1" in told


@pytest.mark.usefixtures("repository")
def test_json_has_all_of_it(cli: Command) -> None:
    told = json.loads(
        cli("backtest", "--events", "week.jsonl", "--base", "HEAD", "--format", "json").out
    )
    assert (told["version"], told["events"], told["recipes"]) == (1, 3, ["poll"])
    assert told["reads"] == {"recorded": 6, "sampled": {}}
    first = told["differences"][0]
    assert (first["event"], first["recipe"]) == ("e-1", "poll")
    assert [call["after"] for call in first["before"][0]["calls"]] == [600.0, 600.0]
    assert [call["after"] for call in first["after"][0]["calls"]] == [300.0, 300.0]


@pytest.mark.usefixtures("repository")
def test_a_long_list_is_cut(cli: Command) -> None:
    told = cli("backtest", "--events", "week.jsonl", "--base", "HEAD", "--limit", "1").out
    assert "… the newest 1 of 3 (--limit 0: all)" in told


def test_lines_that_are_none_are_counted_and_passed_over(
    cli: Command, repository: Path, lines: list[str]
) -> None:
    garbage = ["\x00\x01", "{", '{"event": {"id": 1}}', "", *lines]
    (repository / "week.jsonl").write_text("\n".join(garbage))
    told = cli("backtest", "--events", "week.jsonl")
    assert told.code == 0
    assert "week.jsonl: 3 lines are not of an export" in told.err
    assert "(the first: line 1)" in told.err
    assert "3 events played" in told.out


@pytest.mark.usefixtures("repository")
def test_an_export_may_come_from_stdin(cli: Command, lines: list[str]) -> None:
    told = cli("backtest", "--events", "-", stdin="\n".join(lines))
    assert "3 events played" in told.out


@pytest.mark.usefixtures("repository")
def test_the_journal_is_played_where_no_export_is_named(cli: Command) -> None:
    assert cli("backtest").code == 3
    asyncio.run(_journaled())
    told = cli("backtest")
    assert told.code == 0
    assert "1 event played" in told.out
    assert "poll does not start → succeeded" in " ".join(told.out.split())
    assert "answered with the documented sample: events.get 1" in told.out
    refused = cli("backtest", "--since", "2030-01-01")
    assert refused.code == 3
    assert "there are no events in the journal since then" in refused.err


async def _journaled() -> None:
    journal = await open_journal(read_setup(None).config)
    try:
        body = json.dumps({"type": "event.updated.status", "data": LIVE}).encode()
        event = NewEvent("k", "main", "event.updated.status", 60.0, body, event_ref="E1")
        await journal.admit(Admission(event))
    finally:
        await journal.close()


def test_what_is_broken_is_left_out(cli: Command, repository: Path) -> None:
    (repository / "recipes/broken.yaml").write_text("trigger: {webhook: nothing}\n")
    told = cli("backtest", "--events", "week.jsonl")
    assert "left out, they have errors: broken" in told.err
    refused = cli("backtest", "broken", "--events", "week.jsonl")
    assert refused.code == 3
    assert "it has errors" in refused.err


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("pol", "--events", "week.jsonl"), 3, "did you mean `poll`"),
        (("--events", "gone.jsonl"), 2, "gone.jsonl: cannot be read"),
        (("--events", "beeflow.yaml"), 3, "there are no events in beeflow.yaml"),
        (("--events", "week.jsonl", "--base", "nowhere"), 2, "git knows no such revision"),
        (("--since", "soon"), 2, "`soon` is neither a duration nor a time"),
    ],
)
@pytest.mark.usefixtures("repository")
def test_what_cannot_be_is_refused(
    cli: Command, args: tuple[str, ...], code: int, said: str
) -> None:
    refused = cli("backtest", *args)
    assert refused.code == code
    assert said in refused.err


def test_an_empty_folder_is_nothing_found(cli: Command, repository: Path) -> None:
    (repository / "recipes/poll.yaml").unlink()
    refused = cli("backtest", "--events", "week.jsonl")
    assert refused.code == 3
    assert "there are no recipes in" in refused.err
