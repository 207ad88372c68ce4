"""An errand: a coroutine that is carried along by what it waits for, without a task of its own.

A task is made, entered into the loop's book of tasks and woken in a turn of its own, for each
request. A webhook waits once, for the journal; all else it needs is to be called back then.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class Errand:
    """Runs a coroutine to its end from `go`, and hands what it returns to `done`.

    The coroutine begins at once, in the turn in which `go` is called. It has no task, so that it
    may not use what asks for one (timeouts, task groups), and nobody can cancel it. Where what it
    waits for is cancelled, `done` is handed None. It must let no other exception out.
    """

    __slots__ = ("_coroutine", "_done")

    def __init__(
        self,
        coroutine: Coroutine[Any, None, bytes],
        done: Callable[[bytes | None], None],
    ) -> None:
        self._coroutine: Final = coroutine
        self._done: Final = done

    def go(self, _waited: object = None) -> None:
        """Go on until the coroutine waits for something, or ends."""
        try:
            waits = self._coroutine.send(None)
        except StopIteration as end:
            self._done(end.value)
        except asyncio.CancelledError:
            self._done(None)
        else:
            if waits is None:  # it only lets others go first
                asyncio.get_running_loop().call_soon(self.go)
            else:
                # What a task does, too: it tells the future that somebody has seen it wait.
                waits._asyncio_future_blocking = False  # noqa: SLF001 - asyncio's way of passing it
                waits.add_done_callback(self.go)
