"""Many runs or events at once: listed, asked about, and done with what can be done."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest

from beeflow.cli import bulk, orders
from beeflow.cli.ending import FAILED, NOTHING, USAGE
from beeflow.cli.orders import AllDone, Order, Result
from beeflow.errors import ActionError, Failure

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


def _first_refused(_setup: object, given: list[Order], _shown: object) -> AllDone:
    first, *others = given
    refused = Result(first, refused="it is gone")
    return AllDone((refused, *(Result(order, {}) for order in others)), later=False)


def test_what_it_means_is_told_before_it_is_asked_about(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_somebody_is_there", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    deed = bulk.Deed("run", "retry", "retried", "retrying", warning="it is done again")
    bulk._confirm(deed, 2, bulk.Asked(dry_run=False, yes=False, as_json=False))
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


# --- the other verbs -----------------------------------------------------------------------------


@pytest.mark.usefixtures("dead")
def test_all_that_have_not_ended_are_cancelled_and_nothing_else(cli: Command) -> None:
    cli("runs", "retry", "--all", "--yes")
    shown = cli("runs", "cancel", "--all", "--recipe", "stops", "--dry-run")
    assert [line.split()[0] for line in shown.out.splitlines()[1:3]] == ["r-1", "r-3"]
    assert shown.out.endswith("2 runs would be cancelled\n")
    assert cli("runs", "cancel", "--all", "--status", "delayed", "--yes").code == NOTHING
    told = json.loads(cli("runs", "cancel", "--all", "--recipe", "stops", "--yes", "--json").out)
    assert told == [{"id": one, "cancelled": True, "why": None} for one in ("r-1", "r-3")]
    stopping = [
        json.loads(cli("runs", "show", f"r-{n}", "--json").out)["stopping"] for n in range(1, 5)
    ]
    assert stopping == [True, False, True, False]  # the next daemon sees to it


@pytest.mark.usefixtures("dead")
def test_all_events_of_a_filter_enter_again(cli: Command) -> None:
    shown = cli("events", "replay", "--all", "--recipe", "stops", "--dry-run")
    assert [line.split()[0] for line in shown.out.splitlines()[1:3]] == ["e-1", "e-3"]
    assert shown.out.endswith("2 events would be replayed\n")
    told = json.loads(cli("events", "replay", "--all", "--recipe", "stops", "--yes", "--json").out)
    assert [(one["id"], one["replayed"], one["event"], one["runs"]) for one in told] == [
        ("e-1", True, "e-5", ["r-5"]),
        ("e-3", True, "e-6", ["r-6"]),
    ]
    assert cli("events", "replay", "--all", "--outcome", "unknown", "--yes").code == NOTHING
    assert cli("events", "replay", "--all", "--source", "main", "--yes").code == NOTHING


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("runs", "cancel"), "say which run (such as r-2093), or --all: one of the two"),
        (("runs", "cancel", "r-1", "--status", "waiting"), "--status goes with --all"),
        (("runs", "cancel", "--all", "--status", "done"), "'done' is not one of"),
        (("runs", "resolve", "r-1"), "the outcome is missing: say one of 'succeeded', 'failed'"),
        (("runs", "resolve", "--all"), "the outcome is missing"),
        (("runs", "resolve", "--all", "maybe"), "`maybe` is no outcome"),
        (("runs", "resolve", "--all", "r-1", "failed"), "one of the two"),
        (("runs", "resolve", "--all", "failed", "--path", "a"), "--path is a step of one run"),
        (("runs", "resolve", "r-1", "failed", "--output", "a"), "--output goes with `succeeded`"),
        (("runs", "resolve", "r-1", "succeeded", "--message", "a"), "--message goes with `failed`"),
        (("runs", "resolve", "r-1", "failed", "--yes", "--recipe", "a"), "--recipe, --yes go with"),
        (("runs", "list", "--limit", "9" * 20), "is not in the range"),
        (("events", "replay"), "say which event (such as e-1042), or --all"),
        (("events", "replay", "e-1", "--source", "main"), "--source goes with --all"),
        (("events", "replay", "--all", "--since", "soon"), "neither a duration nor a time"),
    ],
)
def test_it_must_be_clear_what_is_meant(cli: Command, args: tuple[str, ...], told: str) -> None:
    refused = cli(*args)
    assert refused.code == USAGE
    assert told in " ".join(refused.err.split())


def test_where_the_daemon_is_gone_nothing_further_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def by_daemon(_setup: object, order: Order, _locked: object) -> dict[str, object]:
        asked.append(order.id)
        if order.id == "r-2":
            raise ActionError(Failure("connection", "it does not answer"))
        return {}

    monkeypatch.setattr(orders, "_by_daemon", by_daemon)
    given = [Order("runs", f"r-{number}", "retry") for number in (1, 2, 3)]
    done = orders._all_by_daemon(None, given, None, lambda _done: None)  # type: ignore[arg-type]  # not looked at
    assert [one.refused for one in done] == [None, "it does not answer", "it does not answer"]
    assert asked == ["r-1", "r-2"]
