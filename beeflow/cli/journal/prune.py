"""`beeflow journal prune`: let go of what is old, now."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

import click
from msgspec.structs import asdict

from beeflow.cli.daemon_client import daemon_of
from beeflow.cli.group import Command
from beeflow.cli.journal.place import journal_path, sized
from beeflow.cli.options import Setup, config_option, json_option, read_setup
from beeflow.cli.orders import unanswered
from beeflow.cli.progress import progress
from beeflow.cli.terminal import console, counted, print_json
from beeflow.engine.journal.sqlite import SqliteHistory, SqliteJournal, pruning
from beeflow.engine.journal.sqlite.shrinking import size_of
from beeflow.errors import ActionError, JournalLocked, NothingFound, UsageError
from beeflow.types import iso, parse_duration

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.types import Json

LONGEST: Final = 3600.0
"""Seconds that a daemon is given to prune."""


def _seconds(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    if seconds < 0:
        raise click.BadParameter(f"`{text}` is in the future: what has not ended is not old")
    return seconds


@click.command("prune", cls=Command)
@click.option(
    "--older-than",
    callback=_seconds,
    metavar="DURATION",
    help="What is older goes, such as 14d (default: journal.retention).",
)
@click.option("--dry-run", is_flag=True, help="Only say how much would go.")
@click.option(
    "--vacuum", is_flag=True, help="Then write the file anew, without what became free in it."
)
@config_option
@json_option
def command(
    older_than: float | None,
    dry_run: bool,
    vacuum: bool,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Delete runs that ended long ago, and events received long ago that no run needs.

    What is pending stays, and so do runs whose outcome is unknown and what makes a webhook a
    duplicate. Texts of recipes go that are not live and that no run needs. A running daemon does
    it, and does it by itself once an hour; without one this command does. The file keeps its size,
    and what became free in it is used again, unless --vacuum writes it anew: that takes as much
    room again, and a running daemon answers webhooks with 503 until it is done.

    Examples:
      beeflow journal prune --older-than 14d --dry-run
      beeflow journal prune
      beeflow journal prune --vacuum
    """
    if dry_run and vacuum:
        raise UsageError("--dry-run changes nothing: leave --vacuum out")
    setup = read_setup(config_file)
    path = journal_path(setup)
    if not path.is_file():
        raise NothingFound(f"there is no journal {path}: there is nothing to prune")
    before = time.time() - _age(setup, older_than)
    if dry_run:
        told: dict[str, Any] = asyncio.run(_old(path, before))
    else:
        with progress(f"pruning {path}", None):
            told = _prune(setup, before, vacuum)
    if as_json:
        print_json({"before": iso(before), "dry_run": dry_run, **told})
        return
    what = f"{counted(told['runs'], 'run')} and {counted(told['events'], 'event')}"
    done = "would be" if dry_run else "were"
    console().print(f"{what} older than {iso(before)} {done} pruned")
    if told.get("texts"):
        console().print(f"{counted(told['texts'], 'text')} of recipes that no run needs went, too")
    if vacuum:
        console().print(f"the journal is {sized(told['freed'])} smaller: {sized(size_of(path))}")


def _age(setup: Setup, older_than: float | None) -> float:
    age = setup.config.journal.retention if older_than is None else older_than
    if age is None:
        raise UsageError("`journal.retention` keeps everything: say with --older-than what may go")
    return age


async def _old(path: Path, before: float) -> dict[str, Any]:
    history = SqliteHistory(path)
    runs = await history.read(pruning.old_runs, before)
    return {"runs": len(runs), "events": await history.read(pruning.count_old_events, before)}


def _prune(setup: Setup, before: float, vacuum: bool) -> dict[str, Any]:
    try:
        return asyncio.run(_by_ourselves(setup.config.journal.path, before, vacuum))
    except JournalLocked as locked:
        body: dict[str, Json] = {"before": iso(before), "vacuum": vacuum}
        try:
            return daemon_of(setup, locked).post("journal", "prune", body=body, timeout=LONGEST)
        except ActionError as error:
            raise unanswered(error, locked) from None


async def _by_ourselves(path: Path, before: float, vacuum: bool) -> dict[str, Any]:
    journal = await SqliteJournal.open(path)
    try:
        return asdict(await journal.prune(before, shrink=vacuum))
    finally:
        await journal.close()
