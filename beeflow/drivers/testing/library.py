"""The recipes that tests are of: found by id in a folder, read with the inputs a test gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from beeflow.check import check_parsed
from beeflow.recipe.folder import Folder, load_folder, recipe_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.drivers.testing.reading.known import Known
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.parser import Parsed
    from beeflow.recipe.problem import Problem
    from beeflow.types import Json


class Library(msgspec.Struct):
    """The recipes in a folder. `shown` is how messages call it."""

    root: Path
    known: Known
    _found: dict[str, Parsed | None] = msgspec.field(default_factory=dict)
    _files: dict[str, str] = msgspec.field(default_factory=dict)
    _read: dict[str, Recipe | None] = msgspec.field(default_factory=dict)
    _wrong: dict[str, tuple[Problem, ...]] = msgspec.field(default_factory=dict)

    def find(self, name: str) -> Parsed | None:
        """Return the recipe of an id, with whatever is wrong with it; None where there is none."""
        if name not in self._found:
            self._found[name] = self._look(name)
        return self._found[name]

    def _look(self, name: str) -> Parsed | None:
        """Look in the file that is called so first; then in all of them."""
        if not self.root.is_dir():
            return None
        folder = Folder(self.root, self.known.defaults)
        for file in recipe_files(self.root):
            if Path(file).stem == name:
                parsed = folder.parse(file)
                if parsed.draft is None or parsed.draft.id == name:
                    self._files[name] = file
                    return parsed
        loaded = load_folder(self.root, self.known.defaults)
        for file, parsed in zip(loaded.files, loaded.parsed, strict=True):
            if parsed.draft is not None and parsed.draft.id == name:
                self._files[name] = file
                return parsed
        return None

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all recipes, also of those that are not sound."""
        if not self.root.is_dir():
            return ()
        parsed = load_folder(self.root, self.known.defaults).parsed
        return tuple(one.draft.id for one in parsed if one.draft is not None)

    def problems(self, name: str) -> tuple[Problem, ...]:
        """Return what a check finds wrong with a recipe, warnings aside."""
        if name not in self._wrong:
            parsed = self.find(name)
            found = () if parsed is None else check_parsed(parsed, self.known.facts)
            self._wrong[name] = tuple(one for one in found if one.severity == "error")
        return self._wrong[name]

    def recipe(self, name: str, inputs: Mapping[str, Json]) -> Recipe:
        """Return a sound recipe with inputs in place of its own; raises `LookupError`."""
        key = json.dumps([name, dict(inputs)], sort_keys=True)
        if key not in self._read:
            self._read[key] = self._with(name, inputs)
        recipe = self._read[key]
        if recipe is None:
            raise LookupError(f"there is no sound recipe `{name}`")
        return recipe

    def _with(self, name: str, inputs: Mapping[str, Json]) -> Recipe | None:
        parsed = self.find(name)
        if parsed is None or self.problems(name):
            return None
        declared = parsed.recipe.inputs if parsed.recipe else {}
        if not any(one in declared for one in inputs):
            return parsed.recipe
        defaults = replace(self.known.defaults, inputs=dict(inputs))
        return Folder(self.root, defaults).parse(self._files[name]).recipe

    def beside(self, folder: Path) -> Library:
        """Return the recipes of another folder, which a test deploys in place of these."""
        return Library(folder, self.known)
