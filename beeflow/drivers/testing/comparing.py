"""What was expected held against what came: values, then calls side by side.

Mappings are partial and deep, lists exact, texts literal. Operators of a pattern may stand for a
value (recipe language, sections 4 and 9).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.recipe.document import MappingNode, Node, SequenceNode
from beeflow.recipe.patterns import OPERATORS, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from beeflow.drivers.testing.model import WantedCall
    from beeflow.drivers.testing.played import Made
    from beeflow.types import Json

SOON: Final = 0.001
"""Seconds that two instants may be apart and count as the same."""


def is_operators(node: Node) -> bool:
    """Whether a mapping is made of operators, and so stands for a value."""
    if not isinstance(node, MappingNode) or not node.entries:
        return False
    return all(entry.name in OPERATORS for entry in node)


class Difference(msgspec.Struct, frozen=True):
    """A value that is not as expected, at a dotted `path`; `there`: whether it is there at all."""

    path: str
    node: Node
    actual: Json
    there: bool = True


def differences(wanted: Node, actual: Json, path: str = "") -> Iterator[Difference]:
    """Yield where a value is not what was expected of it."""
    if is_operators(wanted):
        if not compile_pattern({"value": wanted.plain()}).matches({"value": actual}):
            yield Difference(path, wanted, actual)
    elif isinstance(wanted, MappingNode) and isinstance(actual, dict):
        yield from _in_mapping(wanted, actual, path)
    elif isinstance(wanted, SequenceNode) and isinstance(actual, list):
        yield from _in_list(wanted, actual, path)
    elif not _same(wanted.plain(), actual):
        yield Difference(path, wanted, actual)


def _in_mapping(wanted: MappingNode, actual: dict[str, Json], path: str) -> Iterator[Difference]:
    for entry in wanted:
        place = f"{path}.{entry.name}" if path else entry.name
        if entry.name in actual:
            yield from differences(entry.value, actual[entry.name], place)
        elif not _may_miss(entry.value):
            yield Difference(place, entry.value, None, there=False)


def _in_list(wanted: SequenceNode, actual: list[Json], path: str) -> Iterator[Difference]:
    if len(wanted.items) != len(actual):
        yield Difference(path, wanted, actual)
        return
    for number, (item, value) in enumerate(zip(wanted.items, actual, strict=True)):
        yield from differences(item, value, f"{path}.{number}" if path else str(number))


def fits(wanted: Node, actual: Json) -> bool:
    """Whether a value is as expected."""
    return next(differences(wanted, actual), None) is None


def _may_miss(wanted: Node) -> bool:
    """Whether what is not there at all is as expected: `{exists: false}`, `{not: …}`."""
    return is_operators(wanted) and compile_pattern({"value": wanted.plain()}).matches({})


def _same(wanted: Json, actual: Json) -> bool:
    """Compare as JSON does, where `true` is not 1."""
    return isinstance(wanted, bool) == isinstance(actual, bool) and wanted == actual


# --- calls -----------------------------------------------------------------------------------


class Row(msgspec.Struct, frozen=True):
    """An expected call beside the one that was made; None where there is no such call."""

    wanted: WantedCall | None
    made: Made | None
    differences: tuple[Difference, ...] = ()
    late: float | None = None
    """Seconds that the call came later than expected; None where that is as expected."""

    @property
    def same(self) -> bool:
        """Whether the call is as expected."""
        there = self.wanted is not None and self.made is not None
        return there and not self.differences and self.late is None


def side_by_side(wanted: Sequence[WantedCall], made: Sequence[Made]) -> tuple[Row, ...]:
    """Align expected calls with those made, in order, so that as much as possible agrees.

    Calls of different actions never stand beside each other.
    """
    pairs = {
        (at, to): _row(one, other)
        for at, one in enumerate(wanted)
        for to, other in enumerate(made)
        if one.action == other.action
    }
    best = _best(len(wanted), len(made), pairs)
    rows: list[Row] = []
    at = to = 0
    while at < len(wanted) or to < len(made):
        if best[at][to] == _paired(best, pairs, at, to):
            rows.append(pairs[at, to])
            at, to = at + 1, to + 1
        elif at < len(wanted) and best[at][to] == best[at + 1][to] + 1:
            rows.append(Row(wanted[at], None))
            at += 1
        else:
            rows.append(Row(None, made[to]))
            to += 1
    return tuple(rows)


def _row(wanted: WantedCall, made: Made) -> Row:
    found = tuple(differences(wanted.args, dict(made.args))) if wanted.args is not None else ()
    late = None if wanted.at is None else made.after - wanted.at
    return Row(wanted, made, found, None if late is None or abs(late) < SOON else late)


def _best(left: int, right: int, pairs: dict[tuple[int, int], Row]) -> list[list[float]]:
    """Return the least that can disagree from each pair of places on."""
    best = [[float(left - at + right - to) for to in range(right + 1)] for at in range(left + 1)]
    for at in range(left - 1, -1, -1):
        for to in range(right - 1, -1, -1):
            paired = _paired(best, pairs, at, to)
            best[at][to] = min(best[at + 1][to] + 1, best[at][to + 1] + 1, paired)
    return best


def _paired(best: list[list[float]], pairs: dict[tuple[int, int], Row], at: int, to: int) -> float:
    """Return what disagrees if the two calls stand beside each other."""
    row = pairs.get((at, to))
    if row is None:
        return float("inf")
    count = len(row.differences) + (row.late is not None)
    return best[at + 1][to + 1] + (0.0 if not count else 1.0 - 1.0 / (1 + count))
