"""`beeflow runs`: what was done, and what a person decides about it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal, get_args

import click

from beeflow.cli.arguments import yaml_value
from beeflow.cli.bulk import Asked, print_runs, retry_all
from beeflow.cli.group import Command, Subcommands
from beeflow.cli.history import Archive, open_archive
from beeflow.cli.listing_options import limits, since_option
from beeflow.cli.options import Setup, config_option, json_option, read_setup
from beeflow.cli.orders import LATER, Order, operate
from beeflow.cli.run_text import print_run
from beeflow.cli.terminal import console, print_json
from beeflow.engine.journal.records import Filter, Status
from beeflow.engine.journal.reopening import RETRIABLE
from beeflow.engine.listing import run_detail, run_row
from beeflow.errors import NothingFound, UsageError
from beeflow.types import Json, Outcome

if TYPE_CHECKING:
    from pathlib import Path


@click.group("runs", cls=Subcommands)
def command() -> None:
    """Look at the runs of the recipes: what each decided and did, and how it ended.

    Examples:
      beeflow runs list --outcome failed --since 7d
      beeflow runs show r-2093
      beeflow runs retry r-2093
    """


@command.command("list", cls=Command)
@click.option("--recipe", help="Only of this recipe.")
@click.option("--outcome", type=click.Choice(get_args(Outcome)), help="Only with this outcome.")
@click.option("--status", type=click.Choice(get_args(Status)), help="Only those that stand so.")
@click.option("--type", "type_", help="Only those that an event of this type started.")
@click.option("--event", help="Only those that this event started.")
@limits
@config_option
@json_option
def list_(config_file: Path | None, as_json: bool, type_: str | None, **wanted: object) -> None:
    """List runs, the newest first.

    Example:
      beeflow runs list --recipe go-live --limit 10
    """
    archive = open_archive(read_setup(config_file))
    found = asyncio.run(archive.history.runs(Filter(type=type_, **wanted)))  # type: ignore[arg-type]  # checked by click
    rows = [run_row(run, archive.masking) for run in found]
    if as_json:
        print_json(list(rows))
        return
    print_runs(rows)


@command.command("show", cls=Command)
@click.argument("run_id", metavar="RUN_ID")
@config_option
@json_option
def show(run_id: str, config_file: Path | None, as_json: bool) -> None:
    """Show one run: each decision with its values, each call, each wait, and the end.

    Example:
      beeflow runs show r-2093
    """
    detail = asyncio.run(_detail(open_archive(read_setup(config_file)), run_id))
    if as_json:
        print_json(detail)
    else:
        print_run(console(), detail)


async def _detail(archive: Archive, run_id: str) -> dict[str, Json]:
    opened = await archive.history.run(run_id)
    if opened is None:
        raise NothingFound(f"there is no run `{run_id}`")
    return run_detail(opened, archive.masking)


@command.command("retry", cls=Command)
@click.argument("run_id", metavar="RUN_ID", required=False)
@click.option("--all", "all_", is_flag=True, help="All that ended so, instead of one.")
@click.option("--recipe", help="With --all: only of this recipe.")
@click.option(
    "--outcome", type=click.Choice(RETRIABLE), help="With --all: only with this outcome [failed]."
)
@click.option("--type", "type_", help="With --all: only those that an event of this type started.")
@since_option
@click.option("--dry-run", is_flag=True, help="With --all: only list them.")
@click.option("--yes", is_flag=True, help="With --all: do not ask.")
@config_option
@json_option
def retry(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    run_id: str | None,
    all_: bool,
    recipe: str | None,
    outcome: Literal["failed", "unknown", "cancelled"] | None,
    type_: str | None,
    since: float | None,
    dry_run: bool,
    yes: bool,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Let a run that ended badly go on from where it ended; what was done stays done.

    With --all, all that failed (or --outcome), the oldest first: they are listed, and you are
    asked. Of a run that is unknown, the action whose outcome nobody knows is done again: better
    answer it with `beeflow runs resolve`.

    Examples:
      beeflow runs retry r-2093
      beeflow runs retry --all --recipe go-live --since 2h --dry-run
      beeflow runs retry --all --recipe go-live --since 2h --yes
    """
    narrowed = [recipe, outcome, type_, since, dry_run or None, yes or None]
    if all_ == (run_id is not None):
        raise UsageError("say which run (such as r-2093), or --all: one of the two")
    if run_id is not None and narrowed != [None] * len(narrowed):
        raise UsageError("--recipe, --outcome, --type, --since, --dry-run and --yes go with --all")
    setup = read_setup(config_file)
    if run_id is not None:
        _change(setup, Order("runs", run_id, "retry"), as_json)
        return
    wanted = Filter(0, since, recipe, outcome or "failed", type=type_)
    retry_all(setup, wanted, Asked(dry_run, yes, as_json))


@command.command("cancel", cls=Command)
@click.argument("run_id", metavar="RUN_ID")
@config_option
@json_option
def cancel(run_id: str, config_file: Path | None, as_json: bool) -> None:
    """Cancel a run; one that is in the middle of an action ends that action first.

    Example:
      beeflow runs cancel r-2093
    """
    _change(read_setup(config_file), Order("runs", run_id, "cancel"), as_json)


@command.command("resolve", cls=Command)
@click.argument("run_id", metavar="RUN_ID")
@click.argument("outcome", type=click.Choice(["succeeded", "failed"]))
@click.option("--path", help="Which step, where several are unknown.")
@click.option("--output", metavar="YAML", help="What the action answered, where it succeeded.")
@click.option("--message", help="Why it failed.")
@config_option
@json_option
def resolve(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    run_id: str,
    outcome: Literal["succeeded", "failed"],
    path: str | None,
    output: str | None,
    message: str | None,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Answer an unknown outcome: did the action take effect? The run goes on with that.

    Examples:
      beeflow runs resolve r-2093 succeeded
      beeflow runs resolve r-2093 failed --message "the mail never arrived"
    """
    answer: dict[str, Json] = {"outcome": outcome}
    if path is not None:
        answer["path"] = path
    if output is not None:
        answer["output"] = yaml_value("--output", output)
    if message is not None:
        answer["message"] = message
    _change(read_setup(config_file), Order("runs", run_id, "resolve", answer), as_json)


def _change(setup: Setup, order: Order, as_json: bool) -> None:
    done = operate(setup, order)
    if as_json:
        print_json(done.told)
        return
    told = done.told
    console().print(f"{told['id']}  {told['recipe']}  {told['outcome'] or told['status']}")
    if done.later and told["outcome"] is None:
        click.echo(LATER, err=True)
