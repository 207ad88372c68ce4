"""Retrying many runs: listed, asked about, and done with what can be done."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from beeflow.cli import bulk
from beeflow.cli.ending import FAILED, NOTHING, USAGE
from beeflow.cli.orders import AllDone, Order, Result

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command

STOPS = "actions:\n  - stop: enough\n    outcome: failed\n"


@pytest.fixture
def dead(cli: Command, project: Path) -> None:
    """Three runs that failed, of two recipes, and one that did not."""
    (project / "recipes/stops.yaml").write_text(STOPS)
    (project / "recipes/other.yaml").write_text(STOPS)
    for recipe in ("stops", "other", "stops", "hello"):
        cli("run", recipe, "--json")


def outcomes(cli: Command) -> dict[str, str]:
    rows = json.loads(cli("runs", "list", "--json").out)
    return {row["id"]: row["outcome"] or row["status"] for row in rows}


@pytest.mark.usefixtures("dead")
def test_what_would_be_retried_is_listed_the_oldest_first(cli: Command) -> None:
    shown = cli("runs", "retry", "--all", "--dry-run")
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["r-1", "r-2", "r-3"]
    assert lines[-1] == "3 runs would be retried"
    one = json.loads(cli("runs", "retry", "--all", "--recipe", "other", "--dry-run", "--json").out)
    assert [row["id"] for row in one] == ["r-2"]
    assert set(outcomes(cli).values()) == {"failed", "succeeded"}


@pytest.mark.usefixtures("dead")
def test_all_of_a_filter_are_retried_and_nothing_else(cli: Command) -> None:
    shown = cli("runs", "retry", "--all", "--recipe", "stops", "--since", "1h", "--yes")
    assert shown.code == 0
    assert shown.out.endswith("2 runs retried\n")
    assert "beeflow serve" in shown.err
    assert outcomes(cli) == {"r-1": "ready", "r-2": "failed", "r-3": "ready", "r-4": "succeeded"}


@pytest.mark.usefixtures("dead")
def test_without_somebody_to_ask_it_must_be_said_twice(cli: Command) -> None:
    for more in ((), ("--json",)):
        refused = cli("runs", "retry", "--all", *more)
        assert refused.code == USAGE
        assert "3 runs would be retried: say --yes" in refused.err
    assert set(outcomes(cli).values()) == {"failed", "succeeded"}


@pytest.mark.usefixtures("dead")
@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", FAILED)])
def test_at_a_terminal_it_is_asked(
    cli: Command, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr(bulk, "_somebody_is_there", lambda: True)
    shown = cli("runs", "retry", "--all", stdin=answer)
    assert shown.code == code
    assert "retry 3 runs? [y/N]" in shown.err
    assert ("nothing was retried" in shown.err) == (code != 0)


@pytest.mark.usefixtures("dead")
def test_there_may_be_nothing_and_it_must_be_clear_what(cli: Command) -> None:
    assert cli("runs", "retry", "--all", "--outcome", "unknown").code == NOTHING
    assert cli("runs", "retry", "--all", "--outcome", "succeeded").code == USAGE
    for args in ((), ("r-1", "--all"), ("r-1", "--yes"), ("r-1", "--recipe", "stops")):
        assert cli("runs", "retry", *args).code == USAGE, args


@pytest.mark.usefixtures("dead")
def test_one_that_is_refused_does_not_stop_the_others(
    cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "operate_all", _first_refused)
    shown = cli("runs", "retry", "--all", "--yes")
    assert shown.code == FAILED
    assert shown.out.endswith("2 runs retried\n")
    assert shown.err == "r-1 was not: it is gone\n"
    told = json.loads(cli("runs", "retry", "--all", "--yes", "--json").out)
    assert told[0] == {"id": "r-1", "retried": False, "why": "it is gone"}


def _first_refused(_setup: object, orders: list[Order], _shown: object) -> AllDone:
    first, *others = orders
    refused = Result(first, refused="it is gone")
    return AllDone((refused, *(Result(order, {}) for order in others)), later=False)


def test_an_unknown_outcome_is_asked_about_with_what_it_means(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_somebody_is_there", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    bulk._confirm(2, unknown=True, asked=bulk.Asked(dry_run=False, yes=False, as_json=False))
    assert "is done again" in capsys.readouterr().err


@pytest.fixture
def stops(project: Path) -> None:
    """A recipe that fails, there before the daemon is."""
    (project / "recipes/stops.yaml").write_text(STOPS)


@pytest.mark.usefixtures("stops", "daemon")
def test_a_running_daemon_does_it(cli: Command) -> None:
    assert cli("run", "stops", "--json").code == FAILED
    shown = cli("runs", "retry", "--all", "--yes")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.endswith("1 run retried\n")
