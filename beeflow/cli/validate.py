"""`beeflow validate`: the static checker."""

from __future__ import annotations

import json
from pathlib import Path

import click

from beeflow.check import FORMATS, explain
from beeflow.check.explaining import listing, page
from beeflow.cli.checks import STDIN, Check
from beeflow.cli.ending import FAILED
from beeflow.cli.group import Command
from beeflow.cli.knowledge import facts
from beeflow.cli.options import FILE, config_option
from beeflow.errors import UsageError


@click.command("validate", cls=Command)
@click.argument("paths", nargs=-1, metavar="[PATHS…|-]")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", help="How.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--env", type=FILE, help="Are all secrets in this dotenv file?")
@click.option("--explain", "rule", metavar="RULE", help="Say what a rule is about.")
@click.option("--rules", is_flag=True, help="List all rules.")
@click.option("--markdown", is_flag=True, help="With --rules: the rules page, as Markdown.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of recipes, for editors.")
@click.option("--dry-run", "dry", is_flag=True, help="Dry-run each recipe on its samples, too.")
@click.option("--watch", is_flag=True, help="Check again whenever a recipe is saved.")
@click.option("--stdin-filename", "name", metavar="NAME", help="The file that stdin holds.")
@config_option
def command(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    paths: tuple[str, ...],
    form: str,
    strict: bool,
    env: Path | None,
    rule: str | None,
    rules: bool,
    markdown: bool,
    schema: bool,
    dry: bool,
    watch: bool,
    name: str | None,
    config_file: Path | None,
) -> None:
    """Check recipes (default: the recipes folder), offline. - reads one recipe from stdin.

    Every finding says where, what is allowed, and how to mend it. The exit code is 1 where there
    are errors (with --strict: or warnings), 3 where there is nothing to check.

    Examples:
      beeflow validate
      beeflow validate recipes/go-live.yaml --dry-run
      beeflow validate --watch
      beeflow validate --strict --env .env --format github
      beeflow validate --explain unknown-field
      beeflow validate - --stdin-filename recipes/go-live.yaml < buffer
    """
    if rule is not None:
        click.echo(explain(rule))
        return
    if rules or markdown:
        _tell_rules(rules, markdown)
        return
    if schema:
        _print_schema()
        return
    if name and paths != (str(STDIN),):
        raise UsageError("--stdin-filename goes with - (stdin)")
    named = tuple(Path(path) for path in paths)
    stdin_name = Path(name) if name else None
    check = Check(named, form, strict, env, dry, config_file, stdin_name)
    if watch:
        _watch(check)
    elif not check.make():
        raise click.exceptions.Exit(FAILED)


def _tell_rules(rules: bool, markdown: bool) -> None:
    if not rules:
        raise UsageError("--markdown goes with --rules")
    click.echo(page() if markdown else listing() + "\n", nl=False)


def _print_schema() -> None:
    # Making the schema reads all actions, and checking does without.
    from beeflow.check.editor import editor_schema  # noqa: PLC0415

    click.echo(json.dumps(editor_schema(facts()), indent=2, ensure_ascii=False))


def _watch(check: Check) -> None:
    if STDIN in check.paths or check.form != "text":
        raise UsageError("--watch tells what it finds in files, as text")
    # What watches files takes time to import, and checking once does without.
    from beeflow.cli.watching import keep_checking  # noqa: PLC0415

    keep_checking(check)
