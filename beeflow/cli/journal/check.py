"""`beeflow journal check`: whether the journal is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.text import Text

from beeflow.cli.ending import FAILED
from beeflow.cli.group import Command
from beeflow.cli.journal.place import journal_path, sized
from beeflow.cli.options import config_option, json_option, read_setup
from beeflow.cli.progress import progress
from beeflow.cli.terminal import console, counted, print_json, printable
from beeflow.engine.journal.sqlite.checking import Report, check
from beeflow.engine.journal.sqlite.migrations import load
from beeflow.engine.listing import counts_row

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.types import Json


@click.command("check", cls=Command)
@config_option
@json_option
def command(config_file: Path | None, as_json: bool) -> None:
    """Check the journal from end to end, without changing anything.

    Looks at every page and index, at the numbers of events that should be there, at what refers
    to what, and at who may read the files. Exit 1 where something is wrong.

    Examples:
      beeflow journal check
      beeflow journal check --json
    """
    path = journal_path(read_setup(config_file))
    with progress(f"checking {path}", None) as show:
        report = check(path, lambda: show(0))
    if as_json:
        print_json(_row(path, report))
    else:
        _tell(path, report)
    if report.findings:
        raise click.exceptions.Exit(FAILED)


def _row(path: Path, report: Report) -> dict[str, Json]:
    return {
        "path": str(path),
        "whole": not report.findings,
        "findings": [*report.findings],
        "form": report.form,
        "bytes": report.size,
        "log_bytes": report.log,
        "holder": report.holder,
        "copies": [str(copy) for copy in report.copies],
        **({} if report.counts is None else counts_row(report.counts)),
    }


def _tell(path: Path, report: Report) -> None:
    out = console()
    state = Text("something is wrong", "red") if report.findings else Text("whole", "green")
    out.print(Text.assemble(f"{path}  ", state))
    out.print(f"  size     {sized(report.size)}, and {sized(report.log)} of log")
    if report.counts is not None:
        runs = sum(report.counts.runs.values())
        out.print(f"  holds    {counted(report.counts.events, 'event')}, {counted(runs, 'run')}")
        for name, count in sorted(report.counts.outcomes.items()):
            out.print(f"           {count:,} {name}")
    newest = len(load())
    if report.form < newest:
        out.print(f"  form     {report.form}: the next `beeflow serve` brings it to {newest}")
    out.print(f"  in use   {f'by process {report.holder}' if report.holder else 'by nobody'}")
    for copy in report.copies:
        out.print(f"  copy     {copy}, from before a migration: it may go")
    for finding in report.findings:
        out.print(Text(f"  wrong    {printable(finding)}", "red"))
    if report.findings:
        out.print(
            "\nMake a copy of all its files before anything else; docs/operations.md says how"
        )
        out.print("to put a backup in its place.")
