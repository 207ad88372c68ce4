"""`beeflow test`: the tests of recipes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from beeflow.cli.ending import FAILED
from beeflow.cli.group import Command
from beeflow.cli.options import FILE, config_option, json_option, read_setup
from beeflow.cli.testing.order import Order, carry_out
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from beeflow.cli.options import Setup
    from beeflow.cli.testing.order import Form


@click.command("test", cls=Command)
@click.argument("paths", nargs=-1, metavar="[PATHS…]")
@click.option("-k", "words", multiple=True, metavar="TEXT", help="Only tests named so.")
@click.option("--coverage", is_flag=True, help="Show what of the recipes no test reaches.")
@click.option(
    "--fail-under",
    "least",
    type=click.FloatRange(0, 100),
    metavar="N",
    help="Least coverage, in %.",
)
@click.option("--mutate", is_flag=True, help="Change the recipes: does a test notice?")
@click.option("--update", is_flag=True, help="Let failing tests expect what came.")
@click.option("--record", "run_id", metavar="RUN_ID", help="Make a test of a run in the journal.")
@click.option("--watch", is_flag=True, help="Run again whenever a file is saved.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "junit"]), default="text", help="How."
)
@click.option("--junit", type=FILE, help="Write JUnit XML there, too.")
@config_option
@json_option
def command(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    paths: tuple[str, ...],
    words: tuple[str, ...],
    coverage: bool,
    least: float | None,
    mutate: bool,
    update: bool,
    run_id: str | None,
    watch: bool,
    form: Form,
    junit: Path | None,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Run the tests of recipes: *.test.yaml, in the recipes folder or in PATHS.

    Tests are played by the real engine on a virtual clock, with no network: a wait of a week takes
    no time, and whatever would be sent is compared with what the test expects. The exit code is 1
    where a test fails or a test file is wrong, 3 where there are no tests.

    Examples:
      beeflow test
      beeflow test recipes/go-live.test.yaml -k "goes live"
      beeflow test --coverage --fail-under 100
      beeflow test --mutate
      beeflow test --update
      beeflow test --record r-2093 recipes/go-live.test.yaml
    """
    setup = read_setup(config_file)
    if run_id is not None:
        others = (words, coverage, least is not None, mutate, update, watch, junit, as_json)
        if any(others) or form != "text":
            raise UsageError("--record makes a test and runs no others: give it by itself")
        _record(setup, run_id, paths)
        return
    order = Order(
        paths=tuple(map(Path, paths)) or (setup.config.recipes,),
        words=words,
        coverage=coverage,
        least=least,
        mutate=mutate,
        update=update,
        form="json" if as_json else form,
        junit=junit,
    )
    if watch:
        # What watches files takes a while to import, and one run does without.
        from beeflow.cli.testing.watching import keep_testing  # noqa: PLC0415

        keep_testing(order, setup.config)
    elif not carry_out(order, setup.config):
        raise click.exceptions.Exit(FAILED)


def _record(setup: Setup, run_id: str, paths: tuple[str, ...]) -> None:
    if len(paths) > 1:
        raise UsageError("--record writes to one test file: name one, or none to print it")
    # The journal takes a while to import, and running tests does without.
    from beeflow.cli.testing.recording import record_run  # noqa: PLC0415

    record_run(setup, run_id, Path(paths[0]) if paths else None)
