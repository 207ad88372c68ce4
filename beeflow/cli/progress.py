"""A bar on stderr for what takes longer than a moment; nothing where stderr is no terminal."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from beeflow.cli.terminal import console

if TYPE_CHECKING:
    from collections.abc import Iterator


class Show(Protocol):
    """Shows how much is done, and of how much and of what, where that is known only now."""

    def __call__(self, done: float, total: float | None = None, what: str | None = None) -> None:
        """Move the bar."""
        ...


@contextmanager
def progress(what: str, total: float | None) -> Iterator[Show]:
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

        def show(done: float, total: float | None = None, what: str | None = None) -> None:
            bar.update(task, completed=done, total=total, description=what)

        yield show
