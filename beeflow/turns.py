"""Threads that take short turns, so that the event loop need not wait for those beside it."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT: Final = 0.0005
"""Seconds after which a thread hands the interpreter over to one that waits for it."""

_lock = threading.Lock()
_before: list[float] = []
"""How long turns were before each block that runs: at the bottom, before any."""


@contextmanager
def short_turns() -> Iterator[None]:
    """Have all threads take short turns while the block runs; for what is imported beside the loop.

    Python lets a thread go on for 5 ms when others wait. An import of 50 ms would hold a webhook up
    for that long each time the loop waits for anything.
    """
    with _lock:
        _before.append(sys.getswitchinterval())
        sys.setswitchinterval(SHORT)
    try:
        yield
    finally:
        with _lock:
            usual = _before.pop()  # whoever ends last takes what the first has found
            if not _before:
                sys.setswitchinterval(usual)
