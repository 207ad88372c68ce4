"""What inference says of the examples of the reference is true of what they give."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from check.typing.inferring import infer

from beeflow.check.typing.env import Env
from beeflow.check.typing.relations import may_equal, misfits
from beeflow.recipe.templates import Context, Entry, parse_expression, reference
from beeflow.recipe.typing import ANYTHING, TIME, Store, literal, members

EXAMPLES = reference()


class Empty:
    """`state`, with nothing in it."""

    def attribute(self, name: str) -> object:
        raise KeyError(name)

    def names(self) -> tuple[str, ...]:
        return ()


@pytest.mark.parametrize("entry", EXAMPLES, ids=lambda entry: f"{entry.kind} {entry.signature}")
def test_the_value_is_of_the_type(entry: Entry) -> None:
    env = Env({"state": Store(ANYTHING), "now": TIME})
    type_, told = infer(entry.example, env)
    assert told == []
    scope = {"state": Empty(), "now": datetime(2026, 12, 1, tzinfo=UTC)}
    value = parse_expression(entry.example).evaluate(scope, Context())
    if isinstance(value, datetime):
        assert TIME in members(type_)
        return
    given = literal(value)
    assert misfits(type_, given) == (), (type_, given)
    assert may_equal(type_, given)
