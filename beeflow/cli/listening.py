"""What servers share: the ready file, and the signals that end them."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

from beeflow.errors import UsageError
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


def stop_on_signals() -> asyncio.Event:
    """Return an event that is set when the process is asked to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
