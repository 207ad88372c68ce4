"""`beeflow webhooks`: what BeeStreamed sends, readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from beeflow.beestreamed.catalog import load_catalog
from beeflow.cli.group import Command
from beeflow.cli.options import json_option
from beeflow.cli.reference import webhook_page
from beeflow.cli.reference_pages import markdown, print_list, print_page
from beeflow.cli.suggestions import known_name
from beeflow.cli.terminal import console, print_json

if TYPE_CHECKING:
    from beeflow.types import Json


@click.command("webhooks", cls=Command)
@click.argument("type_", metavar="[TYPE]", required=False)
@click.option("--markdown", "as_markdown", is_flag=True, help="Print the whole reference.")
@json_option
def command(type_: str | None, as_markdown: bool, as_json: bool) -> None:
    """List the webhooks that BeeStreamed sends, or show one: its fields and a sample.

    Examples:
      beeflow webhooks
      beeflow webhooks event.updated.status
      beeflow webhooks --markdown > webhooks.md
    """
    kinds = load_catalog().webhooks
    names = sorted(kinds) if type_ is None else [known_name("webhook", type_, kinds)]
    pages = [webhook_page(kinds[name]) for name in names]
    if as_json:
        documents: list[Json] = [page.as_json() for page in pages]
        print_json(documents if type_ is None else documents[0])
    elif as_markdown:
        click.echo(markdown("Webhooks", pages))
    elif type_ is None:
        print_list(console(), ("type", "group", "about"), pages)
    else:
        print_page(console(), pages[0])
