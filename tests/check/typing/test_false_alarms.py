"""Expressions drawn at random: what is told of them is true of what happens when they run.

Where a value can have no such field, operand or argument, evaluation fails, whatever the values
are; and what comes out is of the inferred type. Seeded, so that a failure can be looked at again.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest
from check.typing.inferring import infer

from beeflow.check.typing.env import Env
from beeflow.check.typing.relations import misfits
from beeflow.check.typing.remarks import NoField, NotAList, WrongArgument, WrongOperand
from beeflow.errors import ExpressionError
from beeflow.recipe.templates import Context, parse_expression
from beeflow.recipe.templates.builtins import FILTERS, FUNCTIONS, METHODS, TESTS
from beeflow.recipe.typing import (
    BOOLEAN,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    WHOLE,
    ListOf,
    Record,
    Text,
    Type,
    literal,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEEDS: Final = range(5)
EACH: Final = 120
CERTAIN: Final = (NoField, NotAList, WrongArgument, WrongOperand)
UNSURE: Final = ("default", "defined", "| d", "sum")
"""What may be missing is fine there; and of an empty text or list there is a sum."""

POLL = Record(
    {"ref": TEXT, "votes": WHOLE, "note": union(TEXT, NULL), "tags": ListOf(TEXT)},
    required=frozenset({"ref", "votes", "note", "tags"}),
)
TYPES: Mapping[str, Type] = {
    "word": TEXT,
    "count": WHOLE,
    "ratio": NUMBER,
    "flag": BOOLEAN,
    "maybe": union(TEXT, NULL),
    "status": Text(frozenset({"idle", "live"})),
    "time": TIME,
    "words": ListOf(TEXT),
    "poll": POLL,
    "polls": ListOf(POLL),
    "nothing": NULL,
    "date": Text(form="time"),
    "span": Text(form="duration"),
    "perhaps": union(ListOf(TEXT), NULL),
}
SOME_POLL = {"ref": "a", "votes": 2, "note": None, "tags": []}
VALUES: Mapping[str, Sequence[object]] = {
    "word": ["", "a", "live", "12", "2026-12-01", "10m"],
    "count": [0, 1, 12],
    "ratio": [0.5, 3.0],
    "flag": [True, False],
    "maybe": [None, "x"],
    "status": ["idle", "live"],
    "time": [datetime(2026, 12, 1, 9, tzinfo=UTC)],
    "words": [["a"], ["b", "a"]],
    "poll": [SOME_POLL],
    "polls": [[SOME_POLL], [SOME_POLL, {**SOME_POLL, "note": "n", "tags": ["t"]}]],
    "nothing": [None],
    "date": ["2026-12-01 09:00:00"],
    "span": ["10m"],
    "perhaps": [None, ["a"]],
}
LITERALS = ("'a'", "'live'", "1", "2.5", "true", "none", "'10m'", "[]", "['a', 1]", "{'a': 1}")
SIGNS = ("+", "-", "*", "/", "%", "~", "==", "!=", "<", ">=", "in", "not in")
FIELDS = (".ref", ".votes", ".note", ".tags", ".nope", ".hour", "[0]", "[-1]", "['votes']", "[:1]")


class Drawing:
    """Draws expressions and values."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def expression(self, depth: int) -> str:
        """Return an expression with parts up to so deep."""
        one = self.random.choice
        if depth == 0:
            return one(LITERALS) if self.random.random() < 0.3 else one(list(TYPES))
        left = self.expression(depth - 1)
        arguments = ", ".join(self.expression(depth - 1) for _ in range(one([0, 0, 1, 2])))
        return one(
            [
                f"({left} {one(SIGNS)} {self.expression(depth - 1)})",
                f"({left} | {one(sorted(FILTERS))}({arguments}))",
                f"({left} is {one([name for name in sorted(TESTS) if name.isalpha()])})",
                f"({left}).{one(sorted(METHODS))}({arguments})",
                f"({left}){one(FIELDS)}",
                f"{one(sorted(FUNCTIONS))}({arguments})",
            ]
        )

    def values(self) -> dict[str, object]:
        """Return a value for each name."""
        return {name: self.random.choice(values) for name, values in VALUES.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_told_is_true(seed: int) -> None:
    drawing, env, looked_at = Drawing(seed), Env(TYPES), 0
    while looked_at < EACH:
        text = drawing.expression(drawing.random.choice([1, 2]))
        try:
            parsed = parse_expression(text)
        except ExpressionError:
            continue
        looked_at += 1
        type_, told = infer(text, env)
        fails = any(isinstance(one, CERTAIN) for one in told)
        for _ in range(4):
            scope = drawing.values()
            try:
                value = parsed.evaluate(scope, Context())
            except ExpressionError:
                continue
            assert not fails or any(word in text for word in UNSURE), (text, told, scope, value)
            given = TIME if isinstance(value, datetime) else literal(value)
            assert misfits(type_, given) == (), (text, type_, value)
