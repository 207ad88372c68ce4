"""The `match` of a trigger as a formula, as far as it says which values there may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.logic.formulas import Formula, Term, Values
from beeflow.recipe.patterns import compile_pattern
from beeflow.recipe.patterns.operators import All, AnyOf, Either, Equals, Not, Order
from beeflow.recipe.patterns.pattern import PatternError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.recipe.model import Match
    from beeflow.recipe.patterns.operators import Test
    from beeflow.recipe.patterns.pattern import Line

OF_TRIGGER: Final = "trigger."
"""What the terms of a pattern's lines begin with."""


def pattern_formulas(match: Match) -> Iterator[tuple[str, Formula]]:
    """Yield the lines of a pattern as formulas over what expressions call the same path."""
    try:
        lines = compile_pattern(match).lines
    except PatternError:
        return
    for written, line in zip(match, lines, strict=True):
        constants = list(_constants(line.test))
        if _followed(line.test):
            yield written, _formula(line, constants)


def _formula(line: Line, constants: list[object]) -> Formula:
    name = OF_TRIGGER + ".".join(line.path)
    ordered = any(isinstance(value, int | float) for value in constants)

    def holds(values: Values) -> bool | None:
        return line.test.holds(values[name])

    return Formula(holds, {name: Term(constants, ordered)}, (0, 0))


def _followed(test: Test) -> bool:
    """Whether a test is about single values only."""
    if isinstance(test, Either | All):
        return all(_followed(one) for one in test.tests)
    if isinstance(test, Not):
        return _followed(test.test)
    return isinstance(test, Equals | AnyOf | Order)


def _constants(test: Test) -> Iterator[object]:
    if isinstance(test, Either | All):
        for one in test.tests:
            yield from _constants(one)
    elif isinstance(test, Not):
        yield from _constants(test.test)
    elif isinstance(test, AnyOf):
        yield from sorted(test.expected, key=str)
    elif isinstance(test, Equals | Order):
        yield test.expected
