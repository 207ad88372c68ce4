"""`beeflow runs`: what was done, and what a person decides about it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import click

from beeflow.cli.arguments import yaml_value
from beeflow.cli.bulk import Deed, bulk_options, do_all, print_runs
from beeflow.cli.group import Command, Subcommands
from beeflow.cli.history import Archive, open_archive
from beeflow.cli.listing_options import limits
from beeflow.cli.meant import Meant, narrowing
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
    from collections.abc import Sequence
    from pathlib import Path

    from beeflow.engine.journal.records import Run

_UNFINISHED: Final = tuple(status for status in get_args(Status) if status != "done")

_REPEATED: Final = (
    "of each, the action whose outcome nobody knows is done again; `beeflow runs resolve` answers "
    "it instead"
)


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
@bulk_options
@narrowing
@click.option(
    "--outcome", type=click.Choice(RETRIABLE), help="With --all: only with this outcome [failed]."
)
@config_option
@json_option
def retry(
    run_id: str | None,
    outcome: Literal["failed", "unknown", "cancelled"] | None,
    config_file: Path | None,
    as_json: bool,
    **given: Any,
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
    meant = Meant(**given, more={"--outcome": outcome})
    meant.check("run (such as r-2093)", run_id)
    setup = read_setup(config_file)
    if run_id is not None:
        _change(setup, Order("runs", run_id, "retry"), as_json)
        return
    warning = _REPEATED if outcome == "unknown" else ""
    deed = Deed("run", "retry", "retried", "retrying", warning=warning)
    rows = _rows(setup, [meant.filter(outcome=outcome or "failed")])
    do_all(setup, deed, rows, meant.asked(as_json))


@command.command("cancel", cls=Command)
@click.argument("run_id", metavar="RUN_ID", required=False)
@bulk_options
@narrowing
@click.option(
    "--status", type=click.Choice(_UNFINISHED), help="With --all: only those that stand so."
)
@config_option
@json_option
def cancel(
    run_id: str | None, status: str | None, config_file: Path | None, as_json: bool, **given: Any
) -> None:
    """Cancel a run; one that is in the middle of an action ends that action first.

    With --all, all that have not ended, the oldest first: they are listed, and you are asked.

    Examples:
      beeflow runs cancel r-2093
      beeflow runs cancel --all --recipe go-live --status waiting --dry-run
    """
    meant = Meant(**given, more={"--status": status})
    meant.check("run (such as r-2093)", run_id)
    setup = read_setup(config_file)
    if run_id is not None:
        _change(setup, Order("runs", run_id, "cancel"), as_json)
        return
    filters = [meant.filter(status=one) for one in ([status] if status else _UNFINISHED)]
    deed = Deed("run", "cancel", "cancelled", "cancelling")
    do_all(setup, deed, _rows(setup, filters), meant.asked(as_json))


@command.command("resolve", cls=Command)
@click.argument("run_id", metavar="[RUN_ID]", required=False)
@click.argument("outcome", metavar="{succeeded|failed}", required=False)
@click.option("--path", help="Which step, where several are unknown.")
@click.option("--output", metavar="YAML", help="What the action answered, where it succeeded.")
@click.option("--message", help="Why it failed.")
@bulk_options
@narrowing
@config_option
@json_option
def resolve(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    run_id: str | None,
    outcome: str | None,
    path: str | None,
    output: str | None,
    message: str | None,
    config_file: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Answer an unknown outcome: did the action take effect? The run goes on with that.

    With --all, the same answer for all that are unknown, the oldest first: they are listed, and
    you are asked. A run in which several outcomes are unknown must be answered by itself.

    Examples:
      beeflow runs resolve r-2093 succeeded
      beeflow runs resolve r-2093 failed --message "the mail never arrived"
      beeflow runs resolve --all succeeded --recipe reminders --since 2h --dry-run
    """
    meant = Meant(**given)
    if meant.all_:
        run_id, outcome = _answer_alone(run_id, outcome, path)
    meant.check("run (such as r-2093)", run_id)
    answer = _answer(outcome, path=path, output=output, message=message)
    setup = read_setup(config_file)
    if run_id is not None:
        _change(setup, Order("runs", run_id, "resolve", answer), as_json)
        return
    deed = Deed("run", "resolve", "resolved", "resolving", answer)
    do_all(setup, deed, _rows(setup, [meant.filter(outcome="unknown")]), meant.asked(as_json))


def _answer_alone(
    first: str | None, second: str | None, path: str | None
) -> tuple[str | None, str | None]:
    """Return the run and the outcome where all are meant: the first word is the outcome."""
    if second is not None:
        return first, second
    if path is not None:
        raise UsageError("--path is a step of one run, and --all means all")
    return None, first


def _answer(outcome: str | None, **given: str | None) -> dict[str, Json]:
    if outcome not in {"succeeded", "failed"}:
        said = "the outcome is missing" if outcome is None else f"`{outcome}` is no outcome"
        raise UsageError(f"{said}: say one of 'succeeded', 'failed' (did the action take effect?)")
    if outcome == "failed" and given["output"] is not None:
        raise UsageError("--output goes with `succeeded`: what failed answered nothing")
    if outcome == "succeeded" and given["message"] is not None:
        raise UsageError("--message goes with `failed`: it says why")
    answer: dict[str, Json] = {"outcome": outcome}
    for name in ("path", "message"):
        if given[name] is not None:
            answer[name] = given[name]
    if given["output"] is not None:
        answer["output"] = yaml_value("--output", given["output"])
    return answer


def _rows(setup: Setup, filters: Sequence[Filter]) -> list[dict[str, Json]]:
    """Return the runs of all filters, the oldest first."""
    archive = open_archive(setup)

    async def found() -> list[Run]:
        return [run for one in filters for run in await archive.history.runs(one)]

    runs = sorted(asyncio.run(found()), key=lambda run: run.created_at)
    return [run_row(run, archive.masking) for run in runs]


def _change(setup: Setup, order: Order, as_json: bool) -> None:
    done = operate(setup, order)
    if as_json:
        print_json(done.told)
        return
    told = done.told
    console().print(f"{told['id']}  {told['recipe']}  {told['outcome'] or told['status']}")
    if done.later and told["outcome"] is None:
        click.echo(LATER, err=True)
