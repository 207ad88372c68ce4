"""`beeflow actions`: what recipes can do, readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from beeflow.actions.definitions import describe_actions
from beeflow.cli.group import Command
from beeflow.cli.options import json_option
from beeflow.cli.reference import Page, action_page
from beeflow.cli.reference_pages import markdown, print_list, print_page
from beeflow.cli.suggestions import known_name
from beeflow.cli.terminal import console, print_json

if TYPE_CHECKING:
    from beeflow.types import Json


@click.command("actions", cls=Command)
@click.argument("name", required=False)
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the whole reference.")
@json_option
def command(name: str | None, as_markdown: bool, as_json: bool) -> None:
    """List the actions, or show one: parameters, effect, answer and a sample.

    Examples:
      beeflow actions
      beeflow actions polls.create
      beeflow actions --markdown > actions.md
    """
    pages = _pages(name)
    if as_json:
        documents: list[Json] = [page.as_json() for page in pages]
        print_json(documents if name is None else documents[0])
    elif as_markdown:
        click.echo(markdown("Actions", pages))
    elif name is None:
        print_list(console(), ("action", "effect", "does"), pages)
    else:
        print_page(console(), pages[0])


def _pages(name: str | None) -> list[Page]:
    registry = describe_actions()
    for problem in registry.problems:
        click.echo(f"beeflow: {problem}", err=True)
    names = registry.names() if name is None else [known_name("action", name, registry.names())]
    definitions = (registry.definition(one) for one in names)
    return [action_page(found) for found in definitions if found is not None]
