"""The record of API calls: every one received, in order of arrival."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beeflow.types import Json

_KEPT = 50_000


@dataclass(slots=True)
class RecordedCall:
    """A call. `time` is Unix seconds of the wall clock, when the whole request had arrived.

    `body` is the parsed body, or its text where it could not be parsed, or None. `status` is None
    while it is being answered, and when the connection was cut instead. `fault` names the fault
    that it met.
    """

    time: float
    method: str
    path: str
    query: dict[str, Json]
    body: Json
    status: int | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, Json]:
        """Return it as the control shows it."""
        return asdict(self)


@dataclass(slots=True)
class Calls:
    """The latest 50,000 calls."""

    recorded: deque[RecordedCall] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def add(self, call: RecordedCall) -> RecordedCall:
        """Record a call that has arrived."""
        self.recorded.append(call)
        return call
