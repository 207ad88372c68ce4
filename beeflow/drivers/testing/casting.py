"""The recipes of a test file: found, checked, and given the inputs of a test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from beeflow.drivers.testing.model import Manual, Reload
from beeflow.drivers.testing.playing import Cast
from beeflow.recipe.inputs import accept
from beeflow.recipe.parser.reading import did_you_mean, nearest
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beeflow.drivers.testing.library import Library
    from beeflow.drivers.testing.model import Case, Suite
    from beeflow.recipe.document import Source
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.problem import Span
    from beeflow.types import Json


class Stalls(msgspec.Struct):
    """The recipes' folder, and the folders that tests deploy in its place, by their name.

    `sources` are the texts of the recipes that were found.
    """

    library: Library
    deployed: dict[str, Library] = msgspec.field(default_factory=dict)
    sources: dict[str, Source] = msgspec.field(default_factory=dict)

    def beside(self, suite: Suite, folder: str) -> Library:
        """Return the recipes of a folder that is named relative to the test file."""
        if folder not in self.deployed:
            here = Path(suite.document.source.path).parent
            self.deployed[folder] = self.library.beside(here / folder)
        return self.deployed[folder]


def cast_for(suite: Suite, case: Case, stalls: Stalls) -> Cast:
    """Return what a test of a sound suite is played with."""
    names = (suite.recipe, *suite.also)
    library = stalls.library
    recipes = [library.recipe(name, _inputs(suite, name, case)) for name in names]
    deployed: dict[str, tuple[Recipe, ...]] = {}
    for entry in case.entries:
        if isinstance(entry.what, Reload):
            other = stalls.beside(suite, entry.what.folder)
            deployed[entry.what.folder] = tuple(
                other.recipe(name, _inputs(suite, name, case))
                for name in names
                if other.find(name) is not None
            )
    return Cast(recipe=recipes[0], also=tuple(recipes[1:]), deployed=deployed)


def _inputs(suite: Suite, name: str, case: Case) -> Mapping[str, Json]:
    """Return the inputs a recipe is given: they are meant for the one under test."""
    return case.inputs if name == suite.recipe else {}


# --- what is wrong with it -------------------------------------------------------------------


def hold(suite: Suite, stalls: Stalls) -> tuple[Problem, ...]:
    """Return what is wrong with the recipes of a suite, and with the inputs it gives them."""
    if not suite.recipe:
        return ()
    found: list[Problem] = []
    for name, span in _named(suite):
        found += _recipe(name, span, stalls.library, stalls)
    for case in suite.cases:
        found += _case(suite, case, stalls)
    return tuple(dict.fromkeys(found))


def _named(suite: Suite) -> Iterator[tuple[str, Span]]:
    span = suite.recipe_span or suite.document.source.span(0, 0)
    yield suite.recipe, span
    yield from zip(suite.also, suite.also_spans, strict=True)


def _recipe(name: str, span: Span, library: Library, stalls: Stalls) -> Iterator[Problem]:
    """Yield that there is no such recipe, or what is wrong with it."""
    parsed = library.find(name)
    if parsed is None:
        ids = library.ids()
        near = nearest(name, ids)
        message = f"there is no recipe `{name}` in {library.root}"
        help_ = did_you_mean(near, ids) if ids else "there are no recipes in it"
        yield Problem("unknown-recipe", message, span, help=help_, suggestions=near)
        return
    stalls.sources.update({source.path: source for source in parsed.sources})
    problems = library.problems(name)
    if problems:
        message = f"`{name}` is not tested: it does not validate"
        help_ = f"mend it first: beeflow validate {parsed.document.source.path}"
        yield Problem("broken-recipe", message, span, help=help_)
        yield from problems


def _case(suite: Suite, case: Case, stalls: Stalls) -> Iterator[Problem]:
    yield from _given(case.inputs, case.inputs_span or case.span, suite.recipe, stalls.library)
    for entry in case.entries:
        what = entry.what
        if isinstance(what, Manual):
            yield from _given(what.inputs, entry.span, suite.recipe, stalls.library)
        elif isinstance(what, Reload):
            yield from _deployed(what.folder, entry.span, suite, stalls)


def _given(
    inputs: Mapping[str, Json], span: Span, name: str, library: Library
) -> Iterator[Problem]:
    """Yield the inputs that the recipe has not, or does not take so."""
    parsed = library.find(name)
    if parsed is None or parsed.draft is None:
        return
    declared = parsed.draft.inputs
    for key, value in inputs.items():
        if key not in declared:
            near = nearest(key, declared)
            message = f"`{name}` has no input `{key}`"
            help_ = did_you_mean(near, tuple(declared)) if declared else "it has no inputs"
            yield Problem("unknown-input", message, span, help=help_, suggestions=near)
            continue
        try:
            accept(declared[key], value)
        except ValueError as error:
            yield Problem("bad-input", f"the input `{key}`: {error}", span)


def _deployed(folder: str, span: Span, suite: Suite, stalls: Stalls) -> Iterator[Problem]:
    other = stalls.beside(suite, folder)
    if not other.root.is_dir():
        message = f"there is no folder `{folder}` beside this file"
        yield Problem("missing-folder", message, span, help=f"looked for {other.root}")
        return
    for name in (suite.recipe, *suite.also):
        if other.find(name) is not None:
            yield from _recipe(name, span, other, stalls)
