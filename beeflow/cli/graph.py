"""`beeflow graph`: recipes as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from beeflow.check.causes import trace
from beeflow.cli.deck import read_deck
from beeflow.cli.group import Command
from beeflow.cli.knowledge import effect_of, facts
from beeflow.cli.options import FILE, config_option, read_setup
from beeflow.cli.recipe_files import find_recipe
from beeflow.drivers.graph.causes import web
from beeflow.drivers.graph.layers import lay_out_web
from beeflow.drivers.graph.layout import lay_out
from beeflow.drivers.graph.mermaid import mermaid, web_mermaid
from beeflow.drivers.graph.recipe import diagram
from beeflow.drivers.graph.svg import svg
from beeflow.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.config import Config


@click.command("graph", cls=Command)
@click.argument("recipe", required=False, metavar="[RECIPE]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "svg"]),
    help="The format (default: by the name of FILE, else mermaid).",
)
@click.option("-o", "--output", type=FILE, help="Write it there instead of printing it.")
@config_option
def command(
    recipe: str | None, form: str | None, output: Path | None, config_file: Path | None
) -> None:
    """Draw RECIPE (an id, or a file), or without one what triggers what across all recipes.

    Mermaid is text that code hosts show as a picture inside Markdown; SVG is a picture for any
    browser. What cannot be taken back (mails, messages, deletions) has a thick red border. Of
    all recipes, a dashed arrow is what may happen and does not have to.

    Examples:
      beeflow graph go-live
      beeflow graph go-live -o go-live.svg
      beeflow graph --format svg > recipes.svg
    """
    config = read_setup(config_file).config
    draw = _all if recipe is None else _one
    text = draw(recipe or "", config, form or _form_of(output))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from None
    click.echo(f"written to {output}", err=True)


def _form_of(output: Path | None) -> str:
    """Return the format that a file's name means; raises `UsageError` where it means none."""
    kind = output.suffix.lower() if output is not None else ""
    if kind not in {"", ".svg", ".mmd", ".mermaid", ".md", ".txt"}:
        raise UsageError(
            f"{output}: `{kind}` is neither of the two formats: name it .svg for a picture, "
            ".mmd for Mermaid, or say --format"
        )
    return "svg" if kind == ".svg" else "mermaid"


def _one(name: str, config: Config, form: str) -> str:
    drawn = diagram(find_recipe(name, config), effect_of)
    return svg(lay_out(drawn)) if form == "svg" else mermaid(drawn)


def _all(_name: str, config: Config, form: str) -> str:
    deck = read_deck(config.recipes, config.timezone)
    if deck.broken:
        click.echo(f"left out, they have errors: {', '.join(sorted(deck.broken))}", err=True)
    if not deck.recipes:
        raise NothingFound(f"there are no recipes to draw in {config.recipes}")
    found = web(deck.recipes.values(), trace(deck.recipes.values(), facts().actions))
    if form == "svg":
        return svg(lay_out_web(found, f"What triggers what in {config.recipes}"))
    return web_mermaid(found)
