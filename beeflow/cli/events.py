"""`beeflow events`: what came in."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final, get_args

import click
from rich.text import Text

from beeflow.cli.bulk import Deed, bulk_options, do_all, print_events
from beeflow.cli.group import Command, Subcommands
from beeflow.cli.history import Archive, open_archive
from beeflow.cli.listing_options import limits
from beeflow.cli.meant import Meant, narrowing
from beeflow.cli.options import config_option, json_option, read_setup
from beeflow.cli.orders import LATER, Order, operate
from beeflow.cli.run_text import OUTCOME_STYLES
from beeflow.cli.terminal import console, print_json, printable
from beeflow.engine.journal.records import Filter
from beeflow.engine.listing import event_detail, event_row
from beeflow.errors import NothingFound
from beeflow.types import Json, Outcome

if TYPE_CHECKING:
    from pathlib import Path

_AGAIN: Final = (
    "each starts new runs of the recipes as they are now: what their actions did then, they do "
    "again, but for what `once` guards by a key"
)


@click.group("events", cls=Subcommands)
def command() -> None:
    """Look at the events that came in: webhooks, schedules, what people started.

    Examples:
      beeflow events list --type event.updated.status --since 7d
      beeflow events show e-1042
      beeflow events replay e-1042
    """


@command.command("list", cls=Command)
@click.option("--type", "type_", help="Only of this type.")
@click.option("--source", help="Only from this source.")
@click.option("--recipe", help="Only those that started this recipe.")
@click.option("--outcome", type=click.Choice(get_args(Outcome)), help="Only with such a run.")
@limits
@config_option
@json_option
def list_(config_file: Path | None, as_json: bool, type_: str | None, **wanted: object) -> None:
    """List events, the newest first.

    Example:
      beeflow events list --since 2h --json
    """
    rows = _rows(open_archive(read_setup(config_file)), Filter(type=type_, **wanted))  # type: ignore[arg-type]  # checked by click
    if as_json:
        print_json(list(rows))
        return
    print_events(rows)


def _rows(archive: Archive, wanted: Filter) -> list[dict[str, Json]]:
    """Return the events of a filter, the newest first."""
    found = asyncio.run(archive.history.events(wanted))
    return [event_row(event, runs) for event, runs in found]


@command.command("show", cls=Command)
@click.argument("event_id", metavar="EVENT_ID")
@config_option
@json_option
def show(event_id: str, config_file: Path | None, as_json: bool) -> None:
    """Show one event: its payload, and the runs it started.

    Example:
      beeflow events show e-1042 --json > event.json
    """
    detail = asyncio.run(_detail(open_archive(read_setup(config_file)), event_id))
    if as_json:
        print_json(detail)
        return
    out = console()
    out.print(Text.assemble((f"{detail['id']}  ", "bold"), printable(str(detail["type"]))))
    for name in ("source", "received_at", "payload_id", "event_ref"):
        if detail[name] is not None:
            out.print(Text.assemble((f"  {name:<12}", "dim"), printable(str(detail[name]))))
    started = detail["started"]
    for run in started if isinstance(started, list) else []:
        assert isinstance(run, dict)  # noqa: S101 - the shape of `event_detail`
        state = str(run["outcome"] or run["status"])
        told = f"{run['id']}  {run['recipe']}  "
        style = OUTCOME_STYLES.get(state, "")
        out.print(Text.assemble(("  run         ", "dim"), told, (state, style)))
    out.print()
    out.print(printable(json.dumps(detail["payload"], indent=2, ensure_ascii=False)))


async def _detail(archive: Archive, event_id: str) -> dict[str, Json]:
    event = await archive.history.event(event_id)
    if event is None:
        raise NothingFound(f"there is no event `{event_id}`")
    runs = await archive.history.runs(Filter(limit=0, event=event.id))
    return event_detail(event, runs, archive.masking)


@command.command("replay", cls=Command)
@click.argument("event_id", metavar="EVENT_ID", required=False)
@bulk_options
@narrowing
@click.option("--source", help="With --all: only from this source.")
@click.option(
    "--outcome", type=click.Choice(get_args(Outcome)), help="With --all: only with such a run."
)
@config_option
@json_option
def replay(
    event_id: str | None,
    source: str | None,
    outcome: str | None,
    config_file: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Let an event enter again, as a new one: the recipes as they are now see it.

    With --all, all of a filter, the oldest first: they are listed, and you are asked. Each starts
    new runs; what `once` guards by a key stays guarded, and everything else is done again.

    Examples:
      beeflow events replay e-1042
      beeflow events replay --all --type signup.created --since 2h --dry-run
    """
    meant = Meant(**given, more={"--source": source, "--outcome": outcome})
    meant.check("event (such as e-1042)", event_id)
    setup = read_setup(config_file)
    if event_id is None:
        deed = Deed("event", "replay", "replayed", "replaying", warning=_AGAIN)
        rows = _rows(open_archive(setup), meant.filter(outcome, source=source))
        do_all(setup, deed, rows[::-1], meant.asked(as_json))
        return
    done = operate(setup, Order("events", event_id, "replay"))
    if as_json:
        print_json(done.told)
        return
    runs = done.told["runs"]
    started = ", ".join(runs) if runs else "no run"
    console().print(f"{event_id} entered again as {done.told['event']}, and started {started}")
    if done.later and runs:
        click.echo(LATER, err=True)
