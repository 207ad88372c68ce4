"""`beeflow validate`: the static checker."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from beeflow.check import FORMATS, Report, check_paths, check_text, explain
from beeflow.check.explaining import listing, page
from beeflow.check.reports import text as report_text
from beeflow.cli.arguments import read_stdin_text
from beeflow.cli.colour import busy, colour_wanted
from beeflow.cli.ending import FAILED
from beeflow.cli.group import Command
from beeflow.cli.knowledge import facts
from beeflow.cli.options import FILE, config_option
from beeflow.config import Config, load_config
from beeflow.config.dotenv_file import read_dotenv
from beeflow.config.secrets import VARIABLE
from beeflow.errors import NothingFound, UsageError
from beeflow.recipe.parser import Defaults

if TYPE_CHECKING:
    from collections.abc import Sequence

STDIN = Path("-")


@click.command("validate", cls=Command)
@click.argument("paths", nargs=-1, metavar="[PATHS…|-]")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help="How.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--env", type=FILE, help="Are all secrets in this dotenv file?")
@click.option("--explain", "rule", metavar="RULE", help="Say what a rule is about.")
@click.option("--rules", is_flag=True, help="List all rules.")
@click.option("--markdown", is_flag=True, help="With --rules: the rules page, as Markdown.")
@click.option("--dry-run", "dry", is_flag=True, help="Dry-run each recipe on its samples, too.")
@config_option
def command(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    paths: tuple[str, ...],
    form: str,
    strict: bool,
    env: Path | None,
    rule: str | None,
    rules: bool,
    markdown: bool,
    dry: bool,
    config_file: Path | None,
) -> None:
    """Check recipes (default: the recipes folder), offline. - reads one recipe from stdin.

    Every finding says where, what is allowed, and how to mend it. The exit code is 1 where there
    are errors (with --strict: or warnings), 3 where there is nothing to check.

    Examples:
      beeflow validate
      beeflow validate recipes/go-live.yaml --dry-run
      beeflow validate --strict --env .env --format github
      beeflow validate --explain unknown-field
    """
    if rule is not None:
        click.echo(explain(rule))
        return
    if rules or markdown:
        _tell_rules(rules, markdown)
        return
    # Files named on the command line are checked by themselves: a configuration that is not
    # there yet, or broken, is no reason not to.
    needed = not paths or config_file is not None or dry
    config = load_config(config_file, os.environ) if needed else Config()
    folders = [Path(path) for path in paths] or [config.recipes]
    report = _checked(folders, config, _secrets(env))
    if dry:
        # The engine takes long to import, and checking alone does without.
        from beeflow.cli.rehearsal import rehearsed  # noqa: PLC0415

        report, told = rehearsed(report, folders, config)
        _print(report, form)
        click.echo(told if form == "text" else "", nl=False)
    else:
        _print(report, form)
    if report.errors or (strict and report.warnings):
        raise click.exceptions.Exit(FAILED)


def _tell_rules(rules: bool, markdown: bool) -> None:
    if not rules:
        raise UsageError("--markdown goes with --rules")
    click.echo(page() if markdown else listing() + "\n", nl=False)


def _secrets(env: Path | None) -> frozenset[str] | None:
    """Return the names of the secrets in a dotenv file; None: they are not looked for."""
    if env is None:
        return None
    names = read_dotenv(env)
    return frozenset(name.removeprefix(VARIABLE) for name in names if name.startswith(VARIABLE))


def _checked(paths: Sequence[Path], config: Config, secrets: frozenset[str] | None) -> Report:
    """Check what was named; raises `NothingFound` where that is nothing."""
    defaults = Defaults(config.timezone)
    if STDIN in paths:
        if len(paths) > 1:
            raise UsageError("- (stdin) is checked by itself: leave out the other paths")
        return check_text(read_stdin_text(), facts(secrets), defaults)
    with busy("checking recipes"):
        report = check_paths(paths, facts(secrets), defaults)
    if not report.files:
        raise NothingFound(f"there are no recipes in {', '.join(map(str, paths))}")
    return report


def _print(report: Report, form: str) -> None:
    if form == "text" and colour_wanted():
        click.echo(report_text.render(report, report_text.ANSI), nl=False, color=True)
    else:
        click.echo(FORMATS[form](report), nl=False)
