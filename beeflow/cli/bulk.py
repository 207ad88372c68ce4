"""Doing one thing with many runs or events: listed first, and only when somebody says so."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, Literal

import click
import msgspec

from beeflow.cli.ending import FAILED
from beeflow.cli.orders import LATER, AllDone, Order, Result, operate_all
from beeflow.cli.progress import progress
from beeflow.cli.run_text import OUTCOME_STYLES
from beeflow.cli.terminal import console, counted, print_json, print_table
from beeflow.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from beeflow.cli.options import Setup
    from beeflow.types import Json

_RUNS: Final = ("id", "created_at", "recipe", "status", "outcome", "event", "reason")
_EVENTS: Final = ("id", "received_at", "source", "type", "runs")


class Deed(msgspec.Struct, frozen=True):
    """What is done with each: `retry` a `run`, which is then `retried`. `body` goes with it.

    `warning` is told before it is asked about.
    """

    noun: Literal["run", "event"]
    verb: Literal["replay", "retry", "cancel", "resolve"]
    done: str
    doing: str
    body: Mapping[str, Json] = {}
    warning: str = ""

    def order(self, row: Mapping[str, Any]) -> Order:
        """Return the order for one of them."""
        kind: Literal["runs", "events"] = "runs" if self.noun == "run" else "events"
        return Order(kind, str(row["id"]), self.verb, self.body)


class Asked(msgspec.Struct, frozen=True):
    """How it was asked for: only to list, without a question, as JSON."""

    dry_run: bool
    yes: bool
    as_json: bool


def bulk_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add `--all`, `--dry-run` and `--yes`."""
    for option in (
        click.option("--yes", is_flag=True, help="With --all: do not ask."),
        click.option("--dry-run", is_flag=True, help="With --all: only list them."),
        click.option("--all", "all_", is_flag=True, help="All that are meant, instead of one."),
    ):
        command = option(command)
    return command


def one_or_all(what: str, given: str | None, *, all_: bool, narrowed: Mapping[str, object]) -> None:
    """Raise `UsageError` unless one is named, or all are meant; `narrowed` goes with `--all`."""
    if all_ == (given is not None):
        raise UsageError(f"say which {what}, or --all: one of the two")
    idle = [name for name, value in narrowed.items() if value]
    if given is not None and idle:
        raise UsageError(f"{', '.join(idle)} {'goes' if len(idle) == 1 else 'go'} with --all")


def print_runs(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print runs as a table."""
    cells = [["" if row[one] is None else str(row[one]) for one in _RUNS] for row in rows]
    styles = ("cyan", "dim", "", "", lambda cell: OUTCOME_STYLES.get(cell, ""))
    print_table(console(), _RUNS, cells, styles)


def print_events(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print events as a table."""
    cells = [[str(row[column]) for column in _EVENTS] for row in rows]
    print_table(console(), _EVENTS, cells, ("cyan", "dim"))


def do_all(setup: Setup, deed: Deed, rows: Sequence[Mapping[str, Any]], asked: Asked) -> None:
    """Do it with all that are listed, in their order. Raises `NothingFound` where there is none."""
    if not rows:
        raise NothingFound(f"no {deed.noun} is meant by this: there is nothing to {deed.verb}")
    if not asked.as_json:
        (print_runs if deed.noun == "run" else print_events)(rows)
    if asked.dry_run:
        _tell_only(deed, rows, asked)
        return
    _confirm(deed, len(rows), asked)
    with progress(deed.doing, len(rows)) as show:
        done = operate_all(setup, [deed.order(row) for row in rows], show)
    _tell(deed, done, asked)


def _tell_only(deed: Deed, rows: Sequence[Mapping[str, Any]], asked: Asked) -> None:
    if asked.as_json:
        print_json([dict(row) for row in rows])
    else:
        console().print(f"\n{counted(len(rows), deed.noun)} would be {deed.done}")


def _confirm(deed: Deed, number: int, asked: Asked) -> None:
    """Ask, unless it was said already; raises `UsageError` where nobody can be asked."""
    if asked.yes:
        return
    what = counted(number, deed.noun)
    if asked.as_json or not _somebody_is_there():
        raise UsageError(f"{what} would be {deed.done}: say --yes if you mean it, --dry-run to see")
    if deed.warning:
        click.echo(f"\n{deed.warning}", err=True)
    if not click.confirm(f"\n{deed.verb} {what}?", err=True):
        click.echo(f"nothing was {deed.done}", err=True)
        raise click.exceptions.Exit(FAILED)


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def _tell(deed: Deed, done: AllDone, asked: Asked) -> None:
    refused = [result for result in done.results if result.refused is not None]
    if asked.as_json:
        print_json([_row(deed, result) for result in done.results])
    else:
        number = len(done.results) - len(refused)
        console().print(f"{counted(number, deed.noun)} {deed.done}")
        for result in refused:
            click.echo(f"{result.order.id} was not: {result.refused}", err=True)
        if done.later and number:
            click.echo(LATER, err=True)
    if refused:
        raise click.exceptions.Exit(FAILED)


def _row(deed: Deed, result: Result) -> dict[str, Json]:
    """Return what became of one; of a replayed event, as what it entered and what it started."""
    row: dict[str, Json] = {
        "id": result.order.id,
        deed.done: result.refused is None,
        "why": result.refused,
    }
    if deed.verb == "replay" and result.told is not None:
        row |= {"event": result.told["event"], "runs": result.told["runs"]}
    return row
