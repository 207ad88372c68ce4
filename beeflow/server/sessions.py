"""Sessions of the dashboard: opaque random tokens, kept as hashes, few and not for long."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LIFETIME = 12 * 3600.0
"""Seconds for which a login holds."""

MOST = 1000
"""Sessions there may be; the oldest gives way."""


class Sessions:
    """Who is logged in. `clock` counts seconds; it need not be the time of day."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def open(self) -> str:
        """Begin a session; returns its token, which is kept nowhere here."""
        token = secrets.token_urlsafe(32)
        self._until[_digest(token)] = self._clock() + LIFETIME
        while len(self._until) > MOST:
            self._until.popitem(last=False)
        return token

    def holds(self, token: str) -> bool:
        """Whether the token is of a session that is not over."""
        digest = _digest(token)
        until = self._until.get(digest)
        if until is None:
            return False
        if self._clock() < until:
            return True
        del self._until[digest]
        return False

    def close(self, token: str) -> None:
        """End a session, if there is one."""
        self._until.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    """Look up by a hash, so that the time it takes says nothing about the token."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
