"""`beeflow test`: the tests of recipes."""

from __future__ import annotations

from pathlib import Path

import click

from beeflow.cli.ending import FAILED
from beeflow.cli.group import Command
from beeflow.cli.options import config_option, read_setup
from beeflow.cli.testing.session import open_benches, run_benches
from beeflow.cli.testing.text import print_results
from beeflow.errors import NothingFound


@click.command("test", cls=Command)
@click.argument("paths", nargs=-1, metavar="[PATHS…]")
@click.option(
    "-k", "words", multiple=True, metavar="TEXT", help="Only tests with this in their name."
)
@config_option
def command(paths: tuple[str, ...], words: tuple[str, ...], config_file: Path | None) -> None:
    """Run the tests of recipes: *.test.yaml, in the recipes folder or in PATHS.

    Tests are played by the real engine on a virtual clock, with no network: a wait of a week takes
    no time, and whatever would be sent is compared with what the test expects. The exit code is 1
    where a test fails or a test file is wrong, 3 where there are no tests.

    Examples:
      beeflow test
      beeflow test recipes/go-live.test.yaml
      beeflow test -k "goes live"
    """
    config = read_setup(config_file).config
    benches = open_benches([Path(path) for path in paths] or [config.recipes], config)
    ran = run_benches(benches, words, lambda _verdict: None)
    if not ran:
        raise NothingFound(f"no test has `{' '.join(words)}` in its name")
    print_results(ran)
    if any(one.failed for one in ran):
        raise click.exceptions.Exit(FAILED)
