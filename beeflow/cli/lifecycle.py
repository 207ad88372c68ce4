"""What servers share: the ready file, and the signals that end them."""

from __future__ import annotations

import asyncio
import json
import signal
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
import msgspec

from beeflow.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from beeflow.types import Json


T = TypeVar("T")

_BY_SIGNAL: Final = 128
"""What a shell adds to the number of the signal that ended a process."""


def write_ready(path: Path, content: dict[str, Json]) -> None:
    """Write the ready file whole, or not at all; only its owner may read what it holds."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.touch(mode=0o600)
        part.chmod(0o600)  # whatever the umask is, and whoever made it
        part.write_text(json.dumps(content) + "\n", "utf-8")
        part.replace(path)
    except OSError as error:
        raise UsageError(f"--ready-file {path}: cannot be written: {error.strerror}") from None


class Stop(msgspec.Struct):
    """Whether the process was asked to end, and by whom: Ctrl-C, or whoever runs it."""

    asked: asyncio.Event = msgspec.field(default_factory=asyncio.Event)
    interrupted: bool = False

    def take(self, number: signal.Signals) -> None:
        """Take in a signal."""
        self.interrupted = number == signal.SIGINT
        self.asked.set()

    def leave(self) -> None:
        """Raise `KeyboardInterrupt` where Ctrl-C ended it: the exit code tells of that."""
        if self.interrupted:
            raise KeyboardInterrupt


def stop_on_signals() -> Stop:
    """Listen to the signals that end a process."""
    stop = Stop()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.take, number)
    return stop


async def ending_on_signals(work: Coroutine[Any, Any, T]) -> T:
    """Do some work which SIGTERM and SIGHUP end as Ctrl-C does: what it holds, it lets go of.

    Else a process that they end would leave behind the processes and folders that it has made.
    The exit code is that of a process which a signal ended, as shells tell it.
    """
    told: list[signal.Signals] = []
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)

    def end(number: signal.Signals) -> None:
        told.append(number)
        task.cancel()

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # `nohup` asks for that
            loop.add_signal_handler(number, end, number)
    try:
        return await task
    except asyncio.CancelledError:
        if told:
            raise click.exceptions.Exit(_BY_SIGNAL + told[0]) from None
        raise
