"""Two lists side by side: what stayed, what changed, what moved, what is new or gone."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

T = TypeVar("T")

_NEARBY: Final = 0.5
"""What it counts for the likeness of two items that they stand between the same others."""


class Pair(msgspec.Struct, frozen=True):
    """An item of one list and the one of the other that it became; None where there is none.

    `moved`: it stands elsewhere among the others.
    """

    before: int | None
    after: int | None
    moved: bool = False


class _Matching(msgspec.Struct, Generic[T]):
    before: Sequence[T]
    after: Sequence[T]
    pairs: dict[int, Pair] = msgspec.field(default_factory=dict)
    taken: set[int] = msgspec.field(default_factory=set)
    stayed: list[tuple[int, int]] = msgspec.field(default_factory=list)

    def add(self, before: int, after: int, *, moved: bool) -> None:
        self.pairs[after] = Pair(before, after, moved)
        self.taken.add(before)

    def left(self) -> tuple[list[int], list[int]]:
        """Return the indexes of both lists that nothing is known of yet."""
        before = [at for at in range(len(self.before)) if at not in self.taken]
        return before, [at for at in range(len(self.after)) if at not in self.pairs]

    def nearby(self, before: int, after: int) -> bool:
        """Whether two items stand between the same ones of those that stayed."""
        ahead = sum(one < before for one, _ in self.stayed)
        return ahead == sum(other < after for _, other in self.stayed)


def align(
    before: Sequence[T],
    after: Sequence[T],
    content: Callable[[T], Hashable],
    likeness: Callable[[T, T], float],
) -> list[Pair]:
    """Return what became of each item, in the order of `after`; what is gone where it stood.

    Items of equal `content` are the same. Of the others, two may be one that was changed if
    their `likeness` (0: nothing to do with each other) says so; a place between the same items
    speaks for it.
    """
    matching = _Matching(before, after)
    _stay(matching, content)
    _move(matching, content)
    _change(matching, likeness)
    return _in_order(matching)


def _stay(matching: _Matching[T], content: Callable[[T], Hashable]) -> None:
    one, other = list(map(content, matching.before)), list(map(content, matching.after))
    for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            matching.add(block.a + step, block.b + step, moved=False)
            matching.stayed.append((block.a + step, block.b + step))


def _move(matching: _Matching[T], content: Callable[[T], Hashable]) -> None:
    gone, new = matching.left()
    for after in new:
        wanted = content(matching.after[after])
        same = next((at for at in gone if content(matching.before[at]) == wanted), None)
        if same is not None:
            gone.remove(same)
            matching.add(same, after, moved=True)


def _change(matching: _Matching[T], likeness: Callable[[T, T], float]) -> None:
    gone, new = matching.left()
    scores: list[tuple[float, int, int]] = []
    for after in new:
        for before in gone:
            alike = likeness(matching.before[before], matching.after[after])
            near = matching.nearby(before, after)
            if alike > (0.0 if near else _NEARBY):
                scores.append((-alike - (_NEARBY if near else 0.0), after, before))
    for _, after, before in sorted(scores):
        if after not in matching.pairs and before not in matching.taken:
            matching.add(before, after, moved=not matching.nearby(before, after))


def _in_order(matching: _Matching[T]) -> list[Pair]:
    gone, new = matching.left()
    ordered = [matching.pairs.get(at, Pair(None, at)) for at in range(len(matching.after))]
    del new
    for before in gone:
        at = next(
            (
                index + 1
                for index in range(len(ordered) - 1, -1, -1)
                if not ordered[index].moved
                and ordered[index].before is not None
                and (ordered[index].before or 0) < before
            ),
            0,
        )
        ordered.insert(at, Pair(before, None))
    return ordered
