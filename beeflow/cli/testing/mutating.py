"""`--mutate`: the recipes changed in one place at a time, to see what no test notices."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
from rich.text import Text

from beeflow.cli.terminal import printable
from beeflow.cli.testing.session import chosen
from beeflow.drivers.testing.mutation import mutants
from beeflow.drivers.testing.running import Mutated, mutate
from beeflow.drivers.testing.verdict import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rich.console import Console

    from beeflow.drivers.testing.model import Case
    from beeflow.drivers.testing.running import Bench, Tests


class Mutation(msgspec.Struct, frozen=True):
    """A change that was made to a recipe; `noticed` is the test that failed, None for none."""

    file: str
    line: int
    told: str
    noticed: str | None


def by_recipe(benches: Sequence[Bench], words: Sequence[str]) -> list[Tests]:
    """Return the chosen tests, those of one recipe together, in whatever files they are."""
    found: dict[tuple[Path, str], list[tuple[Bench, Case]]] = {}
    for bench in benches:
        cases = chosen(bench, words)
        if cases:
            key = (bench.stalls.library.root, bench.suite.recipe)
            found.setdefault(key, []).extend((bench, case) for case in cases)
    return list(found.values())


def how_many(recipes: Sequence[Tests]) -> int:
    """Return how many changes will be made."""
    parsed = [tests[0][0].stalls.library.find(tests[0][0].suite.recipe) for tests in recipes]
    return sum(sum(1 for _ in mutants(one)) for one in parsed if one is not None)


def mutated(recipes: Sequence[Tests], told: Callable[[], None]) -> list[Mutation]:
    """Make all changes to recipes whose tests pass."""
    return asyncio.run(_mutated(recipes, told))


async def _mutated(recipes: Sequence[Tests], told: Callable[[], None]) -> list[Mutation]:
    done: list[Mutation] = []
    for tests in recipes:
        async for one in mutate(tests):
            done.append(_mutation(one, tests[0][0]))
            told()
    return done


def _mutation(one: Mutated, bench: Bench) -> Mutation:
    span = one.mutant.span
    source = bench.sources.get(span.file)
    line = source.position(span.start).line if source is not None else 1
    noticed = None if one.noticed is None else one.noticed.name
    return Mutation(span.file, line, one.mutant.survives, noticed)


def print_mutations(out: Console, done: Sequence[Mutation]) -> None:
    """Print the changes that no test noticed, and how many one did."""
    survivors = [one for one in done if one.noticed is None]
    if survivors:
        out.print(Text("no test notices when", "bold"))
    for one in survivors:
        place = f"  {printable(one.file)}:{one.line}: "
        out.print(Text.assemble(place, (printable(one.told), "yellow")))
    noticed = len(done) - len(survivors)
    out.print(f"{noticed} of {counted(len(done), 'change')} to the recipes made a test fail")
