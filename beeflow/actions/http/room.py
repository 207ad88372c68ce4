"""Room for so many at once; who finds none waits, and is let in in the order of coming."""

from __future__ import annotations

import asyncio
from collections import deque


class Room:
    """So many places. Taking a free one is a plain call, and only waiting for one is awaited."""

    __slots__ = ("_waiting", "free")

    def __init__(self, places: int) -> None:
        self.free = places
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def enter(self) -> None:
        """Take a place, waiting for it where none is free."""
        if self.free:
            self.free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # it was given a place just now
            raise

    def leave(self) -> None:
        """Give a place back: to whoever waits longest, if anybody does."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1
