"""The daemon as a process: signals, the ready file, the exit."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from beeflow.daemon.assembly import Daemon, running_daemon

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from beeflow.daemon.engine import Settings

log = logging.getLogger(__name__)

BROKEN: Final = 74
"""The exit code after an I/O error of the journal (`EX_IOERR`)."""

_CODES: Final = {signal.SIGTERM: 0, signal.SIGINT: 130}
"""The signals that end the daemon in order, and the exit code after each."""


class _Signals:
    """What the process was told; taken in from the very start, also while it is not ready."""

    def __init__(self) -> None:
        self.code = 0
        self.ended = asyncio.Event()
        self.hangup = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _CODES:
            loop.add_signal_handler(number, self._end, number)
        loop.add_signal_handler(signal.SIGHUP, self.hangup.set)

    def _end(self, number: signal.Signals) -> None:
        self.code = _CODES[number]
        self.ended.set()


async def serve(settings: Settings, ready_file: Path | None, told: Callable[[Daemon], None]) -> int:
    """Run the daemon until a signal ends it; returns the exit code.

    `told` is called once it is ready. SIGHUP reloads the recipes; SIGTERM and SIGINT end it.
    """
    signals = _Signals()
    async with running_daemon(settings) as daemon, _reloading(signals.hangup, daemon):
        if ready_file is not None:
            write_ready(ready_file, {"url": daemon.url, "pid": os.getpid()})
        told(daemon)
        await _first(signals.ended, daemon.journal.broken)
        if daemon.journal.fault is not None:
            log.critical("the journal is broken: %s", daemon.journal.fault)
            return BROKEN
        log.info("ending: what is under way is finished first")
    return signals.code


async def _first(*events: asyncio.Event) -> None:
    """Return once one of the events is set."""
    waiting = {asyncio.ensure_future(one.wait()) for one in events}
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()


@asynccontextmanager
async def _reloading(hangup: asyncio.Event, daemon: Daemon) -> AsyncIterator[None]:
    """Reload at each SIGHUP while the block runs."""

    async def reload() -> None:
        while True:
            await hangup.wait()
            hangup.clear()
            await daemon.hand.reload()

    task = asyncio.create_task(reload(), name="reloading on SIGHUP")
    try:
        yield
    finally:
        task.cancel()


def write_ready(path: Path, content: dict[str, object]) -> None:
    """Write the ready file whole, or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content) + "\n")
    part.replace(path)
