"""`beeflow backtest`: recorded events through two versions of the recipes."""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

import click
from msgspec.structs import replace

from beeflow.beestreamed.dates import start_of
from beeflow.cli.backtest_text import Sides, backtest_json, markdown, print_backtest
from beeflow.cli.deck import read_deck
from beeflow.cli.group import Command
from beeflow.cli.knowledge import actions
from beeflow.cli.listing_options import since_option
from beeflow.cli.options import FILE, Setup, config_option, read_setup
from beeflow.cli.progress import progress
from beeflow.cli.recorded_events import of_export, of_journal
from beeflow.cli.revision import revision
from beeflow.cli.suggestions import suggestion
from beeflow.cli.terminal import console, print_json
from beeflow.drivers.backtest.backtesting import Backtest, Backtested, backtest
from beeflow.errors import NothingFound
from beeflow.recipe.parser import Defaults
from beeflow.types import zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from beeflow.drivers.backtest.past import Past
    from beeflow.drivers.plan.planning import Deck
    from beeflow.recipe.model import Recipe

_OFTEN: Final = 50
"""Events after which the bar moves."""


@click.command("backtest", cls=Command)
@click.argument("recipes", nargs=-1, metavar="[RECIPES…]")
@since_option
@click.option("--base", metavar="REF", help="Against this git revision, and not what was recorded.")
@click.option(
    "--events", type=FILE, help="An export of a journal (-: from stdin), not the journal."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="Markdown is for the comment on a pull request.",
)
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=20,
    show_default=True,
    help="So many differences are listed at most (0: all).",
)
@config_option
def command(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    recipes: tuple[str, ...],
    since: float | None,
    base: str | None,
    events: Path | None,
    form: str,
    limit: int,
    config_file: Path | None,
) -> None:
    """Play recorded events through the recipes as they are here, and show what differs.

    Without --base, what the recipes here would do is held against what was recorded; with it,
    against what those of a git revision would do. Nobody is called: reads are answered from the
    record where it has an answer, else with the documented sample, and it tells how many. RECIPES
    are ids; without them all are compared.

    Examples:
      beeflow backtest --since 7d
      beeflow backtest go-live --base main
      beeflow backtest --events week.jsonl --base main --format markdown > comment.md
    """
    setup = read_setup(config_file)
    pasts = asyncio.run(of_journal(setup, since)) if events is None else of_export(events, since)
    config = setup.config
    after = read_deck(config.recipes, config.timezone)
    if base is None:
        test = _test(setup, pasts, None, after, recipes)
        _show(_run(test), Sides("recorded", "here"), form, limit)
        return
    with revision(base, config, config_file) as earlier:
        before = read_deck(earlier.recipes, earlier.timezone, config.recipes.as_posix())
        test = _test(setup, pasts, before, after, recipes)
        _show(_run(test), Sides(str(earlier), "here"), form, limit)


def _test(
    setup: Setup, pasts: Sequence[Past], before: Deck | None, after: Deck, wanted: Sequence[str]
) -> Backtest:
    """Return what is to be played; raises `NothingFound` for a recipe that is on neither side."""
    known = {*after.recipes, *(before.recipes if before else {})}
    for name in wanted:
        if name not in known:
            broken = (
                " (it has errors: `beeflow validate` tells them)" if name in after.broken else ""
            )
            mend = broken or f"; {suggestion(name, known)}"
            raise NothingFound(f"there is no recipe `{name}`{mend}")
    if not known:
        raise NothingFound(f"there are no recipes in {setup.config.recipes}")
    left_out = sorted(after.broken | (before.broken if before else frozenset()))
    if left_out:
        click.echo(f"left out, they have errors: {', '.join(left_out)}", err=True)
    names = frozenset(left_out)
    home = setup.config.timezone
    return Backtest(
        pasts=pasts,
        before=None if before is None else _without(before.recipes, names),
        after=_without(after.recipes, names),
        actions=actions(),
        secrets=setup.secrets,
        start_of=partial(start_of, zone=zone(home)),
        defaults=Defaults(home),
        wanted=frozenset(wanted),
    )


def _without(recipes: Mapping[str, Recipe], names: frozenset[str]) -> dict[str, Recipe]:
    return {name: one for name, one in recipes.items() if name not in names}


def _run(test: Backtest) -> Backtested:
    """Play, with a bar."""
    with progress("playing events", test.steps) as show, _quiet():

        def told(done: int) -> None:
            if not done % _OFTEN:
                show(done)

        # The past is large and stays: looking through it for garbage takes a fifth of the time.
        gc.freeze()
        try:
            return asyncio.run(backtest(replace(test, show=told)))
        finally:
            gc.unfreeze()


@contextmanager
def _quiet() -> Iterator[None]:
    """Let nothing be logged of runs that are only played."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def _show(done: Backtested, sides: Sides, form: str, limit: int) -> None:
    if form == "json":
        print_json(backtest_json(done, sides))
    elif form == "markdown":
        click.echo(markdown(done, sides, limit), nl=False)
    else:
        print_backtest(console(), done, sides, limit)
