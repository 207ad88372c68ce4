"""Patterns: the `match` of a trigger, a `wait_for` or a `cancel_on` (section 4 of the language)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from beeflow.errors import ExpressionError
from beeflow.recipe.patterns.checking import PatternProblem, check_pattern
from beeflow.recipe.patterns.operators import (
    All,
    AnyOf,
    Contains,
    Either,
    Equals,
    Exists,
    Not,
    Order,
    Prefix,
    Regex,
    Scalar,
    Suffix,
    Test,
    compile_regex,
)
from beeflow.recipe.patterns.paths import MISSING, Path, read_path, resolve


class PatternError(ExpressionError, ValueError):
    """A pattern cannot be used; `problems` has all that is wrong with it."""

    def __init__(self, problems: tuple[PatternProblem, ...]) -> None:
        first = problems[0]
        where = ".".join(str(key) for key in first.keys)
        message = f"match `{where}`: {first.message}" if where else first.message
        super().__init__(message + (f": {first.help}" if first.help else ""))
        self.problems = problems


class Clause(msgspec.Struct, frozen=True):
    """One line of a pattern against a payload: what was expected, what was there, whether it held.

    Where `present` is false the path is not in the payload, and `actual` is `None`.
    """

    path: str
    expected: object
    actual: object
    holds: bool
    present: bool


class Line(msgspec.Struct, frozen=True):
    """A path of a pattern and what is asked there."""

    path: Path
    test: Test


class Pattern:
    """A pattern that is ready to match payloads. Made by `compile_pattern`."""

    __slots__ = ("lines", "match")

    def __init__(self, match: Mapping[str, object], lines: tuple[Line, ...]) -> None:
        self.match = match
        """The pattern as it was written."""
        self.lines = lines

    def matches(self, payload: Mapping[str, object]) -> bool:
        """Return whether every line holds."""
        return all(line.test.holds(resolve(payload, line.path)) for line in self.lines)

    def explain(self, payload: Mapping[str, object]) -> tuple[Clause, ...]:
        """Return every line with what was there and whether it held, in the order written."""
        clauses = []
        for (path, expected), line in zip(self.match.items(), self.lines, strict=True):
            found = resolve(payload, line.path)
            present = found is not MISSING
            actual = found if present else None
            clauses.append(Clause(path, expected, actual, line.test.holds(found), present))
        return tuple(clauses)


def compile_pattern(match: Mapping[str, object]) -> Pattern:
    """Return the pattern that `match` is; raises `PatternError` with path and mend.

    Templates in it must be rendered before.
    """
    problems = check_pattern(match, templates=False)
    if problems:
        raise PatternError(problems)
    lines = tuple(Line(read_path(path), _test(expected)) for path, expected in match.items())
    return Pattern(match, lines)


def _test(expected: object) -> Test:
    """Return the test that a checked right side of a pattern is."""
    if isinstance(expected, Mapping):
        tests = tuple(_operator(name, operand) for name, operand in expected.items())
        return tests[0] if len(tests) == 1 else All(tests)
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return _any_of(expected)
    return Equals(_scalar(expected))


def _any_of(expected: Sequence[object]) -> Test:
    if any(isinstance(each, Mapping) for each in expected):
        return Either(tuple(_test(each) for each in expected))
    return AnyOf(frozenset(_scalar(each) for each in expected))


def _operator(name: str, operand: object) -> Test:
    if name == "not":
        return Not(_test(operand))
    if name == "in":
        return _test(operand)
    if name == "contains":
        return Contains(_scalar(operand))
    if name == "exists":
        return Exists(bool(operand))
    if isinstance(operand, str):
        return _text_operator(name, operand)
    assert isinstance(operand, int | float)  # noqa: S101 - for the type checker
    assert name in {"gt", "gte", "lt", "lte"}  # noqa: S101 - for the type checker
    return Order(name, operand)  # type: ignore[arg-type]  # mypy does not narrow by a set


def _text_operator(name: str, operand: str) -> Test:
    if name == "prefix":
        return Prefix(operand)
    if name == "suffix":
        return Suffix(operand)
    return Regex(compile_regex(operand))


def _scalar(value: object) -> Scalar:
    assert value is None or isinstance(value, bool | int | float | str)  # noqa: S101 - for the type checker
    return value
