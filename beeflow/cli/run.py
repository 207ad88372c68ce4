"""`beeflow run`: one run of a recipe, now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec
from rich.text import Text

from beeflow.cli.arguments import read_event
from beeflow.cli.daemon_client import DaemonClient, daemon_of
from beeflow.cli.dry_run import read_inputs
from beeflow.cli.ending import FAILED
from beeflow.cli.group import Command
from beeflow.cli.history import open_archive
from beeflow.cli.journal_owner import Owner, owning_journal
from beeflow.cli.options import Setup, config_option, json_option, read_setup
from beeflow.cli.orders import unanswered
from beeflow.cli.recipe_files import find_sound_recipe
from beeflow.cli.run_text import OUTCOME_STYLES, fault_text, steps_text
from beeflow.cli.terminal import console, one_line, print_json
from beeflow.engine.listing import run_detail
from beeflow.errors import ActionError, JournalLocked, NothingFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rich.console import Console

    from beeflow.engine.journal.records import OpenRun
    from beeflow.recipe.model import Recipe
    from beeflow.types import Json

BEAT: Final = 0.05
"""Seconds between two looks at the run."""

BAD: Final = frozenset({"failed", "unknown", "cancelled"})


class Wish(msgspec.Struct, frozen=True):
    """What is to be run: the recipe, its inputs, and a payload to stand for its trigger."""

    recipe: Recipe
    inputs: Mapping[str, Json]
    event: Mapping[str, Json] | None

    def body(self) -> dict[str, Json]:
        """Return what the daemon's API takes."""
        inputs: dict[str, Json] = dict(self.inputs)
        return {"inputs": inputs, "event": None if self.event is None else dict(self.event)}


@click.command("run", cls=Command)
@click.argument("recipe", metavar="RECIPE")
@click.option("--input", "inputs", multiple=True, metavar="K=V", help="An input of the recipe.")
@click.option("--event", metavar="FILE", help="A payload to stand for the trigger, as JSON.")
@config_option
@json_option
def command(
    recipe: str,
    inputs: tuple[str, ...],
    event: str | None,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Run RECIPE (an id, or a file) once, now, and tell what it does. Its conditions apply.

    Where a daemon runs, the daemon runs it; else this command does. Either way it is in the
    journal: interrupted, it is carried on by the next `beeflow serve`.

    Examples:
      beeflow run weekday-briefing
      beeflow run welcome --input channel="#crew" --event signup.json
    """
    setup = read_setup(config_file)
    found = find_sound_recipe(recipe, setup.config)
    payload = None if event is None else read_event(event)
    wish = Wish(found, read_inputs(found, inputs), payload)
    out = None if as_json else console()
    try:
        run = asyncio.run(_run_here(setup, wish, out))
    except JournalLocked as locked:
        run = asyncio.run(_run_there(setup, wish, out, locked))
    if as_json:
        print_json(run)
    if run["outcome"] in BAD:
        raise click.exceptions.Exit(FAILED)


async def _run_here(setup: Setup, wish: Wish, out: Console | None) -> dict[str, Any]:
    """Run it in this process."""
    async with owning_journal(setup, carry=True) as owner:
        await owner.engine.book.put(wish.recipe)
        receipt = await owner.hand.run(wish.recipe.id, wish.inputs, wish.event)
        run_id = receipt.runs[0]
        owner.mine.add(run_id)
        return await _follow(setup, run_id, out, owner)


async def _run_there(
    setup: Setup, wish: Wish, out: Console | None, locked: JournalLocked
) -> dict[str, Any]:
    """Have the daemon run it."""
    daemon = daemon_of(setup, locked)
    try:
        told = await asyncio.to_thread(_ask, daemon, wish)
    except ActionError as error:
        raise unanswered(error, locked) from None
    return await _follow(setup, told["runs"][0], out, None)


def _ask(daemon: DaemonClient, wish: Wish) -> dict[str, Any]:
    return daemon.post("recipes", wish.recipe.id, "run", body=wish.body())


class _Told(msgspec.Struct):
    """What was said already."""

    steps: set[str] = msgspec.field(default_factory=set)
    sleeps: str | None = None


async def _follow(
    setup: Setup, run_id: str, out: Console | None, owner: Owner | None
) -> dict[str, Any]:
    """Tell what happens until the run is over; returns all of it."""
    archive = open_archive(setup)
    told = _Told()
    while True:
        opened = await archive.history.run(run_id)
        if opened is None:
            raise NothingFound(f"there is no run `{run_id}` any more")
        row: dict[str, Any] = run_detail(opened, archive.masking)
        if out is not None:
            _tell(out, row, told)
        if opened.run.status == "done" or _stands_behind(opened, owner):
            return row
        if owner is not None and _is_due(opened, owner):
            await owner.wake_mine()
        await asyncio.sleep(BEAT)


def _is_due(opened: OpenRun, owner: Owner) -> bool:
    wakes = opened.run.wake_at
    return wakes is not None and wakes <= owner.engine.clock.now()


def _stands_behind(opened: OpenRun, owner: Owner | None) -> bool:
    """Whether it waits for a run that nobody carries on while this command runs."""
    return owner is not None and opened.run.status == "queued"


def _tell(out: Console, row: dict[str, Any], told: _Told) -> None:
    if not told.steps and told.sleeps is None:
        out.print(Text.assemble((f"{row['id']}  {row['recipe']}", "bold")))
        told.sleeps = ""
    fresh = [
        step for step in row["steps"] if step["path"] not in told.steps and step["status"] != "open"
    ]
    told.steps.update(step["path"] for step in fresh)
    for line in steps_text(fresh):
        out.print(line)
    if row["status"] == "waiting" and row["wake_at"] not in {None, told.sleeps}:
        told.sleeps = row["wake_at"]
        out.print(Text(f"sleeps until {row['wake_at']} (Ctrl-C leaves it to the daemon)", "yellow"))
    if row["status"] in {"done", "queued"}:
        state = row["outcome"] or "queued behind another run of its group"
        reason = f": {one_line(str(row['reason']), 400)}" if row["reason"] else ""
        out.print(Text(f"{state}{reason}", OUTCOME_STYLES.get(state, "yellow")))
        for line in fault_text(row["ending"]):
            out.print(line)
