"""One check of recipes, as `beeflow validate` was asked for it; it can be made again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from beeflow.check import FORMATS, Report, check_paths, check_text
from beeflow.check.reports import text as report_text
from beeflow.cli.arguments import read_stdin_text
from beeflow.cli.colour import busy, colour_wanted
from beeflow.cli.knowledge import facts_of
from beeflow.config import Config, load_config
from beeflow.config.secrets import VARIABLE
from beeflow.errors import ConfigError, NothingFound, UsageError
from beeflow.recipe.parser import Defaults

if TYPE_CHECKING:
    from collections.abc import Sequence

STDIN: Final = Path("-")


class Check(msgspec.Struct, frozen=True):
    """What to check and how to tell it. `stdin_name` is the file that stdin holds."""

    paths: tuple[Path, ...]
    form: str = "text"
    strict: bool = False
    env: Path | None = None
    dry: bool = False
    config_file: Path | None = None
    stdin_name: Path | None = None

    def make(self) -> bool:
        """Check and print; returns whether all is well. Raises for what cannot be checked."""
        config = self.config()
        folders = self.folders(config)
        report = self._checked(folders, config)
        told = ""
        if self.dry:
            # The engine takes long to import, and checking alone does without.
            from beeflow.cli.rehearsal import rehearsed  # noqa: PLC0415

            report, told = rehearsed(report, folders, config)
        if self.strict:
            report = report.strictly()
        _print(report, self.form)
        click.echo(told if self.form == "text" else "", nl=False)
        return not report.errors

    def config(self) -> Config:
        """Return the configuration, as far as it matters.

        Files named on the command line are checked by themselves: a configuration that is not
        there yet, or broken, is no reason not to.
        """
        needed = not self.paths or self.config_file is not None or self.dry
        try:
            return load_config(self.config_file, os.environ)
        except ConfigError:
            if needed:
                raise
            return Config()

    def folders(self, config: Config) -> Sequence[Path]:
        """Return what is checked: what was named, or the recipes folder."""
        return self.paths or (config.recipes,)

    def _checked(self, paths: Sequence[Path], config: Config) -> Report:
        """Check what was named; raises `NothingFound` where that is nothing."""
        defaults, known = Defaults(config.timezone), facts_of(config, _secrets(self.env))
        if STDIN in paths:
            if len(paths) > 1:
                raise UsageError("- (stdin) is checked by itself: leave out the other paths")
            return check_text(read_stdin_text(), known, defaults, self.stdin_name)
        with busy("checking recipes"):
            report = check_paths(paths, known, defaults)
        if not report.files:
            raise NothingFound(f"there are no recipes in {', '.join(map(str, paths))}")
        return report


def _secrets(env: Path | None) -> frozenset[str] | None:
    """Return the names of the secrets in a dotenv file; None: they are not looked for."""
    if env is None:
        return None
    # What reads such a file takes time to import, and checking alone does without.
    from beeflow.config.dotenv_file import read_dotenv  # noqa: PLC0415

    names = read_dotenv(env)
    return frozenset(name.removeprefix(VARIABLE) for name in names if name.startswith(VARIABLE))


def _print(report: Report, form: str) -> None:
    if form == "text" and colour_wanted():
        click.echo(report_text.render(report, report_text.ANSI), nl=False, color=True)
    else:
        click.echo(FORMATS[form](report), nl=False)
