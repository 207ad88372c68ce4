"""Which test files are meant, and where the recipes are that each is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.errors import NothingFound
from beeflow.recipe.document import Source, decode
from beeflow.recipe.limits import FILE_BYTES
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SUFFIXES: Final = (".test.yaml", ".test.yml")


class SuiteFile(msgspec.Struct, frozen=True):
    """A test file, and the folder its recipe is looked for in."""

    path: Path
    recipes: Path


def suite_files(paths: Sequence[Path], recipes: Path) -> list[SuiteFile]:
    """Return the test files that are named, or in the folders that are; each once.

    `recipes` is the recipes folder of the configuration: files in it are about recipes in it. Any
    other file is about recipes in the folder that was named, or in its own. Naming a recipe means
    its tests. Raises `NothingFound` for what does not exist.
    """
    found: dict[Path, SuiteFile] = {}
    for path in paths:
        for file, root in _named(path):
            inside = recipes.is_dir() and file.resolve().is_relative_to(recipes.resolve())
            found.setdefault(file.resolve(), SuiteFile(file, recipes if inside else root))
    return list(found.values())


def _named(path: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the test files that a path means, each with the folder its recipes may be in."""
    if path.is_dir():
        for file in _within(path):
            yield file, path
    elif not path.exists():
        raise NothingFound(f"{path}: there is no such file or folder")
    elif path.name.endswith(SUFFIXES):
        yield path, path.parent
    else:
        for suffix in SUFFIXES:
            beside = path.with_name(path.stem + suffix)
            if beside.is_file():
                yield beside, path.parent


def _within(root: Path) -> list[Path]:
    """Return the test files in a folder at any depth; what begins with `.` or `_` is skipped."""
    found: list[Path] = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name[0] not in "._"]
        here = Path(folder)
        found += [here / name for name in names if name.endswith(SUFFIXES) and name[0] not in "._"]
    return sorted(found)


def read_source(path: Path) -> tuple[Source, Problem | None]:
    """Read a test file; with a problem where it cannot be read, or is not text."""
    shown = path.as_posix()
    try:
        with path.open("rb") as file:
            return decode(file.read(FILE_BYTES + 1), shown)
    except OSError as error:
        source = Source(shown, "")
        message = f"the file cannot be read: {error.strerror or error}"
        return source, Problem("unreadable-file", message, source.span(0, 0))
