"""The platform's rate limits: so many calls in any 60 seconds."""

from __future__ import annotations

import math
from collections import defaultdict, deque

WINDOW = 60.0
"""Seconds that a limit counts over."""


class RateLimit:
    """A sliding window for each caller: `limit` calls in any 60 seconds, the rest refused.

    Refused calls do not count.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def take(self, caller: str, now: float) -> int:
        """Count a call; return 0, or the whole seconds after which one will be allowed again."""
        calls = self._calls[caller]
        while calls and calls[0] <= now - WINDOW:
            calls.popleft()
        if len(calls) >= self.limit:
            return max(1, math.ceil(calls[0] + WINDOW - now))
        calls.append(now)
        return 0

    def forget(self) -> None:
        """Let every caller begin anew."""
        self._calls.clear()
