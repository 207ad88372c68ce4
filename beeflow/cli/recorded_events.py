"""The events that a backtest plays: of the journal, or of an export of one."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from beeflow.cli.history import open_archive
from beeflow.cli.progress import progress
from beeflow.cli.terminal import counted
from beeflow.drivers.backtest.past import PastReader
from beeflow.engine.exported import event_line, run_line
from beeflow.engine.journal.sqlite.exporting import exported, measure
from beeflow.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from beeflow.cli.options import Setup
    from beeflow.drivers.backtest.past import Past

STDIN = Path("-")


async def of_journal(setup: Setup, since: float | None) -> list[Past]:
    """Read the events of the journal since an instant; raises `NothingFound` for none."""
    archive = open_archive(setup)
    extent = await measure(archive.history, since, 0)
    reader = PastReader()
    with progress("reading the journal", extent.events) as show:
        async for one in exported(archive.history, extent):
            reader.add(event_line(one.event, archive.masking))
            for opened in one.runs:
                reader.add(run_line(opened, archive.masking))
            show(len(reader.events))
    return _some(reader, "the journal", since)


def of_export(file: Path, since: float | None) -> list[Past]:
    """Read the events of an export (`-`: from stdin), as `beeflow journal export` writes it.

    Lines that are none of an export are passed over and counted. Raises `UsageError`,
    `NothingFound`.
    """
    reader = PastReader()
    name = "stdin" if file == STDIN else str(file)
    with _opened(file, name) as lines:
        for line in lines:
            if line.strip():
                reader.add(_decoded(line))
    if reader.passed_over:
        told = counted(reader.passed_over, "line")
        verb = "is" if reader.passed_over == 1 else "are"
        click.echo(
            f"{name}: {told} {verb} not of an export, or without a payload, and passed over "
            f"(the first: line {reader.first})",
            err=True,
        )
    return _some(reader, name, since)


def _decoded(line: bytes) -> object:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


@contextmanager
def _opened(file: Path, name: str) -> Iterator[BinaryIO]:
    if file == STDIN:
        yield sys.stdin.buffer
        return
    try:
        with file.open("rb") as lines:
            yield lines
    except OSError as error:
        raise UsageError(f"{name}: cannot be read: {error.strerror}") from None


def _some(reader: PastReader, name: str, since: float | None) -> list[Past]:
    found = [past for past in reader.in_order() if since is None or past.event.received_at >= since]
    if not found:
        raise NothingFound(
            f"there are no events in {name}" + ("" if since is None else " since then")
        )
    return found
