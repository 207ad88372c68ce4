"""What servers share: the ready file, and the signals that end them."""

from __future__ import annotations

import asyncio
import json
import signal
from typing import TYPE_CHECKING

import msgspec

from beeflow.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.types import Json


def write_ready(path: Path, content: dict[str, Json]) -> None:
    """Write the ready file whole, or not at all; only its owner may read what it holds."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.touch(mode=0o600)
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
