"""What `beeflow test` was asked for, carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click
import msgspec

from beeflow.cli.progress import progress
from beeflow.cli.terminal import console, print_json
from beeflow.cli.testing import junit
from beeflow.cli.testing.covering import covered, print_coverage
from beeflow.cli.testing.data import results_json
from beeflow.cli.testing.mutating import Mutation, by_recipe, how_many, mutated, print_mutations
from beeflow.cli.testing.session import Ran, chosen, open_benches, run_benches
from beeflow.cli.testing.text import print_results
from beeflow.cli.testing.updating import print_updates, update
from beeflow.drivers.testing.coverage import percent
from beeflow.errors import NothingFound

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from beeflow.config import Config
    from beeflow.drivers.testing.coverage import Coverage
    from beeflow.drivers.testing.running import Bench

Form = Literal["text", "json", "junit"]


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for. `least` is the coverage in percent below which it fails."""

    paths: tuple[Path, ...]
    words: tuple[str, ...] = ()
    coverage: bool = False
    least: float | None = None
    mutate: bool = False
    update: bool = False
    form: Form = "text"
    junit: Path | None = None


class Results(msgspec.Struct, frozen=True):
    """All that came of it; `updates` say what was done to which file."""

    ran: tuple[Ran, ...]
    covered: tuple[Coverage, ...] | None = None
    mutations: tuple[Mutation, ...] | None = None
    updates: tuple[tuple[Ran, str], ...] = ()


def carry_out(order: Order, config: Config) -> bool:
    """Run tests, print what came of them, and return whether all is well.

    Raises `NothingFound` where there is no test that is meant.
    """
    benches = open_benches(order.paths, config)
    ran = _ran(order, benches)
    if not ran:
        raise NothingFound(f"no test has `{' '.join(order.words)}` in its name")
    updates = tuple((one, *update(one)) for one in ran if one.failed) if order.update else ()
    again = {id(before): after for before, after, _ in updates}
    ran = [again.get(id(one), one) for one in ran]
    well = not any(one.failed for one in ran)
    results = Results(
        tuple(ran),
        tuple(covered(ran, order.paths)) if order.coverage or order.least is not None else None,
        _mutations(order, [one.bench for one in ran]) if order.mutate and well else None,
        tuple((after, what) for _, after, what in updates),
    )
    _show(order, results)
    return well and _holds(order, results)


def _ran(order: Order, benches: Sequence[Bench]) -> list[Ran]:
    count = sum(len(chosen(one, order.words)) for one in benches)
    with progress("running tests", count) as show:
        done = iter(range(1, count + 1))
        return run_benches(benches, order.words, lambda _verdict: show(next(done)))


def _mutations(order: Order, benches: Sequence[Bench]) -> tuple[Mutation, ...]:
    recipes = by_recipe(benches, order.words)
    count = how_many(recipes)
    with progress("changing recipes", count) as show:
        done = iter(range(1, count + 1))
        return tuple(mutated(recipes, lambda: show(next(done))))


def _show(order: Order, results: Results) -> None:
    if order.junit is not None:
        order.junit.write_text(junit.render(results.ran), "utf-8")
    if order.form == "json":
        print_json(results_json(results.ran, results.covered, results.mutations))
    elif order.form == "junit":
        click.echo(junit.render(results.ran), nl=False)
    else:
        _print(order, results)


def _print(order: Order, results: Results) -> None:
    out = console()
    print_updates(out, results.updates)
    print_results(results.ran)
    if results.covered is not None:
        out.print()
        print_coverage(out, results.covered)
    if order.mutate:
        out.print()
        if results.mutations is None:
            out.print("the recipes are not changed while a test fails")
        else:
            print_mutations(out, results.mutations)


def _holds(order: Order, results: Results) -> bool:
    """Whether coverage is high enough, and every change was noticed; said on stderr where not."""
    well = all(one.noticed is not None for one in results.mutations or ())
    if order.least is None or results.covered is None:
        return well
    reached = percent(results.covered)
    if reached >= order.least:
        return well
    told = f"beeflow: coverage is {reached:.1f}%, and at least {order.least:g}% is asked for"
    click.echo(told, err=True)
    return False
