"""The log: where lines are collected, masked, and written by a thread of its own.

Whoever tells something pays for putting it into a queue, and no more: neither a webhook nor a run
waits for a terminal, a pipe or a disk. Lines are written together, every few milliseconds. When
nobody reads them any more they are dropped and counted, rather than kept.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from beeflow.daemon.log_lines import STYLES, Line, Style, line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

    from beeflow.config import LogConfig
    from beeflow.types import Json

TOGETHER: Final = 0.02
"""Seconds for which lines are collected before they are written."""

MOST: Final = 20_000
"""Lines that may wait to be written."""

PATIENCE: Final = 5.0
"""Seconds that the last lines have at the end."""


class Log:
    """Writes lines to `out` in a style, from `level` up, with what `mask` knows taken out."""

    def __init__(
        self, out: TextIO, style: Style, mask: Callable[[str], str], level: int = logging.INFO
    ) -> None:
        self._out = out
        self._style = style
        self._mask = mask
        self._level = level
        self._lines: deque[Line] = deque()
        self._dropped = 0
        self._waiting = threading.Event()
        self._called = False
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="beeflow-log", daemon=True)
        self._thread.start()

    def tell(self, event: str, level: int = logging.INFO, /, **fields: Json) -> None:
        """Tell what happened, such as `run.ended`, with its particulars."""
        if level >= self._level:
            self.put(Line(time.time(), level, event, fields))

    def put(self, line: Line) -> None:
        """Queue a line. Safe to call from any thread."""
        if len(self._lines) >= MOST:
            self._dropped += 1
            return
        self._lines.append(line)
        if not self._called:
            self._called = True
            self._waiting.set()

    def close(self) -> None:
        """Write what waits, and end; an output that takes nothing any more is not waited for."""
        self._closed = True
        self._waiting.set()
        self._thread.join(PATIENCE)

    # --- in the log's thread -----------------------------------------------------------------

    def _serve(self) -> None:
        while not self._closed:
            self._waiting.wait()
            if not self._closed:
                time.sleep(TOGETHER)
            self._waiting.clear()
            self._called = False  # from now on a further line calls again
            self._write()
        self._write()

    def _write(self) -> None:
        """Write what is there now. Nobody can be told that nobody can be told anything."""
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        dropped, self._dropped = self._dropped, 0
        if dropped:
            lines.append(Line(time.time(), logging.WARNING, "log.dropped", {"lines": dropped}))
        if not lines:
            return
        text = "".join(f"{self._style(line)}\n" for line in lines)
        try:
            self._out.write(self._mask(text))
            self._out.flush()
        except (OSError, ValueError):
            self._dropped += len(lines)


class LogHandler(logging.Handler):
    """Hands what is logged in Python's way to a `Log`."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Queue a record; what it says is made now, while what it speaks of is as it is."""
        self._log.put(line_of(record))


@contextmanager
def logging_to(out: TextIO, config: LogConfig, mask: Callable[[str], str]) -> Iterator[Log]:
    """Have the whole process log to `out` while the block runs; all of it is written at the end.

    Of other libraries only warnings are told.
    """
    auto = "text" if out.isatty() else "json"
    style = STYLES[auto if config.format == "auto" else config.format]
    level = logging.getLevelNamesMapping()[config.level.upper()]
    log = Log(out, style, mask, level)
    handler = LogHandler(log)
    root, ours = logging.getLogger(), logging.getLogger("beeflow")
    before = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    ours.setLevel(level)
    try:
        yield log
    finally:
        root.removeHandler(handler)
        root.setLevel(before[0])
        ours.setLevel(before[1])
        log.close()
