"""Which groups may have runs that have not ended, in little room however many they are."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

PLACES: Final = 1 << 16
"""Counters, of four bytes each. With as many groups, two of three looks say so in vain."""


class Crowd:
    """Counts the unfinished runs of groups, several groups on one counter.

    So it may hold a group for one that has runs though it has none, and never the other way round.
    """

    __slots__ = ("_counts",)

    def __init__(self, members: Iterable[tuple[str, str | None]] = ()) -> None:
        self._counts = array("I", bytes(4 * PLACES))
        for recipe, group in members:
            self.join(recipe, group)

    def join(self, recipe: str, group: str | None) -> None:
        """Count a run in."""
        self._counts[hash((recipe, group)) % PLACES] += 1

    def leave(self, recipe: str, group: str | None) -> None:
        """Count a run off that was counted in."""
        self._counts[hash((recipe, group)) % PLACES] -= 1

    def may_hold(self, recipe: str, group: str | None) -> bool:
        """Whether a group may have unfinished runs."""
        return self._counts[hash((recipe, group)) % PLACES] > 0
