"""Which runs are meant by `--all` and what narrows it, and how it was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from beeflow.cli.bulk import Asked, one_or_all
from beeflow.cli.listing_options import since_option
from beeflow.engine.journal.records import Filter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def narrowing(command: Callable[..., None]) -> Callable[..., None]:
    """Add what narrows `--all`: `--recipe`, `--type` and `--since`."""
    of_type = "With --all: only those that an event of this type started."
    for option in (
        since_option,
        click.option("--type", "type_", help=of_type),
        click.option("--recipe", help="With --all: only of this recipe."),
    ):
        command = option(command)
    return command


class Meant(msgspec.Struct, frozen=True):
    """The options of a command that takes one or all; `more` narrows it, too, by option."""

    all_: bool
    dry_run: bool
    yes: bool
    recipe: str | None = None
    type_: str | None = None
    since: float | None = None
    more: Mapping[str, object] = {}

    def check(self, what: str, given: str | None) -> None:
        """Raise `UsageError` for options that do not go with one, or with all."""
        narrowed = {
            "--recipe": self.recipe,
            "--type": self.type_,
            "--since": self.since,
            **self.more,
            "--dry-run": self.dry_run,
            "--yes": self.yes,
        }
        one_or_all(what, given, all_=self.all_, narrowed=narrowed)

    def filter(
        self, outcome: str | None = None, status: str | None = None, source: str | None = None
    ) -> Filter:
        """Return what to list: all of it."""
        return Filter(0, self.since, self.recipe, outcome, status, self.type_, source)

    def asked(self, as_json: bool) -> Asked:
        """Return how it was asked for."""
        return Asked(self.dry_run, self.yes, as_json)
