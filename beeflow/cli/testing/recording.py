"""`--record RUN_ID`: a test made of a run in the journal."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from beeflow.cli.history import open_archive
from beeflow.cli.testing.world import world
from beeflow.drivers.testing.library import Library
from beeflow.drivers.testing.recording import Tape, as_item, record
from beeflow.drivers.testing.running import open_bench
from beeflow.errors import NothingFound, UsageError
from beeflow.recipe.document import MappingNode, SequenceNode, Source, read_document

if TYPE_CHECKING:
    from beeflow.cli.options import Setup
    from beeflow.drivers.testing.running import Bench
    from beeflow.types import Json


def record_run(setup: Setup, run_id: str, target: Path | None) -> None:
    """Print a test made of a run, or add it to a test file (which is begun where there is none).

    Says on stderr where the recipe, as it is now, does not do what the run did.
    """
    test, recipe = asyncio.run(_recorded(setup, run_id))
    item = as_item(test)
    text = f"recipe: {recipe}\ntests:\n{item}"
    if target is None:
        click.echo(text, nl=False)
    elif target.exists():
        text = _added(target, recipe, item)
        target.write_text(text, "utf-8")
        click.echo(f"{target}: a test was added: {test['name']}")
    else:
        target.write_text(text, "utf-8")
        click.echo(f"{target}: written, with the test: {test['name']}")
    _try(setup, text, target or Path(f"{recipe}.test.yaml"), str(test["name"]))


async def _recorded(setup: Setup, run_id: str) -> tuple[dict[str, Json], str]:
    archive = open_archive(setup)
    opened = await archive.history.run(run_id)
    if opened is None:
        raise NothingFound(f"there is no run `{run_id}`")
    known = world(setup.config.timezone)
    found = Library(setup.config.recipes, known).find(opened.run.recipe)
    recipe = None if found is None else found.recipe
    tape = Tape(opened, archive.history.event, archive.masking, recipe)
    return await record(tape, known), opened.run.recipe


def _added(target: Path, recipe: str, item: str) -> str:
    """Return a test file's text with another test at its end; raises `UsageError`."""
    text = target.read_text("utf-8")
    root = read_document(Source(target.as_posix(), text)).root
    named = root.entry("recipe") if isinstance(root, MappingNode) else None
    tests = root.entry("tests") if isinstance(root, MappingNode) else None
    listed = tests.value if tests is not None else None
    if named is None or not isinstance(listed, SequenceNode) or not listed.items:
        raise UsageError(f"{target}: this is no test file with tests that one could be added to")
    if named.value.plain() != recipe:
        other = named.value.plain()
        raise UsageError(f"{target} tests `{other}`, and the run is of `{recipe}`")
    end = text.find("\n", listed.span.end)
    end = len(text) if end < 0 else end + 1
    column = text.rfind("-", 0, listed.items[0].span.start)
    indent = column - (text.rfind("\n", 0, column) + 1)
    moved = "".join(f"{' ' * indent}{line[2:]}\n" for line in item.splitlines())
    before = text[:end] if text[:end].endswith("\n") else f"{text[:end]}\n"
    return before + moved + text[end:]


def _try(setup: Setup, text: str, target: Path, name: str) -> None:
    """Run the test that was made, and say where it does not pass."""
    library = Library(setup.config.recipes, world(setup.config.timezone))
    bench = open_bench(Source(os.fspath(target), text), library)
    for problem in bench.suite.problems:
        click.echo(f"beeflow: the test needs a hand: {problem.message}", err=True)
    if not bench.suite.broken and not _passes(bench, name):
        told = f"`{bench.suite.recipe}`, as it is now, does not do what the run did"
        click.echo(f"beeflow: {told}: see beeflow test", err=True)


def _passes(bench: Bench, name: str) -> bool:
    case = next(one for one in bench.suite.cases if one.name == name)
    return asyncio.run(bench.run(case)).passed
