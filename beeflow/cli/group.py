"""The commands there are, and a group that imports one only when it is called for.

Starting Python with everything beeflow is made of takes longer than most commands do, so the
table below holds what `beeflow --help` says, and a command's module is imported when it runs.
"""

from __future__ import annotations

import difflib
import inspect
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final, NoReturn

import click
import msgspec

from beeflow import __version__
from beeflow.cli.collector import sparing_the_collector

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType


class Listed(msgspec.Struct, frozen=True):
    """A command of the table: its module in `beeflow.cli`, and its line of help."""

    module: str
    help: str


SECTIONS: Final[Mapping[str, Mapping[str, Listed]]] = {
    "See it work": {
        "demo": Listed("demo", "A webinar's whole life in fast motion, on this machine alone."),
    },
    "Write recipes": {
        "validate": Listed("validate", "Check recipes; says what is wrong, where, and the mend."),
        "dry-run": Listed("dry_run", "Show what a recipe would do, without doing it."),
        "plan": Listed("plan", "Show what deploying the recipes here would change."),
        "backtest": Listed("backtest", "Play recorded events through changed recipes."),
        "graph": Listed("graph", "Draw a recipe, or what triggers what, as Mermaid or SVG."),
        "test": Listed("testing", "Run the tests of recipes, on a virtual clock, offline."),
        "actions": Listed("actions", "The actions that recipes can call."),
        "webhooks": Listed("webhooks", "The webhooks that BeeStreamed sends."),
    },
    "Run them": {
        "serve": Listed("serve", "Run the daemon: receive webhooks, keep schedules, run recipes."),
        "run": Listed("run", "Run one recipe now."),
        "send": Listed("send", "Send a signed sample webhook, to try a daemon."),
        "sandbox": Listed("sandbox", "A BeeStreamed of one's own to develop against."),
    },
    "Look at what happened": {
        "explain": Listed("explain", "Why a recipe fired for an event, or did not."),
        "events": Listed("events", "The events that came in: list, show, replay."),
        "runs": Listed("runs", "The runs they started: list, show, retry, resolve, cancel."),
    },
    "Look after it": {
        "journal": Listed("journal", "Care of the journal: check, backup, prune, export."),
        "bench": Listed("bench", "Measure beeflow here, against a bare floor of the same work."),
    },
}

COMMANDS: Final[Mapping[str, Listed]] = {
    name: listed for section in SECTIONS.values() for name, listed in section.items()
}

CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""Settings that every command shares (they are inherited from the group)."""


def keep_lines(text: str) -> str:
    """Mark the paragraphs of a help text that have indented lines, so that none is joined.

    These are the examples. The mark is click's.
    """
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(f"\b\n{one}" if "\n  " in one else one for one in paragraphs)


class Command(click.Command):
    """A command whose examples stand in its docstring."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help, examples line by line."""
        self.help = keep_lines(self.help or "")
        super().format_help_text(ctx, formatter)


class LazyGroup(click.Group):
    """The group `beeflow`: knows its commands from the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command called `cmd_name`."""
        del ctx
        listed = COMMANDS.get(cmd_name)
        if listed is None:
            return None
        command: click.Command = _imported(f"beeflow.cli.{listed.module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; an unknown one is refused with the nearest name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            refuse_command(ctx, args[0], list(COMMANDS))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table, section by section, without importing anything."""
        del ctx
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, listed.help) for name, listed in commands.items()])


def _imported(name: str) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    with sparing_the_collector():
        return import_module(name)


class Subcommands(click.Group):
    """A command of subcommands, such as `beeflow runs list`."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help, examples line by line."""
        self.help = keep_lines(self.help or "")
        super().format_help_text(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand; an unknown one is refused with the nearest name."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            refuse_command(ctx, args[0], names)
        return super().resolve_command(ctx, args)


def refuse_command(ctx: click.Context, name: str, known: list[str]) -> NoReturn:
    """Raise the usage error for a command that does not exist."""
    close = difflib.get_close_matches(name, known, n=1)
    mend = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(known)}"
    raise click.UsageError(f"there is no command `{ctx.command_path} {name}`; {mend}", ctx)


EXAMPLES = """
Examples:
  beeflow demo --once                          see all of it work, in a few seconds
  beeflow validate recipes                     check the recipes of this folder
  beeflow dry-run recipes/go-live.yaml         what would it do?
  beeflow serve                                run them
"""


@click.group(cls=LazyGroup, epilog=keep_lines(EXAMPLES), context_settings=CONTEXT)
@click.version_option(__version__, prog_name="beeflow", message="%(prog)s %(version)s")
def beeflow() -> None:
    """Automation for live events on BeeStreamed: recipes in YAML, run durably."""
