"""Notes, once for each operation, an answer that does not fit the API description.

The answer is passed on as it is: the platform may grow. The first, second, fourth, eighth … answer
is looked at, and of a list the first items, so that this costs nothing worth naming.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from beeflow.beestreamed.shape import Mismatch, mismatches

if TYPE_CHECKING:
    from beeflow.beestreamed.operation import Operation
    from beeflow.types import Json

ITEMS: Final = 20
"""How many items of a list are looked at."""

_log = logging.getLogger(__name__)

Notice = Callable[[str, str], None]
"""Takes the name of an operation and what does not fit."""


def log_notice(operation: str, message: str) -> None:
    """Write it to the log as a warning."""
    _log.warning("%s: %s", operation, message)


class Drift:
    """Counts the answers of each operation and looks at some."""

    def __init__(self, notice: Notice = log_notice) -> None:
        self._notice = notice
        self._answers: dict[str, int] = {}
        self._noted: set[str] = set()

    def look(self, operation: Operation, content: Json) -> None:
        """Take one answer's content; call `notice` the first time that something does not fit."""
        if operation.name in self._noted:
            return
        count = self._answers[operation.name] = self._answers.get(operation.name, 0) + 1
        if count & (count - 1):  # not a power of two
            return
        part = content[:ITEMS] if isinstance(content, list) else content
        wrong = next(mismatches(operation.answer_schema, part), None)
        if wrong is not None:
            self._noted.add(operation.name)
            self._notice(operation.name, _told(wrong))


def _told(wrong: Mismatch) -> str:
    place = ".".join(str(step) for step in wrong.path) or "the answer"
    what = "is missing" if wrong.rule == "required" else f"is not {wrong.expected}"
    return f"an answer does not fit the API description: `{place}` {what}; it is passed on as it is"
