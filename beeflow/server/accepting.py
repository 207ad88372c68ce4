"""Taking connections in: all that wait, each time the loop looks.

uvloop takes one a turn (as libuv does since its version 1.45). While it is busy a turn is long, and
those who come with a connection of their own for each webhook would wait for seconds.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

MOST_AT_ONCE: Final = 256
"""Connections taken in in one go: others are to have their turn, too. Who is not taken in waits
without being heard, so that in a burst more is better."""

PAUSE: Final = 1.0
"""Seconds until the next try after the system has refused to give us a connection."""

_log = logging.getLogger(__name__)


class Acceptor:
    """Takes connections in at a socket that listens, until it is closed."""

    def __init__(self, listener: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._loop = asyncio.get_running_loop()
        self._listener = listener
        self._protocol = protocol
        self._opening: set[asyncio.Task[object]] = set()
        self._closed = False
        self._listen()

    def close(self) -> None:
        """Take in no more; those that were taken in stay."""
        self._closed = True
        self._loop.remove_reader(self._listener)
        self._listener.close()

    def _listen(self) -> None:
        if not self._closed:
            self._loop.add_reader(self._listener, self._accept)

    def _accept(self) -> None:
        for _ in range(MOST_AT_ONCE):
            try:
                client, _ = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # there are too many open files, or no memory
                _log.error("no connection can be taken in: %s", error)
                self._loop.remove_reader(self._listener)
                self._loop.call_later(PAUSE, self._listen)
                return
            client.setblocking(False)
            task = self._loop.create_task(self._open(client))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open(self, client: socket.socket) -> None:
        """Give a connection to the loop."""
        try:
            await self._loop.connect_accepted_socket(self._protocol, client)
        except OSError as error:  # it is gone already
            client.close()
            _log.debug("a connection was lost as it came: %s", error)
