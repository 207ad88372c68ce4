"""`beeflow journal backup`: a copy of the journal, also while the daemon runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from beeflow.cli.group import Command
from beeflow.cli.journal.place import journal_path, require_apart, sized
from beeflow.cli.options import FILE, config_option, json_option, read_setup
from beeflow.cli.private_file import appearing
from beeflow.cli.progress import progress
from beeflow.cli.terminal import console, counted, print_json
from beeflow.engine.journal.sqlite.backup import back_up
from beeflow.errors import NothingFound

if TYPE_CHECKING:
    from pathlib import Path


@click.command("backup", cls=Command)
@click.argument("file", type=FILE, required=False)
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
@config_option
@json_option
def command(file: Path | None, force: bool, config_file: Path | None, as_json: bool) -> None:
    """Copy the journal to FILE, also while the daemon writes it, and check the copy.

    The copy is one moment of the journal, in one file that only its owner may read. Without FILE
    it is put beside the journal, with the time in its name. To use it, stop the daemon, put it in
    the journal's place, and remove the files that end in -wal and -shm.

    Examples:
      beeflow journal backup
      beeflow journal backup /var/backups/beeflow.db --force
    """
    source = journal_path(read_setup(config_file))
    if not source.is_file():
        raise NothingFound(f"there is no journal {source}: there is nothing to copy")
    if file is not None:
        require_apart(file, source)
    target = file or source.with_name(f"{source.stem}-{_stamp()}{source.suffix}")
    with (
        appearing(target, replace=force) as part,
        progress(f"copying {source}", None) as show,
    ):
        copied = back_up(source, part, show)
    runs = sum(copied.counts.runs.values())
    if as_json:
        events = copied.counts.events
        print_json({"file": str(target), "bytes": copied.size, "events": events, "runs": runs})
        return
    told = f"{counted(copied.counts.events, 'event')}, {counted(runs, 'run')}"
    console().print(f"{target}  {sized(copied.size)}: {told}; the copy is whole")


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
