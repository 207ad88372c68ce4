"""Running test files: each read, its recipes found, its tests played and judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from beeflow.drivers.testing.casting import Stalls, cast_for, hold
from beeflow.drivers.testing.playing import play
from beeflow.drivers.testing.reading.suite import read_suite
from beeflow.drivers.testing.verdict import judge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from beeflow.drivers.testing.library import Library
    from beeflow.drivers.testing.model import Case, Suite
    from beeflow.drivers.testing.reading.known import Known
    from beeflow.drivers.testing.verdict import Verdict
    from beeflow.recipe.document import Source


@dataclass(frozen=True, slots=True)
class Bench:
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

    async def run(self, case: Case) -> Verdict:
        """Play one of the tests, and judge it."""
        return judge(case, await play(case, cast_for(self.suite, case, self.stalls), self.known))


def open_bench(source: Source, library: Library) -> Bench:
    """Read a test file, and find its recipes. What is wrong with either is told in its suite."""
    known = library.known
    suite = read_suite(source, known)
    stalls = Stalls(library)
    found = hold(suite, stalls)
    suite = replace(suite, problems=(*suite.problems, *found))
    sources = {source.path: source, **stalls.sources}
    return Bench(suite, stalls, known, sources)


async def run_all(bench: Bench, cases: Iterable[Case]) -> AsyncIterator[Verdict]:
    """Run tests of a file, one after the other."""
    for case in cases:
        yield await bench.run(case)
