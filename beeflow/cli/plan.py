"""`beeflow plan`: what deploying the working tree would change."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

import click

from beeflow.cli.colour import busy
from beeflow.cli.deck import read_deck
from beeflow.cli.ending import FAILED
from beeflow.cli.group import Command
from beeflow.cli.options import Setup, config_option, json_option, read_setup
from beeflow.cli.plan_text import plan_json, print_plan
from beeflow.cli.revision import revision
from beeflow.cli.terminal import console, print_json
from beeflow.drivers.plan.planning import Deployment, Plan, plan
from beeflow.engine.journal.records import Filter, Run
from beeflow.engine.journal.sqlite import SqliteHistory
from beeflow.errors import JournalError, NothingFound, UsageError

if TYPE_CHECKING:
    from pathlib import Path

CHANGES: Final = 2
"""The exit code of `--detailed-exitcode` where there are changes; errors are then 1."""

_FLAG: Final = "--detailed-exitcode"
_UNDER_WAY: Final = ("delayed", "queued", "ready", "waiting")


class PlanCommand(Command):
    """A command of whose exit codes 2 means changes, where `--detailed-exitcode` is given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; what is wrong with it must not look like changes."""
        detailed = _FLAG in args
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            if detailed:
                raise click.ClickException(error.format_message()) from None
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Carry the command out; with the flag, every error is 1."""
        try:
            return super().invoke(ctx)
        except (UsageError, NothingFound, JournalError) as error:
            if ctx.params.get("detailed"):
                raise click.ClickException(str(error)) from None
            raise


@click.command("plan", cls=PlanCommand)
@click.option("--base", default="HEAD", show_default=True, metavar="REF", help="Against what.")
@click.option(_FLAG, "detailed", is_flag=True, help="Exit 0: no changes, 2: changes, 1: any error.")
@config_option
@json_option
def command(base: str, detailed: bool, config_file: Path | None, as_json: bool) -> None:
    """Show what deploying the recipes here changes, against a git revision.

    Which recipes are added, changed and removed, each change in words; when schedules fire next;
    which runs under way end on the old text (where there is a journal); and what `beeflow
    validate` finds that it did not find before, loops and conflicts among it. The exit code is 1
    where there are new errors. With --detailed-exitcode, changes are 2, and every error is 1.

    Examples:
      beeflow plan
      beeflow plan --base main
      beeflow plan --base v1.4 --detailed-exitcode --json
    """
    setup = read_setup(config_file)
    made = make_plan(setup, base, config_file)
    if as_json:
        print_json(plan_json(made))
    else:
        print_plan(console(), made)
    if made.errors:
        raise click.exceptions.Exit(FAILED)
    if detailed and made.changes:
        raise click.exceptions.Exit(CHANGES)


def make_plan(setup: Setup, base: str, config_file: Path | None) -> Plan:
    """Return the plan of deploying the recipes folder over a revision."""
    config = setup.config
    shown = config.recipes.as_posix()
    with busy("comparing recipes"), revision(base, config, config_file) as earlier:
        before = read_deck(earlier.recipes, earlier.timezone, shown)
        after = read_deck(config.recipes, config.timezone)
        if not before.files and not after.files:
            raise NothingFound(f"there are no recipes in {shown}, neither here nor in {earlier}")
        runs = asyncio.run(_under_way(setup))
        now = time.time()
        return plan(Deployment(before=before, after=after, now=now, runs=runs), str(earlier))


async def _under_way(setup: Setup) -> list[Run]:
    """Return the runs that have not ended; none where there is no journal."""
    journal = setup.config.journal
    if journal.url is not None:
        return []
    history = SqliteHistory(journal.path)
    try:
        return [
            run for status in _UNDER_WAY for run in await history.runs(Filter(0, status=status))
        ]
    except NothingFound:
        return []
