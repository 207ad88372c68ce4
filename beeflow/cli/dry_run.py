"""`beeflow dry-run`: what a recipe would do."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click
import msgspec

from beeflow.cli.account_json import account_json
from beeflow.cli.account_text import print_account
from beeflow.cli.arguments import read_event, split_pair
from beeflow.cli.ending import FAILED
from beeflow.cli.group import Command
from beeflow.cli.knowledge import actions, answer_of, check_arguments
from beeflow.cli.options import Setup, config_option, json_option, read_setup
from beeflow.cli.recipe_files import find_recipe
from beeflow.cli.samples import samples
from beeflow.cli.suggestions import known_name, suggestion
from beeflow.cli.terminal import console, print_json
from beeflow.daemon.masking import masking_for
from beeflow.drivers.dryrun import Rehearsal, dry_run
from beeflow.drivers.occasion import Occasion, from_payload, from_sample, sent_at
from beeflow.errors import UsageError
from beeflow.recipe.inputs import from_text
from beeflow.types import Json, parse_datetime, zone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from beeflow.drivers.account import Account
    from beeflow.engine.ports import Actions
    from beeflow.recipe.model import Recipe


class Chosen(msgspec.Struct, frozen=True):
    """What was given on the command line to start the recipe with."""

    event: str | None
    sample: str | None
    at: str | None


@click.command("dry-run", cls=Command)
@click.argument("recipe", metavar="RECIPE")
@click.option("--event", metavar="FILE", help="A webhook's payload, as JSON (-: from stdin).")
@click.option("--sample", metavar="TYPE", help="The documented sample of this webhook.")
@click.option("--at", metavar="TIME", help="When it starts (default: the event's time, or next).")
@click.option("--input", "inputs", multiple=True, metavar="K=V", help="An input of the recipe.")
@click.option("--reads", is_flag=True, help="Make the reads for real; writes never are.")
@config_option
@json_option
def command(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    recipe: str,
    event: str | None,
    sample: str | None,
    at: str | None,
    inputs: tuple[str, ...],
    reads: bool,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Show what RECIPE (an id, or a file) would do, step by step, without doing it.

    Every decision is shown with the values in it, every call as it would be sent; what nobody
    could take back (mails, messages, deletions) is marked. What only the world can answer is
    carried along as "known after apply", and where a decision hangs on it, both ways are shown.
    Without --event and --sample it starts with the documented sample of
    the recipe's first trigger.

    Examples:
      beeflow dry-run go-live
      beeflow dry-run recipes/go-live.yaml --sample event.updated.status
      beeflow dry-run reminder --at "2026-12-01 09:00" --reads
    """
    if event is not None and sample is not None:
        raise click.UsageError("--event and --sample exclude each other: leave one out")
    setup = read_setup(config_file)
    found = find_recipe(recipe, setup.config)
    occasion = choose_occasion(found, Chosen(event, sample, at))
    account = asyncio.run(_rehearse(setup, found, occasion, read_inputs(found, inputs), reads))
    if as_json:
        print_json(account_json(account))
    else:
        print_account(console(), account)
    if account.failed:
        raise click.exceptions.Exit(FAILED)


def choose_occasion(recipe: Recipe, chosen: Chosen) -> Occasion:
    """Return what starts the dry run; raises `UsageError`."""
    at = None if chosen.at is None else _instant(chosen.at, recipe)
    if chosen.event is not None:
        name = "stdin" if chosen.event == "-" else chosen.event
        payload = read_event(chosen.event)
        sent = sent_at(payload, time.time()) if at is None else at
        return from_payload(recipe, payload, f"the event in {name}", sent)
    known = samples()
    if chosen.sample is not None:
        known_name("webhook", chosen.sample, known.types("*"))
    return from_sample(recipe, known, time.time(), chosen.sample, at)


def _instant(text: str, recipe: Recipe) -> float:
    try:
        return parse_datetime(text, zone(recipe.timezone)).timestamp()
    except (ValueError, OverflowError) as error:
        raise UsageError(f"--at: {error}") from None


def read_inputs(recipe: Recipe, pairs: tuple[str, ...]) -> dict[str, Json]:
    """Read `--input` pairs by the types that the recipe declares; raises `UsageError`."""
    values: dict[str, Json] = {}
    for pair in pairs:
        name, text = split_pair("--input", pair)
        declared = recipe.inputs.get(name)
        if declared is None:
            raise UsageError(
                f"`{recipe.id}` has no input `{name}`; {suggestion(name, recipe.inputs)}"
            )
        try:
            values[name] = from_text(declared, text)
        except ValueError as error:
            raise UsageError(f"--input {name}: {error}") from None
    return values


async def _rehearse(
    setup: Setup, recipe: Recipe, occasion: Occasion, inputs: Mapping[str, Json], reads: bool
) -> Account:
    async with _opened(setup, reads) as registry:
        return await dry_run(
            Rehearsal(
                recipe=recipe,
                occasion=occasion,
                actions=registry,
                secrets=setup.secrets,
                check=check_arguments,
                answer_of=answer_of,
                inputs=inputs,
                reads=reads,
                masking=masking_for(setup.secrets, registry),
            )
        )


@asynccontextmanager
async def _opened(setup: Setup, reads: bool) -> AsyncIterator[Actions]:
    """Open the actions: only as data, unless reads are to be made."""
    if not reads:
        yield actions()
        return
    # Half a second of imports that a dry run without a network has no use for.
    from beeflow.cli.real_actions import open_real_actions  # noqa: PLC0415

    async with open_real_actions(setup) as registry:
        yield registry
