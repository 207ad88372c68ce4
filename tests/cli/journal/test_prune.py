"""`beeflow journal prune`: by the daemon, or by the command itself."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.ending import NOTHING, USAGE

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command


@pytest.mark.usefixtures("project")
def test_a_journal_that_nobody_owns_is_pruned_by_the_command(cli: Command) -> None:
    assert cli("run", "hello", "--json").code == 0
    assert cli("run", "hello", "--json").code == 0

    tried = cli("journal", "prune", "--older-than", "0s", "--dry-run")
    assert "2 runs and 2 events older than" in tried.out
    assert "would be pruned" in tried.out
    assert len(json.loads(cli("runs", "list", "--json").out)) == 2

    recent = json.loads(cli("journal", "prune", "--json").out)
    assert (recent["runs"], recent["events"]) == (0, 0)

    shown = cli("journal", "prune", "--older-than", "0s", "--vacuum")
    assert "2 runs and 2 events older than" in shown.out
    assert "were pruned" in shown.out
    assert "1 text of recipes that no run needs went, too" in shown.out
    assert re.search(r"the journal is \S+ KiB smaller: \S+ KiB\n", shown.out)
    assert json.loads(cli("runs", "list", "--json").out) == []


@pytest.mark.usefixtures("daemon")
def test_a_daemons_journal_is_pruned_by_the_daemon(cli: Command) -> None:
    assert cli("send", "poll.created").code == 0

    told = json.loads(cli("journal", "prune", "--older-than", "0s", "--vacuum", "--json").out)

    assert (told["runs"], told["events"], told["texts"], told["dry_run"]) == (0, 1, 0, False)
    assert told["freed"] >= 0
    assert cli("send", "poll.created").code == 0


@pytest.mark.usefixtures("daemon")
def test_a_daemon_that_does_not_answer_is_named(cli: Command, project: Path) -> None:
    lock = project / "beeflow.db.lock"
    pid = lock.read_text().split("\n")[0]
    lock.write_text(f"{pid}\nhttp://127.0.0.1:9\n")

    refused = cli("journal", "prune")

    assert refused.code == 1
    assert f"in use by process {pid}" in refused.err
    assert "does not answer" in refused.err


def test_an_age_must_be_known_and_one(cli: Command, project: Path) -> None:
    assert cli("journal", "prune").code == NOTHING
    assert cli("run", "hello", "--json").code == 0
    assert cli("journal", "prune", "--dry-run", "--vacuum").code == USAGE
    for text in ("soon", "-3d"):
        assert cli("journal", "prune", "--older-than", text).code == USAGE
    secret = (project / "beeflow.yaml").read_text()
    (project / "beeflow.yaml").write_text(secret + "journal: {retention: null}\n")
    refused = cli("journal", "prune")
    assert refused.code == USAGE
    assert "--older-than" in refused.err
