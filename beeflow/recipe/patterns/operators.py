"""What a pattern asks of one value: equality, any of a list, and the operators.

Each is a small frozen object with a method `holds`. Values are compared as JSON, but `true` and
`false` also stand for the platform's 1 and 0, and the other way round.
"""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

import msgspec
import re2

from beeflow.recipe.patterns.paths import MISSING

Scalar: TypeAlias = "bool | int | float | str | None"


class Test(Protocol):
    """Something that a value passes or not. `MISSING` stands for a path that is not there."""

    def holds(self, value: object) -> bool:
        """Return whether `value` passes."""
        ...


class Equals(msgspec.Struct, frozen=True):
    """The value itself."""

    expected: Scalar

    def holds(self, value: object) -> bool:
        """Return whether `value` is equal."""
        return value == self.expected


class AnyOf(msgspec.Struct, frozen=True):
    """Any of several values."""

    expected: frozenset[Scalar]

    def holds(self, value: object) -> bool:
        """Return whether `value` is one of them."""
        return isinstance(value, str | int | float | None) and value in self.expected


class Either(msgspec.Struct, frozen=True):
    """Any of several tests: a list in which operators stand."""

    tests: tuple[Test, ...]

    def holds(self, value: object) -> bool:
        """Return whether one of them holds."""
        return any(test.holds(value) for test in self.tests)


class All(msgspec.Struct, frozen=True):
    """Several operators in one mapping."""

    tests: tuple[Test, ...]

    def holds(self, value: object) -> bool:
        """Return whether all of them hold."""
        return all(test.holds(value) for test in self.tests)


class Not(msgspec.Struct, frozen=True):
    """`{not: x}`: also holds where the path is missing."""

    test: Test

    def holds(self, value: object) -> bool:
        """Return whether the test does not hold."""
        return not self.test.holds(value)


class Prefix(msgspec.Struct, frozen=True):
    """`{prefix: x}`."""

    expected: str

    def holds(self, value: object) -> bool:
        """Return whether `value` is text that begins so."""
        return isinstance(value, str) and value.startswith(self.expected)


class Suffix(msgspec.Struct, frozen=True):
    """`{suffix: x}`."""

    expected: str

    def holds(self, value: object) -> bool:
        """Return whether `value` is text that ends so."""
        return isinstance(value, str) and value.endswith(self.expected)


class Contains(msgspec.Struct, frozen=True):
    """`{contains: x}`: an item of a list, or part of a text."""

    expected: Scalar

    def holds(self, value: object) -> bool:
        """Return whether `value` contains it."""
        if isinstance(value, str):
            return isinstance(self.expected, str) and self.expected in value
        return isinstance(value, list | tuple) and self.expected in value


class Regex(msgspec.Struct, frozen=True):
    """`{regex: x}`: searched for in text, in time linear in its length."""

    pattern: re2.Pattern

    def holds(self, value: object) -> bool:
        """Return whether `value` is text in which the expression is found."""
        return isinstance(value, str) and self.pattern.search(value) is not None


class Order(msgspec.Struct, frozen=True):
    """`{gt: n}`, `{gte: n}`, `{lt: n}`, `{lte: n}`: of numbers; nothing else has an order here."""

    operator: Literal["gt", "gte", "lt", "lte"]
    expected: int | float

    def holds(self, value: object) -> bool:
        """Return whether `value` is a number on the right side of the other."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return False
        if self.operator == "gt":
            return value > self.expected
        if self.operator == "gte":
            return value >= self.expected
        if self.operator == "lt":
            return value < self.expected
        return value <= self.expected


class Exists(msgspec.Struct, frozen=True):
    """`{exists: true}`: the key is there, also with null."""

    expected: bool

    def holds(self, value: object) -> bool:
        """Return whether the path is there, or is not, as asked."""
        return (value is not MISSING) is self.expected


def compile_regex(text: str) -> re2.Pattern:
    """Compile an expression; raises `ValueError` with what is wrong with it."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        shown = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(shown) from None
