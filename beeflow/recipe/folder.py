"""The recipes folder: which files are recipes, and all of them read (recipe language, section 1).

A symbolic link to a file counts as that file as long as it stays within the folder; links to
folders are not followed, so that there are no circles and no file is read twice under one name.
"""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from beeflow.recipe import limits
from beeflow.recipe.document import Document, Source, decode
from beeflow.recipe.parser import Defaults, Load, Parsed, Setting, parse_file
from beeflow.recipe.parser.assembly import sorted_problems
from beeflow.recipe.problem import Note, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.recipe.model import Recipe

BLUEPRINTS: Final = "blueprints"
"""The folder, at any depth, whose files are blueprints and not recipes."""

_NO_TEXT: Final = "\ufffd"
"""Stands for bytes that no encoding explains: nothing is read of such a file."""

_SHORT: Final = 16 * 1024
"""Bytes that nearly every file is shorter than."""

_SUFFIXES: Final = (".yaml", ".yml")
TESTS: Final = (".test.yaml", ".test.yml")


class Loaded(msgspec.Struct, frozen=True):
    """What a folder holds. `recipes` are those without an error, by id.

    `files` are the paths of all recipe files, from the folder; `parsed` is what became of each,
    in the same order.
    """

    recipes: Mapping[str, Recipe]
    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    parsed: tuple[Parsed, ...]


def load_folder(root: Path, defaults: Defaults | None = None) -> Loaded:
    """Read all recipes below a folder. What is broken is a problem and stops nothing else.

    Raises `OSError` only where the folder itself cannot be listed.
    """
    names = recipe_files(root)
    folder = Folder(root, defaults or Defaults())
    parsed = unique_ids([folder.parse(name) for name in names])
    recipes = {one.recipe.id: one.recipe for one in parsed if one.recipe is not None}
    problems = sorted_problems(problem for one in parsed for problem in one.problems)
    return Loaded(recipes, problems, tuple(names), tuple(parsed))


def recipe_files(root: Path) -> list[str]:
    """Return the paths, from the folder and with `/`, of all recipe files in it, sorted."""
    os.scandir(root).close()
    found: list[str] = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name[0] not in "._" and name != BLUEPRINTS]
        inside = Path(folder).relative_to(root)
        found.extend((inside / name).as_posix() for name in names if is_recipe(name))
    return sorted(found)


def blueprint_files(root: Path) -> list[str]:
    """Return the paths of all blueprints in a folder, sorted."""
    return sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if is_recipe(path.name)
        and is_blueprint(path.relative_to(root).as_posix())
        and not any(part[0] in "._" for part in path.relative_to(root).parts)
    )


def is_recipe(name: str) -> bool:
    """Whether a file's name is that of a recipe (or a blueprint)."""
    return name.endswith(_SUFFIXES) and not name.endswith(TESTS) and name[0] not in "._"


def is_blueprint(path: str) -> bool:
    """Whether a file lies in a folder for blueprints."""
    return BLUEPRINTS in Path(path).parts[:-1]


class Folder(msgspec.Struct, frozen=True):
    """Files below a root, read by their path from it. `shown` is the root in messages."""

    root: Path
    defaults: Defaults
    shown: str | None = None

    @property
    def prefix(self) -> str:
        """What stands before a path from the root in messages."""
        shown = self.root.as_posix() if self.shown is None else self.shown
        return "" if shown in {"", "."} else f"{shown.rstrip('/')}/"

    def parse(self, name: str, *, blueprint: bool = False) -> Parsed:
        """Read the recipe in a file."""
        source, problem = self._source(name)
        if problem is not None and (not source.text or _NO_TEXT in source.text):
            return Parsed(Document(source, None), problems=(problem,))
        parsed = self.parse_text(name, source.text, blueprint=blueprint)
        return parsed if problem is None else _with_problem(parsed, problem)

    def parse_text(self, name: str, text: str, *, blueprint: bool = False) -> Parsed:
        """Read the recipe that a file is going to hold."""
        load: Load = self._text
        return parse_file(text, name, Setting(load, self.defaults, self.prefix, blueprint))

    def _text(self, name: str) -> str | None:
        if not (self.root / name).is_file():
            return None
        source, problem = self._source(name)
        return None if problem is not None else source.text

    def _source(self, name: str) -> tuple[Source, Problem | None]:
        shown = self.prefix + name
        source = Source(shown, "")
        refusal = None if _is_plain(self.root, name) else self._refusal(self.root / name)
        if refusal is None:
            try:
                return decode(_contents(self.root / name), shown)
            except OSError as error:
                refusal = f"the file cannot be read: {error.strerror or error}"
        return source, Problem("unreadable-file", refusal, source.span(0, 0))

    def _refusal(self, path: Path) -> str | None:
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "links in a circle"
            return f"the file cannot be read: {reason}"
        if not real.is_relative_to(self.root.resolve()):
            return "this is a link to a file outside the recipes folder"
        return None if real.is_file() else "this is not a file"


def _is_plain(root: Path, name: str) -> bool:
    """Whether a path leads to a file through folders only: it is within the root then."""
    *folders, file = name.split("/")
    path = os.fspath(root)
    try:
        for folder in folders:
            path = f"{path}/{folder}"
            if folder in {"", ".."} or not stat.S_ISDIR(os.lstat(path).st_mode):
                return False
        return stat.S_ISREG(os.lstat(f"{path}/{file}").st_mode)
    except OSError:
        return False


def _contents(path: Path) -> bytes:
    """Return a file's bytes, of one that is too long just as many as show it."""
    with path.open("rb") as file:
        data = file.read(_SHORT)
        # Room for the longest is made only where it is needed.
        return data if len(data) < _SHORT else data + file.read(limits.FILE_BYTES + 1 - _SHORT)


def unique_ids(parsed: list[Parsed]) -> list[Parsed]:
    """Take recipes that share an id out, each with a problem that names the other's place."""
    by_id: defaultdict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(parsed):
        if one.draft is not None:
            by_id[one.draft.id].append(at)
    for name, places in by_id.items():
        for at in places[1:]:
            parsed[at] = _with_problem(parsed[at], _shared(name, parsed[at], parsed[places[0]]))
        if len(places) > 1:
            parsed[places[0]] = replace(parsed[places[0]], recipe=None)
    return parsed


def _with_problem(one: Parsed, problem: Problem) -> Parsed:
    return replace(one, recipe=None, problems=sorted_problems((*one.problems, problem)))


def _shared(name: str, one: Parsed, first: Parsed) -> Problem:
    return Problem(
        "duplicate-id",
        f"the id `{name}` is already that of {first.document.source.path}",
        one.id_span or one.document.source.span(0, 0),
        help="give one of them another `id`: ids are unique over all files, at any depth",
        notes=(Note("the first one is here", first.id_span),),
        recipe=name,
    )
