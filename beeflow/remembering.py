"""Results that are worked out once for arguments that never change, but cannot be hashed."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

K = TypeVar("K")
V = TypeVar("V")


def by_identity(most: int) -> Callable[[Callable[[K], V]], Callable[[K], V]]:
    """Remember what a function returned, by which object it was given: for so many at most.

    An object is kept with its result, so that no other can take its place in memory.
    """

    def remembered(function: Callable[[K], V]) -> Callable[[K], V]:
        known: dict[int, tuple[K, V]] = {}

        @wraps(function)
        def asked(argument: K) -> V:
            found = known.get(id(argument))
            if found is not None:
                return found[1]
            result = function(argument)
            if len(known) >= most:
                known.clear()
            known[id(argument)] = (argument, result)
            return result

        return asked

    return remembered
