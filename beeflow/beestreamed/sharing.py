"""Reads that several callers make at the same time are made once."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

Result = TypeVar("Result")


class _Read(msgspec.Struct, Generic[Result]):
    task: asyncio.Task[Result]
    callers: int = 0


class SharedReads(Generic[Result]):
    """Joins a caller to the same read under way, unless something was written since it began."""

    def __init__(self) -> None:
        self._reads: dict[str, _Read[Result]] = {}

    async def get(self, key: str, make: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Return what `make` does, or what a read with this key under way does.

        A caller that is cancelled leaves; with the last one the read itself is cancelled.
        """
        read = self._reads.get(key)
        if read is None:
            read = self._reads[key] = _Read(asyncio.create_task(make()))
            read.task.add_done_callback(partial(self._drop, key, read))
        read.callers += 1
        try:
            return await asyncio.shield(read.task)
        finally:
            read.callers -= 1
            if read.callers == 0 and not read.task.done():
                read.task.cancel()
                self._drop(key, read)

    def forget(self) -> None:
        """Let nobody join the reads under way: something was written that they may not show."""
        self._reads.clear()

    def _drop(self, key: str, read: _Read[Result], _: object = None) -> None:
        if self._reads.get(key) is read:
            del self._reads[key]
