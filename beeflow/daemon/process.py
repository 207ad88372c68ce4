"""The daemon as a process: signals and the exit."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final

from beeflow.daemon.assembly import Daemon, running_daemon
from beeflow.daemon.beside import beside
from beeflow.daemon.waiting_room import WaitingRoom
from beeflow.errors import JournalFull

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from beeflow.daemon.engine import Settings

log = logging.getLogger(__name__)

BROKEN: Final = 74
"""The exit code after an I/O error of the journal (`EX_IOERR`)."""

_CODES: Final = {signal.SIGTERM: 0, signal.SIGINT: 130}
"""The signals that end the daemon in order, and the exit code after each."""

COLLECT_AFTER: Final = 20_000
"""New objects after which the youngest are looked through for garbage."""


class _Signals:
    """What the process was told; taken in from the very start, also while it is not ready."""

    def __init__(self) -> None:
        self.code = 0
        self.again: Callable[[], None] = lambda: None
        self.ended = asyncio.Event()
        self.hangup = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _CODES:
            loop.add_signal_handler(number, self._end, number)
        loop.add_signal_handler(signal.SIGHUP, self.hangup.set)

    def _end(self, number: signal.Signals) -> None:
        if self.ended.is_set():
            self.again()
            return
        self.code = _CODES[number]
        self.ended.set()


async def serve(settings: Settings, told: Callable[[Daemon], None]) -> int:
    """Run the daemon until a signal ends it; returns the exit code.

    Where its disk is full it starts once there is room. `told` is called once it is ready; what it
    raises ends the daemon in order. SIGHUP reloads the
    recipes; SIGTERM and SIGINT end it in order, a second one of them without waiting for what is
    under way.
    """
    signals = _Signals()
    waiting = WaitingRoom(settings.config, signals.ended)
    while True:
        try:
            return await _served(settings, told, signals)
        except JournalFull as full:
            if not await waiting.room_to_start(full):
                return signals.code


async def _served(settings: Settings, told: Callable[[Daemon], None], signals: _Signals) -> int:
    async with running_daemon(settings) as daemon, _reloading(signals.hangup, daemon):
        told(daemon)
        with _sparing_the_collector():
            await _first(signals.ended, daemon.journal.broken)
        hurry = daemon.engine.dispatcher.hurry
        if daemon.journal.fault is not None:
            hurry()
            log.critical("the journal is broken: %s", daemon.journal.fault)
            return BROKEN
        signals.again = hurry
        log.info("ending: what is under way has 25 s; a second signal ends it at once")
    return signals.code


@contextmanager
def _sparing_the_collector() -> Iterator[None]:
    """Keep what lives as long as the daemon out of the garbage collector's rounds.

    They would else go over all recipes and descriptions again and again: under load they took
    a sixth of the time. A webhook makes some hundred objects, hardly any of them in a cycle.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


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

    async with beside(reload(), "reloading on SIGHUP"):
        yield
