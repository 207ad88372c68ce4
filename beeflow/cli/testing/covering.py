"""Coverage of the recipes that tests were run of, for a reader and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from beeflow.cli.terminal import print_table, printable
from beeflow.drivers.testing.coverage import KINDS, Coverage, coverage_of, percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from beeflow.cli.testing.session import Ran
    from beeflow.types import Json


def covered(ran: Sequence[Ran], folders: Sequence[Path]) -> list[Coverage]:
    """Return what was reached of each recipe under test, and in `folders` of those without."""
    played = [verdict.played for one in ran for verdict in one.verdicts]
    found: dict[str, Coverage] = {}
    for one in ran:
        library = one.bench.stalls.library
        names = library.ids() if library.root in folders else (one.bench.suite.recipe,)
        for parsed in (library.find(name) for name in names if name):
            if parsed is not None and parsed.recipe is not None:
                file = parsed.document.source.path
                found[file] = found.get(file) or coverage_of(parsed, played)
    return [found[file] for file in sorted(found)]


def print_coverage(out: Console, parts: Sequence[Coverage]) -> None:
    """Print how much of each recipe was reached, and what was not."""
    rows = [[printable(one.file), *_counts(one), f"{percent([one]):.0f}%"] for one in parts]
    print_table(out, ["coverage", "steps", "branches", "clauses", ""], rows)
    for one in parts:
        if not one.tested:
            out.print(Text(f"  {printable(one.file)}: there are no tests of it", "yellow"))
            continue
        for part in one.missed:
            told = f"  {part.span.file}:{part.line}: {part.missing}"
            out.print(Text(printable(told), "yellow"))
    out.print(f"{percent(parts):.1f}% of steps, branches and outcomes of clauses")


def _counts(one: Coverage) -> list[str]:
    return ["{}/{}".format(*one.count(kind)) for kind in KINDS]


def coverage_json(parts: Sequence[Coverage]) -> dict[str, Json]:
    """Return the coverage as JSON values."""
    return {"percent": round(percent(parts), 2), "recipes": [_json(one) for one in parts]}


def _json(one: Coverage) -> Json:
    counts: dict[str, Json] = {}
    for kind in KINDS:
        reached, there = one.count(kind)
        counts[kind] = {"reached": reached, "of": there}
    missed: list[Json] = [
        {"kind": part.kind, "line": part.line, "message": part.missing} for part in one.missed
    ]
    return {
        "recipe": one.recipe,
        "file": one.file,
        "percent": round(percent([one]), 2),
        "tested": one.tested,
        **counts,
        "missed": missed,
    }
