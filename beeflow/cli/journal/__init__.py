"""`beeflow journal`: care of the journal."""

from __future__ import annotations

import click

from beeflow.cli.group import Subcommands
from beeflow.cli.journal import backup, check, export, prune


@click.group("journal", cls=Subcommands)
def command() -> None:
    """Look after the journal: is it whole, a copy of it, less of it, all that is in it.

    All of it works while `beeflow serve` runs.

    Examples:
      beeflow journal check
      beeflow journal backup /var/backups/beeflow.db --force
      beeflow journal prune --older-than 14d --dry-run
      beeflow journal export --since 7d week.jsonl
    """


for part in (check, backup, prune, export):
    command.add_command(part.command)
