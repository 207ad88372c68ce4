"""Whether a formula always comes out the same, by trying all values that make a difference."""

from __future__ import annotations

import re
from itertools import pairwise, product
from math import prod
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.check.logic.formulas import merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from beeflow.check.logic.formulas import Formula, Term

_OTHERS: Final = ("\x00one text", "\x00another")
"""Texts that nobody compares with: they stand for all others."""

_MOST: Final = 4096
"""Combinations that are tried. Beyond it, a formula counts as one that depends."""


class Tries(msgspec.Struct):
    """What may still be tried for one recipe: comparisons. Without any left, all depends."""

    left: int = 400_000

    def spend(self, cost: int) -> bool:
        """Whether there is as much left; it is then spent."""
        if cost > self.left:
            return False
        self.left -= cost
        return True


def constancy(
    formula: Formula, given: Sequence[Formula] = (), tries: Tries | None = None
) -> bool | None:
    """Return what a formula always comes out as where all of `given` hold; None: it depends.

    What fails for some values is neither: only where it comes out at all does it count. Where
    nothing makes all of `given` hold, it depends.
    """
    seen = set()
    for values in _combinations((formula, *given), tries or Tries()):
        if all(one.holds(values) for one in given):
            seen.add(formula.holds(values))
        if {True, False} <= seen:
            return None
    seen.discard(None)
    return seen.pop() if len(seen) == 1 else None


def possible(formulas: Sequence[Formula], tries: Tries | None = None) -> bool:
    """Return whether some values make all formulas hold, as far as it is tried."""
    values = _combinations(formulas, tries or Tries())
    return any(all(one.holds(each) for one in formulas) for each in values)


def _combinations(formulas: Sequence[Formula], tries: Tries) -> Iterator[Mapping[str, object]]:
    """Yield the values to be tried; none where that is too much: so that nothing is told."""
    asked = sum(len(one.terms) for one in formulas)
    if not tries.spend(asked):
        return
    terms: dict[str, Term] = {}
    for one in formulas:
        terms = merged(terms, one.terms)
    constants = sum(len(term.constants) + 1 for term in terms.values())
    if not tries.spend(constants):
        return
    domains = [tuple(_domain(name, terms)) for name in terms]
    size = prod(map(len, domains))
    if size > _MOST or not tries.spend(size * constants):
        return
    for values in product(*domains):
        yield dict(zip(terms, values, strict=True))


def _domain(name: str, terms: Mapping[str, Term]) -> Iterator[object]:
    """Yield the values of a term that can make a difference, each once."""
    term = terms[name]
    if term.bare and not term.constants and not term.others and not term.counts:
        yield from (True, False)
        return
    together = [term, *(terms[other] for other in term.others if other in terms)]
    constants = [value for one in together for value in one.constants]
    told: set[tuple[type, object]] = set()
    bounds = _bounds(name)
    whole = all(isinstance(value, int) for value in constants)
    if bounds is not None and whole and len(together) == 1 and not term.bare:
        yield from _whole(constants, bounds)
        return
    for value in _values(constants, together):
        key = (type(value), str(value))
        if key not in told:
            told.add(key)
            yield value


_PART: Final = re.compile(r"(?:now|\(\s*now\s*\|\s*local\(.*\)\s*\))\.(\w+)(?:\(\))?")
_PARTS: Final[Mapping[str, tuple[int, int]]] = {
    "hour": (0, 23),
    "minute": (0, 59),
    "second": (0, 59),
    "day": (1, 31),
    "month": (1, 12),
    "weekday": (0, 6),
    "isoweekday": (1, 7),
}
"""The parts of a time, from the least to the greatest there is."""


def _bounds(name: str) -> tuple[int, int] | None:
    found = _PART.fullmatch(name)
    return _PARTS.get(found[1]) if found else None


def _whole(constants: Sequence[object], bounds: tuple[int, int]) -> Iterator[int]:
    """Yield the whole numbers within bounds that can make a difference."""
    low, high = bounds
    near = {value + step for value in constants if isinstance(value, int) for step in (-1, 0, 1)}
    yield from sorted(value for value in near | {low, high} if low <= value <= high)


def _values(constants: Sequence[object], together: Iterable[Term]) -> Iterator[object]:
    numbers = sorted(value for value in constants if isinstance(value, int | float))
    if any(one.counts for one in together):
        whole = {int(value) + step for value in numbers for step in (-1, 0, 1)}
        yield from sorted(value for value in whole | {0, 1} if value >= 0)
        return
    if any(one.bare for one in together):
        yield from (True, False)
        if not constants:
            return
    yield from constants
    if any(one.ordered for one in together):
        yield from _between(numbers)
    else:
        yield from (*_OTHERS, None)


def _between(numbers: Sequence[float]) -> Iterator[float]:
    """Yield numbers below, between and above those given."""
    if numbers:
        yield numbers[0] - 1
        yield numbers[-1] + 1
    for low, high in pairwise(numbers):
        yield (low + high) / 2
