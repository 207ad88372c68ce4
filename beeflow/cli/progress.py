"""A bar on stderr for what takes longer than a moment; nothing where stderr is no terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from beeflow.cli.terminal import console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def progress(what: str, total: float | None) -> Iterator[Callable[[float], None]]:
    """Show how far `what` is while the block runs; call the result with how much is done.

    With `total` None nobody knows how long it takes, and the bar only moves. It vanishes at the
    end.
    """
    err = console(err=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=err, transient=True, disable=not err.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
