"""Running test files: each read, its recipes found, its tests played and judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec.structs import replace

from beeflow.drivers.testing.casting import Stalls, cast_for, hold
from beeflow.drivers.testing.mutation import mutants
from beeflow.drivers.testing.playing import play
from beeflow.drivers.testing.reading.suite import read_suite
from beeflow.drivers.testing.verdict import judge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from beeflow.drivers.testing.library import Library
    from beeflow.drivers.testing.model import Case, Suite
    from beeflow.drivers.testing.mutation import Change, Mutant
    from beeflow.drivers.testing.reading.known import Known
    from beeflow.drivers.testing.verdict import Verdict
    from beeflow.recipe.document import Source


class Bench(msgspec.Struct, frozen=True):
    """A test file with the recipes it is about. Where the suite is broken, nothing is run.

    `sources` are the texts that its problems point into.
    """

    suite: Suite
    stalls: Stalls
    known: Known
    sources: Mapping[str, Source]

    @property
    def file(self) -> str:
        """The test file, as messages name it."""
        return self.suite.document.source.path

    async def run(self, case: Case, change: Change | None = None, *, free: bool = False) -> Verdict:
        """Play one of the tests, and judge it; `change` is made to the recipe under test before.

        With `free`, whatever the recipe writes is answered, also where the test does not expect it.
        """
        cast = replace(cast_for(self.suite, case, self.stalls), free=free)
        if change is not None:
            cast = replace(cast, recipe=change(cast.recipe))
        return judge(case, await play(case, cast, self.known))


def open_bench(source: Source, library: Library) -> Bench:
    """Read a test file, and find its recipes. What is wrong with either is told in its suite."""
    known = library.known
    suite = read_suite(source, known)
    stalls = Stalls(library)
    found = hold(suite, stalls)
    suite = replace(suite, problems=(*suite.problems, *found))
    sources = {source.path: suite.document.source, **stalls.sources}
    return Bench(suite, stalls, known, sources)


class Mutated(msgspec.Struct, frozen=True):
    """A change to a recipe, and the test that noticed it; None: it survived."""

    mutant: Mutant
    noticed: Case | None


Tests: TypeAlias = "Sequence[tuple[Bench, Case]]"
"""Tests of one recipe, each with its file."""


async def mutate(tests: Tests) -> AsyncIterator[Mutated]:
    """Make each change to the recipe that tests are of, and run them until one notices.

    Every one of them passes on the recipe as it is.
    """
    first = tests[0][0] if tests else None
    parsed = first.stalls.library.find(first.suite.recipe) if first is not None else None
    for mutant in () if parsed is None else mutants(parsed):
        yield Mutated(mutant, await _noticed(tests, mutant))


async def _noticed(tests: Tests, mutant: Mutant) -> Case | None:
    for bench, case in tests:
        if not (await bench.run(case, mutant.change)).passed:
            return case
    return None
