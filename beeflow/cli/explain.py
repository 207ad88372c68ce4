"""`beeflow explain`: why a recipe fired for an event, or did not."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import click

from beeflow.beestreamed.catalog import load_catalog
from beeflow.cli.arguments import read_event
from beeflow.cli.explain_text import explanation_json, print_explanation
from beeflow.cli.group import Command
from beeflow.cli.history import Archive, open_archive
from beeflow.cli.knowledge import actions, answer_of
from beeflow.cli.options import Setup, config_option, json_option, read_setup
from beeflow.cli.recipe_files import find_recipe
from beeflow.cli.samples import samples
from beeflow.cli.suggestions import known_name
from beeflow.cli.terminal import console, print_json
from beeflow.daemon.masking import masking_for
from beeflow.drivers.explain.explaining import Explanation, Question, explain
from beeflow.drivers.explain.looking import Ground
from beeflow.drivers.occasion import as_event, sent_at
from beeflow.drivers.recorded import Recorded
from beeflow.engine.hiding import Hider
from beeflow.engine.journal.records import OpenRun, Run
from beeflow.errors import NothingFound, UsageError
from beeflow.recipe.model import Recipe, WebhookTrigger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from beeflow.engine.event import Event


@click.command("explain", cls=Command)
@click.argument("recipe", metavar="RECIPE")
@click.argument("event_id", required=False, metavar="[EVENT_ID]")
@click.option("--event", "file", metavar="FILE", help="A webhook's payload, as JSON (-: stdin).")
@click.option("--sample", metavar="TYPE", help="The documented sample of this webhook.")
@config_option
@json_option
def command(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    recipe: str,
    event_id: str | None,
    file: str | None,
    sample: str | None,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Explain why RECIPE (an id, or a file) fired for an event, or why it did not.

    The trigger is told path by path, the conditions clause by clause with the values in them,
    and what run policy did: throttled, dropped, queued, debounced, cancelled. Where it did not
    fire, it tells the smallest change to the event that would have fired it, found by trying.
    EVENT_ID is an event of the journal; --event and --sample need none.

    Examples:
      beeflow explain go-live e-1042
      beeflow explain go-live --sample event.updated.status
      beeflow events show e-1042 --json | beeflow explain recipes/go-live.yaml --event - --json
    """
    if sum(one is not None for one in (event_id, file, sample)) != 1:
        raise click.UsageError("give one of EVENT_ID, --event and --sample")
    setup = read_setup(config_file)
    found = find_recipe(recipe, setup.config)
    explained, hide = asyncio.run(_explain(setup, found, event_id, _given(file, sample)))
    told = explanation_json(found, explained, hide)
    if as_json:
        print_json(told)
    else:
        print_explanation(console(), told, found.name)


def _given(file: str | None, sample: str | None) -> Event | None:
    """Return the event that the command line gives."""
    now = time.time()
    if file is not None:
        payload = read_event(file)
        kind = payload.get("type")
        if not isinstance(kind, str):
            raise UsageError(f"{file}: a webhook is a mapping with `type` and `data`")
        return as_event(payload, kind, sent_at(payload, now))
    if sample is not None:
        known = samples()
        payload = dict(known.webhook(known_name("webhook", sample, known.types("*"))) or {})
        return as_event(payload, sample, sent_at(payload, now))
    return None


async def _explain(
    setup: Setup, recipe: Recipe, event_id: str | None, given: Event | None
) -> tuple[Explanation, Hider]:
    """Explain; returns with it what hides what is secret: of the event, and of what is made of it.

    What the event's runs learned is hidden, too.
    """
    archive = open_archive(setup) if given is None else None
    event = given or await _found(archive, event_id or "")
    masking = masking_for(setup.secrets, actions())
    hide = Hider(masking, OpenRun(Run("", "", "", event.id, "done"), (event,), {}))
    ground = Ground(
        recipe=recipe,
        actions=actions(),
        secrets=setup.secrets,
        recorded=Recorded(actions()),
        shown=hide,
        answer_of=answer_of,
    )
    history = None if archive is None else archive.history
    question = Question(ground=ground, event=event, types=_types(recipe), history=history)
    explained = await explain(question)
    for opened in explained.runs:
        for record in opened.records.values():
            hide.learn(record)
    return explained, hide


async def _found(archive: Archive | None, event_id: str) -> Event:
    event = None if archive is None else await archive.history.event(event_id)
    if event is None:
        raise NothingFound(f"there is no event `{event_id}`; `beeflow events list` lists them")
    return event


def _types(recipe: Recipe) -> Mapping[str, Sequence[str]]:
    """Return the documented types that the triggers' types and patterns mean."""
    match = load_catalog().match_types
    wanted = [
        kind
        for trigger in recipe.triggers
        if isinstance(trigger, WebhookTrigger)
        for kind in trigger.types
    ]
    return {kind: match(kind) for kind in wanted}
