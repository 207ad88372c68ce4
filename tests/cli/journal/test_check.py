"""`beeflow journal check`."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.ending import FAILED, NOTHING, USAGE

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command


@pytest.fixture
def one(cli: Command, project: Path) -> Path:
    """A journal with one run; returns its file."""
    assert cli("run", "hello", "--json").code == 0
    return project / "beeflow.db"


@pytest.mark.usefixtures("one")
def test_a_whole_journal_is_told_with_what_it_holds(cli: Command) -> None:
    shown = cli("journal", "check")

    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("beeflow.db  whole\n")
    assert "1 event, 1 run" in shown.out
    assert "1 succeeded" in shown.out
    assert "in use   by nobody" in shown.out
    told = json.loads(cli("journal", "check", "--json").out)
    assert (told["whole"], told["findings"], told["events"]) == (True, [], 1)
    assert told["outcomes"] == {"succeeded": 1}


def test_what_is_wrong_is_told_and_ends_with_one(cli: Command, one: Path) -> None:
    one.with_name("beeflow.db.v1").touch()
    db = sqlite3.connect(one)
    db.execute("DELETE FROM event")
    db.commit()
    db.close()

    shown = cli("journal", "check")

    assert shown.code == FAILED
    assert "something is wrong" in shown.out
    assert "wrong    1 events are gone that nothing pruned" in shown.out
    assert "copy     beeflow.db.v1, from before a migration" in shown.out
    told = json.loads(cli("journal", "check", "--json").out)
    assert not told["whole"]
    assert told["copies"] == ["beeflow.db.v1"]


def test_damage_is_told_without_counts(cli: Command, one: Path) -> None:
    whole = bytearray(one.read_bytes())
    db = sqlite3.connect(one)
    page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'run_outcome'").fetchone()[0]
    db.close()
    whole[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    one.write_bytes(whole)

    shown = cli("journal", "check")

    assert shown.code == FAILED
    assert "it is damaged" in shown.out
    assert "holds" not in shown.out
    assert "events" not in json.loads(cli("journal", "check", "--json").out)


@pytest.mark.usefixtures("daemon")
def test_it_works_while_the_daemon_runs(cli: Command) -> None:
    assert cli("send", "poll.created").code == 0
    assert "in use   by process" in cli("journal", "check").out


def test_without_a_file_there_is_nothing(cli: Command, project: Path) -> None:
    assert cli("journal", "check").code == NOTHING
    assert list(project.glob("beeflow.db*")) == []
    (project / "beeflow.yaml").write_text("journal: {url: 'postgresql://localhost/x'}\n")
    assert cli("journal", "check").code == USAGE
