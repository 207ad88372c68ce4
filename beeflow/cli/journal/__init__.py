"""`beeflow journal`: care of the journal."""

from __future__ import annotations

import click

from beeflow.cli.group import Subcommands
from beeflow.cli.journal import export


@click.group("journal", cls=Subcommands)
def command() -> None:
    """Look after the journal: is it whole, a copy of it, less of it, all that is in it.

    All of it works while `beeflow serve` runs.

    Examples:
      beeflow journal export --since 7d events.jsonl
    """


command.add_command(export.command)
