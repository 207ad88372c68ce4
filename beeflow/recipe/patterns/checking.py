"""What is wrong with a pattern, said with the keys that lead there, so that a span can be found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TypeAlias

import msgspec

from beeflow.recipe.model import Template
from beeflow.recipe.patterns.operators import compile_regex
from beeflow.recipe.patterns.paths import MAX_STEPS, read_path

OPERATORS = (
    "not", "in", "prefix", "suffix", "contains", "regex", "gt", "gte", "lt", "lte", "exists",
)  # fmt: skip
"""The operators, in the order of the language page."""

MAX_LINES = 100
"""Paths that one pattern may name."""

MAX_NESTING = 10
"""`not` within `not`, lists within operators."""

_ORDER = {"gt", "gte", "lt", "lte"}
_OTHER_NAMES = {
    "eq": "write the value itself",
    "==": "write the value itself",
    "ne": "not",
    "!=": "not",
    "neq": "not",
    ">": "gt",
    ">=": "gte",
    "ge": "gte",
    "<": "lt",
    "<=": "lte",
    "le": "lte",
    "startswith": "prefix",
    "starts_with": "prefix",
    "endswith": "suffix",
    "ends_with": "suffix",
    "match": "regex",
    "matches": "regex",
    "any": "in",
}

Keys: TypeAlias = tuple[str | int, ...]


class PatternProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong. `keys` lead to it from the pattern: `('data.title', 'regex')`.

    With `at_key`, the last of them is itself at fault, else the value below it.
    """

    keys: Keys
    message: str
    help: str | None = None
    suggestions: tuple[str, ...] = ()
    at_key: bool = False


def check_pattern(match: object, *, templates: bool = True) -> tuple[PatternProblem, ...]:
    """Return all that is wrong with a pattern; `templates` says whether they may stand in it."""
    return tuple(_Checker(templates).pattern(match))


class _Checker(msgspec.Struct, frozen=True):
    templates: bool

    def pattern(self, match: object) -> Iterator[PatternProblem]:
        if not isinstance(match, Mapping):
            help_ = "write path: value, such as {data.status: live}"
            yield PatternProblem((), f"a pattern is a mapping, not {_shown(match)}", help_)
            return
        if len(match) > MAX_LINES:
            yield PatternProblem((), f"a pattern names at most {MAX_LINES} paths")
            return
        for path, expected in match.items():
            yield from _path_problems(path)
            yield from self.expected((path,), expected)

    def expected(self, keys: Keys, value: object) -> Iterator[PatternProblem]:
        """Check the right side: a value, a list of them, or operators."""
        if len(keys) > MAX_NESTING:
            yield PatternProblem(keys, f"this is nested more than {MAX_NESTING} deep")
        elif isinstance(value, Mapping):
            if not value:
                help_ = f"write one of {', '.join(OPERATORS)}"
                yield PatternProblem(keys, "an operator is missing", help_)
            for name, operand in value.items():
                yield from self.operator((*keys, name), name, operand)
        elif isinstance(value, list | tuple):
            yield from self.choices(keys, value)
        else:
            yield from self.scalar(keys, value)

    def choices(self, keys: Keys, values: Sequence[object]) -> Iterator[PatternProblem]:
        if not values:
            help_ = "name at least one value"
            yield PatternProblem(keys, "an empty list matches nothing", help_)
        for place, value in enumerate(values):
            if isinstance(value, list | tuple):
                yield PatternProblem((*keys, place), "a list cannot stand within a list")
            else:
                yield from self.expected((*keys, place), value)

    def scalar(self, keys: Keys, value: object) -> Iterator[PatternProblem]:
        if isinstance(value, Template):
            if not self.templates:
                yield PatternProblem(keys, "a template cannot stand here")
        elif value is not None and not isinstance(value, str | int | float):
            yield PatternProblem(keys, f"{_shown(value)} cannot be compared with")

    def operator(self, keys: Keys, name: object, operand: object) -> Iterator[PatternProblem]:
        if name not in OPERATORS:
            yield _unknown_operator(keys, name, operand)
        elif isinstance(operand, Template) and self.templates:
            return
        elif name == "not":
            yield from self.expected(keys, operand)
        elif name == "in":
            yield from self.members(keys, operand)
        elif name == "contains":
            if isinstance(operand, list | tuple | Mapping):
                help_ = "write one value; for any of several, [{contains: a}, {contains: b}]"
                yield PatternProblem(
                    keys, f"contains takes one value, not {_shown(operand)}", help_
                )
            else:
                yield from self.scalar(keys, operand)
        else:
            yield from _operand_problems(keys, str(name), operand)

    def members(self, keys: Keys, operand: object) -> Iterator[PatternProblem]:
        if isinstance(operand, list | tuple):
            yield from self.choices(keys, operand)
        else:
            help_ = f"write [{operand}]" if isinstance(operand, str | int) else None
            yield PatternProblem(keys, f"in takes a list, not {_shown(operand)}", help_)


def _path_problems(path: object) -> Iterator[PatternProblem]:
    if not isinstance(path, str):
        yield PatternProblem((str(path),), "a path is text", "put it in quotes", at_key=True)
        return
    steps = read_path(path)
    if "" in steps:
        message = f"`{path}` is not a path" if path else "a path is empty"
        help_ = "write the keys with one dot between them, such as data.status"
        yield PatternProblem((path,), message, help_, at_key=True)
    elif len(steps) > MAX_STEPS:
        yield PatternProblem((path,), f"a path has at most {MAX_STEPS} steps", at_key=True)


def _unknown_operator(keys: Keys, name: object, operand: object) -> PatternProblem:
    other = _OTHER_NAMES.get(str(name))
    near = [other] if other else get_close_matches(str(name), OPERATORS, 1)
    near = [each for each in near if each in OPERATORS]
    if other and not near:
        help_ = other
    elif not near and len(keys) > 1:
        dotted = ".".join(map(str, keys))
        value = operand if isinstance(operand, str | int) else "…"
        known = ", ".join(OPERATORS)
        help_ = f"a path is one key with dots: write {dotted}: {value} (there are: {known})"
    else:
        mend = f"did you mean `{near[0]}`? " if near else ""
        help_ = f"{mend}(there are: {', '.join(OPERATORS)})"
    message = f"there is no operator `{name}`"
    return PatternProblem(keys, message, help_, tuple(near), at_key=True)


def _operand_problems(keys: Keys, name: str, operand: object) -> Iterator[PatternProblem]:
    if name == "exists":
        if not isinstance(operand, bool):
            yield PatternProblem(keys, f"exists takes true or false, not {_shown(operand)}")
    elif name in _ORDER:
        if not isinstance(operand, int | float) or isinstance(operand, bool):
            yield PatternProblem(keys, f"{name} takes a number, not {_shown(operand)}")
    elif not isinstance(operand, str):
        yield PatternProblem(keys, f"{name} takes text, not {_shown(operand)}", "put it in quotes")
    elif name == "regex":
        try:
            compile_regex(operand)
        except ValueError as error:
            help_ = "the syntax is RE2's: no look-around, no back-references"
            yield PatternProblem(keys, f"this is not a regular expression: {error}", help_)


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, Template):
        return "a template"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"`{str(value)[:60]}`"
