"""`beeflow journal export`: all that is in the journal, as JSON lines."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import click
import msgspec

from beeflow import __version__
from beeflow.cli.group import Command
from beeflow.cli.history import open_archive
from beeflow.cli.journal.place import journal_path, require_apart
from beeflow.cli.listing_options import limits_of
from beeflow.cli.options import FILE, config_option, json_option, read_setup
from beeflow.cli.private_file import appearing
from beeflow.cli.progress import progress
from beeflow.cli.terminal import console, counted, print_json, print_json_line
from beeflow.engine.exported import event_line, heading, run_line
from beeflow.engine.hiding import only
from beeflow.engine.journal import encoding
from beeflow.engine.journal.sqlite.exporting import exported, measure
from beeflow.errors import UsageError
from beeflow.types import Json

if TYPE_CHECKING:
    from beeflow.engine.hiding import Masking
    from beeflow.engine.journal.sqlite import SqliteHistory

Write: TypeAlias = Callable[[Json], None]

STDOUT: Final = Path("-")

AS_RECORDED: Final = only(lambda value: value)
"""Leaves everything as the journal has it."""


class Extract(msgspec.Struct, frozen=True):
    """What is exported of a journal: the newest `limit` events (0: all) since an instant."""

    history: SqliteHistory
    masking: Masking
    since: float | None
    limit: int


@click.command("export", cls=Command)
@click.argument("file", type=FILE, default=STDOUT, metavar="[FILE]")
@limits_of(0)
@click.option("--reveal", is_flag=True, help="Leave secrets in payloads and answers as they are.")
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
@config_option
@json_option
def command(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    file: Path,
    limit: int,
    since: float | None,
    reveal: bool,
    force: bool,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Write the events and their runs as JSON lines: to FILE, or to stdout.

    The oldest comes first: each event with its payload, then the runs that began with it, with
    their calls and answers. Secrets are masked. docs/operations.md describes the lines.

    Examples:
      beeflow journal export | jq -c 'select(.event.type == "signup.created").event.payload.data'
      beeflow journal export --since 7d week.jsonl
      beeflow journal export --limit 100 --reveal sample.jsonl
    """
    if file == STDOUT and as_json:
        raise UsageError("--json tells what was written to a FILE; stdout gets JSON lines anyway")
    setup = read_setup(config_file)
    if file != STDOUT:
        require_apart(file, journal_path(setup))
    archive = open_archive(setup)
    masking = AS_RECORDED if reveal else archive.masking
    with _writing(file, force) as write:
        written = asyncio.run(_export(Extract(archive.history, masking, since, limit), write))
    if as_json:
        print_json({"file": str(file), **written})
    elif file != STDOUT:
        told = f"{counted(written['events'], 'event')} and {counted(written['runs'], 'run')}"
        console().print(f"{told} written to {file}")


@contextmanager
def _writing(file: Path, force: bool) -> Iterator[Write]:
    """Yield what writes one line."""
    if file == STDOUT:
        yield print_json_line
        return
    with appearing(file, replace=force) as part, part.open("wb") as out:

        def write(line: Json) -> None:
            out.write(encoding.encode(line) + b"\n")

        yield write


async def _export(extract: Extract, write: Write) -> dict[str, int]:
    """Write all lines; returns how many events and runs they hold."""
    extent = await measure(extract.history, extract.since, extract.limit)
    masking, runs, events = extract.masking, 0, 0
    write(heading(__version__, time.time(), masked=masking is not AS_RECORDED))
    with progress("exporting", extent.events) as show:
        async for one in exported(extract.history, extent):
            write(event_line(one.event, masking))
            for opened in one.runs:
                write(run_line(opened, masking))
            events, runs = events + 1, runs + len(one.runs)
            show(events)
    return {"events": events, "runs": runs}
