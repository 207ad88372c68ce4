"""`beeflow journal backup`."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.ending import NOTHING, USAGE

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command


@pytest.mark.usefixtures("daemon")
def test_a_running_daemons_journal_is_copied_for_its_owner_alone(
    cli: Command, project: Path
) -> None:
    assert cli("send", "poll.created").code == 0

    shown = cli("journal", "backup", "copy.db")

    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("copy.db  ")
    assert "1 event, 0 runs; the copy is whole" in shown.out
    assert (project / "copy.db").stat().st_mode & 0o777 == 0o600
    assert list(project.glob("copy.db*")) == [project / "copy.db"]
    copy = sqlite3.connect(project / "copy.db")
    assert copy.execute("SELECT type FROM event").fetchall() == [("poll.created",)]
    copy.close()


def test_a_copy_is_named_by_its_time_and_replaced_only_when_asked(
    cli: Command, project: Path
) -> None:
    assert cli("run", "hello", "--json").code == 0

    told = json.loads(cli("journal", "backup", "--json").out)

    (made,) = project.glob("beeflow-*Z.db")
    assert told == {
        "file": made.name,
        "bytes": made.stat().st_size,
        "events": 1,
        "runs": 1,
    }
    assert cli("journal", "backup", made.name).code == USAGE
    assert cli("journal", "backup", made.name, "--force").code == 0


@pytest.mark.usefixtures("project")
def test_without_a_journal_there_is_nothing_and_no_copy(cli: Command, project: Path) -> None:
    assert cli("journal", "backup", "copy.db").code == NOTHING
    assert not list(project.glob("*.db*"))
