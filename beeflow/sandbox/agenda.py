"""What will happen by itself: recordings and uploads become ready, delivery is counted."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["recording", "upload_done", "upload_created", "video_ready", "delivery"]


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """Something of `kind` happens to `ref` at an instant of the sandbox's clock."""

    at: float
    number: int
    kind: Kind = field(compare=False)
    ref: str = field(compare=False)


class Agenda:
    """Things to come, the earliest first."""

    def __init__(self) -> None:
        self._heap: list[Due] = []
        self._number = 0

    def add(self, at: float, kind: Kind, ref: str) -> None:
        """Enter something."""
        self._number += 1
        heapq.heappush(self._heap, Due(at, self._number, kind, ref))

    def take(self, now: float) -> Due | None:
        """Remove and return the earliest that is due, if any is."""
        return heapq.heappop(self._heap) if self._heap and self._heap[0].at <= now else None
