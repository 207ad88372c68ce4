"""The daemon as a process: signals, the ready file, the log, the exit."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from typing import TYPE_CHECKING

from beeflow.daemon.assembly import Daemon, Settings, running_daemon

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

BROKEN = 74
"""The exit code after an I/O error of the journal (`EX_IOERR`)."""


async def serve(settings: Settings, ready_file: Path | None, told: Callable[[Daemon], None]) -> int:
    """Run the daemon until a signal ends it; returns the exit code.

    `told` is called once it is ready. SIGHUP reloads the recipes; SIGTERM and SIGINT end it.
    """
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with running_daemon(settings) as daemon:
        _reload_on_hangup(loop, daemon)
        if ready_file is not None:
            write_ready(ready_file, {"url": daemon.url, "pid": os.getpid()})
        told(daemon)
        waiting = {asyncio.ensure_future(one.wait()) for one in (ended, daemon.journal.broken)}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        if daemon.journal.fault is not None:
            log.critical("the journal is broken: %s", daemon.journal.fault)
            return BROKEN
        log.info("ending: what is under way is finished first")
    return 0


def _reload_on_hangup(loop: asyncio.AbstractEventLoop, daemon: Daemon) -> None:
    tasks: set[asyncio.Task[object]] = set()

    def reload() -> None:
        task: asyncio.Task[object] = asyncio.ensure_future(daemon.hand.reload())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    if hasattr(signal, "SIGHUP"):
        loop.add_signal_handler(signal.SIGHUP, reload)


def write_ready(path: Path, content: dict[str, object]) -> None:
    """Write the ready file whole, or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content) + "\n")
    part.replace(path)
