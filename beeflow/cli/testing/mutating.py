"""`--mutate`: the recipes changed in one place at a time, to see what no test notices."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from beeflow.cli.terminal import printable
from beeflow.cli.testing.session import chosen
from beeflow.drivers.testing.mutation import mutants
from beeflow.drivers.testing.running import Mutated, mutate
from beeflow.drivers.testing.verdict import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import Console

    from beeflow.drivers.testing.running import Bench


@dataclass(frozen=True, slots=True)
class Mutation:
    """A change that was made to a recipe; `noticed` is the test that failed, None for none."""

    file: str
    line: int
    told: str
    noticed: str | None


def how_many(benches: Sequence[Bench]) -> int:
    """Return how many changes will be made."""
    return sum(
        sum(1 for _ in mutants(parsed))
        for one in benches
        if (parsed := one.stalls.library.find(one.suite.recipe)) is not None
    )


def mutated(
    benches: Sequence[Bench], words: Sequence[str], told: Callable[[], None]
) -> list[Mutation]:
    """Make all changes to the recipes of sound test files whose tests pass."""
    return asyncio.run(_mutated(benches, words, told))


async def _mutated(
    benches: Sequence[Bench], words: Sequence[str], told: Callable[[], None]
) -> list[Mutation]:
    done: list[Mutation] = []
    for bench in benches:
        async for one in mutate(bench, chosen(bench, words)):
            done.append(_mutation(one, bench))
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
