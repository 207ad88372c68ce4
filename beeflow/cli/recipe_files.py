"""The recipe that a command names: by its id, or by its file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from beeflow.check.checking import check_parsed
from beeflow.check.report import make_report
from beeflow.check.reports import text as report_text
from beeflow.cli.colour import colour_wanted
from beeflow.cli.ending import FAILED
from beeflow.cli.knowledge import facts
from beeflow.cli.suggestions import suggestion
from beeflow.errors import NothingFound
from beeflow.recipe.folder import Folder, load_folder, recipe_files
from beeflow.recipe.parser import Defaults, Parsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from beeflow.config import Config
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.problem import Problem

_SUFFIXES = frozenset({".yaml", ".yml"})


def find_recipe(name: str, config: Config) -> Recipe:
    """Return a recipe by its id, or by the path of its file.

    Raises `NothingFound` with the nearest id. One that cannot be read is reported, and ends the
    command.
    """
    parsed = _find(name, config)
    return _whole(parsed, parsed.problems)


def find_sound_recipe(name: str, config: Config) -> Recipe:
    """Return a recipe as `find_recipe` does, if a daemon would load it: the checks pass, too."""
    parsed = _find(name, config)
    return _whole(parsed, check_parsed(parsed, facts()))


def _find(name: str, config: Config) -> Parsed:
    path = Path(name)
    defaults = Defaults(config.timezone)
    if path.suffix in _SUFFIXES or "/" in name:
        if not path.is_file():
            raise NothingFound(f"{name}: there is no such file")
        return read_recipe(path, [config.recipes], defaults)
    if not config.recipes.is_dir():
        raise NothingFound(
            f"there is no recipe `{name}`: there is no folder {config.recipes}, which the "
            "configuration says recipes are in"
        )
    return _by_id(name, config, defaults)


def read_recipe(path: Path, folders: Iterable[Path], defaults: Defaults) -> Parsed:
    """Read a file; one in a recipes folder as the daemon would, so that ids and links fit."""
    real = path.resolve()
    for folder in folders:
        if folder.is_dir() and real.is_relative_to(folder.resolve()):
            inside = real.relative_to(folder.resolve()).as_posix()
            return Folder(folder, defaults).parse(inside)
    if path.is_absolute() or ".." in path.parts:
        return Folder(path.parent, defaults).parse(path.name)
    return Folder(Path(), defaults).parse(path.as_posix())


def _by_id(name: str, config: Config, defaults: Defaults) -> Parsed:
    """Find a recipe by its id; the file that is called so is the likely one."""
    folder = Folder(config.recipes, defaults)
    for file in recipe_files(config.recipes):
        if Path(file).stem == name:
            parsed = folder.parse(file)
            if parsed.draft is None or parsed.draft.id == name:
                return parsed
    loaded = load_folder(config.recipes, defaults)
    drafts = {one.draft.id: one for one in loaded.parsed if one.draft is not None}
    if name not in drafts:
        raise NothingFound(f"there is no recipe `{name}`; {suggestion(name, drafts)}")
    return drafts[name]


def _whole(parsed: Parsed, problems: Sequence[Problem]) -> Recipe:
    """Return the recipe, if nothing is wrong with it."""
    wrong = any(problem.severity == "error" for problem in problems)
    if parsed.recipe is not None and not wrong:
        return parsed.recipe
    sources = {source.path: source for source in parsed.sources}
    report = make_report(problems, [parsed.document.source.path], sources)
    colours = report_text.ANSI if colour_wanted() else report_text.PLAIN
    click.echo(report_text.render(report, colours), nl=False, err=True)
    raise click.exceptions.Exit(FAILED)
