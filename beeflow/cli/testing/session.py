"""A run of tests: files read, tests chosen and played, one file after the other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from beeflow.cli.testing.files import SuiteFile, read_source, suite_files
from beeflow.cli.testing.world import world
from beeflow.drivers.testing.casting import Stalls
from beeflow.drivers.testing.library import Library
from beeflow.drivers.testing.model import Suite
from beeflow.drivers.testing.running import Bench, open_bench
from beeflow.errors import NothingFound
from beeflow.recipe.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from beeflow.config import Config
    from beeflow.drivers.testing.model import Case
    from beeflow.drivers.testing.reading.known import Known
    from beeflow.drivers.testing.verdict import Verdict


class Ran(msgspec.Struct, frozen=True):
    """A test file and what became of its tests; none were run where it is broken."""

    bench: Bench
    verdicts: tuple[Verdict, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether anything is wrong with it."""
        return self.bench.suite.broken or not all(one.passed for one in self.verdicts)


def open_benches(paths: Sequence[Path], config: Config, recipes: Path | None = None) -> list[Bench]:
    """Read the test files that are named; raises `NothingFound` where there are none.

    `recipes` is the recipes folder, where it is not the configuration's as seen from here.
    """
    files = suite_files(paths, recipes or config.recipes)
    if not files:
        raise NothingFound(f"there are no tests (*.test.yaml) in {', '.join(map(str, paths))}")
    known = world(config.timezone)
    libraries: dict[Path, Library] = {}
    return [_open(file, known, libraries) for file in files]


def _open(file: SuiteFile, known: Known, libraries: dict[Path, Library]) -> Bench:
    library = libraries.setdefault(file.recipes, Library(file.recipes, known))
    source, problem = read_source(file.path)
    if problem is None:
        return open_bench(source, library)
    suite = Suite(Document(source, None), problems=(problem,))
    return Bench(suite, Stalls(library), known, {source.path: source})


def chosen(bench: Bench, words: Sequence[str]) -> tuple[Case, ...]:
    """Return the tests of a file that are meant: all words are in the file's or the test's name."""
    if bench.suite.broken:
        return ()
    return tuple(
        case
        for case in bench.suite.cases
        if all(word.lower() in f"{bench.file} {case.name}".lower() for word in words)
    )


def run_benches(
    benches: Sequence[Bench], words: Sequence[str], told: Callable[[Verdict], None]
) -> list[Ran]:
    """Run the chosen tests of all files; `told` hears of each. Broken files are always told of."""
    return asyncio.run(_run(benches, words, told))


async def _run(
    benches: Sequence[Bench], words: Sequence[str], told: Callable[[Verdict], None]
) -> list[Ran]:
    ran: list[Ran] = []
    for bench in benches:
        cases = chosen(bench, words)
        verdicts: list[Verdict] = []
        for case in cases:
            verdicts.append(await bench.run(case))
            told(verdicts[-1])
        if verdicts or bench.suite.problems:
            ran.append(Ran(bench, tuple(verdicts)))
    return ran
