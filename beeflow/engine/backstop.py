"""The backstop: cuts off calls that outlast their time. One timer watches over all of them.

An action keeps its own time; this is for those that do not. A timer for each call would cost more
than many a call has to do besides.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")

LOOKS: Final = 0.25
"""Seconds between two looks: by so much a call may be cut off late."""


class Backstop:
    """Watches calls, each in the task that makes it."""

    def __init__(self) -> None:
        self._until: dict[asyncio.Task[object], float] = {}
        self._cut: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def within(self, seconds: float, work: Awaitable[T]) -> T:
        """Return what `work` comes to. Raises `TimeoutError` once it has taken too long."""
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._until[task] = loop.time() + seconds
        if self._timer is None:
            self._timer = loop.call_later(LOOKS, self._look, loop)
        try:
            return await work
        except asyncio.CancelledError:
            if task in self._cut and task.uncancel() <= 0:
                raise TimeoutError from None
            raise
        finally:
            del self._until[task]
            self._cut.discard(task)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for task, until in tuple(self._until.items()):
            if now >= until and task not in self._cut:
                self._cut.add(task)
                task.cancel()
        self._timer = loop.call_later(LOOKS, self._look, loop) if self._until else None
