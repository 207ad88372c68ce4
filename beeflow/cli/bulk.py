"""Retrying many runs at once: listed first, and only when somebody says so."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from beeflow.cli.ending import FAILED
from beeflow.cli.history import open_archive
from beeflow.cli.orders import LATER, AllDone, Order, operate_all
from beeflow.cli.progress import progress
from beeflow.cli.run_text import OUTCOME_STYLES
from beeflow.cli.terminal import console, counted, print_json, print_table
from beeflow.engine.listing import run_row
from beeflow.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.cli.options import Setup
    from beeflow.engine.journal.records import Filter

_COLUMNS: Final = ("id", "created_at", "recipe", "status", "outcome", "event", "reason")

_REPEATED: Final = (
    "of each, the action whose outcome nobody knows is done again; `beeflow runs resolve` answers "
    "them one by one instead"
)


class Asked(msgspec.Struct, frozen=True):
    """How it was asked for: only to list, without a question, as JSON."""

    dry_run: bool
    yes: bool
    as_json: bool


def print_runs(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print runs as a table."""
    cells = [["" if row[one] is None else str(row[one]) for one in _COLUMNS] for row in rows]
    styles = ("cyan", "dim", "", "", lambda cell: OUTCOME_STYLES.get(cell, ""))
    print_table(console(), _COLUMNS, cells, styles)


def retry_all(setup: Setup, wanted: Filter, asked: Asked) -> None:
    """Retry all runs of a filter, the oldest first. Raises `NothingFound` where there is none."""
    archive = open_archive(setup)
    found = asyncio.run(archive.history.runs(wanted))
    rows = [run_row(run, archive.masking) for run in reversed(found)]
    if not rows:
        raise NothingFound(f"no run ended {wanted.outcome} so: there is nothing to retry")
    if not asked.as_json:
        print_runs(rows)
    if asked.dry_run:
        _tell_only(rows, asked)
        return
    _confirm(len(rows), wanted.outcome == "unknown", asked)
    orders = [Order("runs", str(row["id"]), "retry") for row in rows]
    with progress("retrying", len(orders)) as show:
        done = operate_all(setup, orders, show)
    _tell(done, asked)


def _tell_only(rows: Sequence[Mapping[str, Any]], asked: Asked) -> None:
    if asked.as_json:
        print_json([dict(row) for row in rows])
    else:
        console().print(f"\n{counted(len(rows), 'run')} would be retried")


def _confirm(number: int, unknown: bool, asked: Asked) -> None:
    """Ask, unless it was said already; raises `UsageError` where nobody can be asked."""
    if asked.yes:
        return
    runs = counted(number, "run")
    if asked.as_json or not _somebody_is_there():
        raise UsageError(f"{runs} would be retried: say --yes if you mean it, --dry-run to see")
    if unknown:
        click.echo(f"\n{_REPEATED}", err=True)
    if not click.confirm(f"\nretry {runs}?", err=True):
        click.echo("nothing was retried", err=True)
        raise click.exceptions.Exit(FAILED)


def _somebody_is_there() -> bool:
    return sys.stdin.isatty()


def _tell(done: AllDone, asked: Asked) -> None:
    refused = [result for result in done.results if result.refused is not None]
    if asked.as_json:
        print_json(
            [
                {"id": result.order.id, "retried": result.refused is None, "why": result.refused}
                for result in done.results
            ]
        )
    else:
        console().print(f"{counted(len(done.results) - len(refused), 'run')} retried")
        for result in refused:
            click.echo(f"{result.order.id} was not: {result.refused}", err=True)
        if done.later:
            click.echo(LATER, err=True)
    if refused:
        raise click.exceptions.Exit(FAILED)
