from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.errors import ExpressionError, LimitReached
from beeflow.recipe.templates import parse_expression


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-5, 5).filter(bool))
def test_range_is_that_of_python(start: int, stop: int, step: int) -> None:
    scope = {"a": start, "b": stop, "c": step}
    assert parse_expression("range(a, b, c)").evaluate(scope) == list(range(start, stop, step))
    assert parse_expression("range(a)").evaluate(scope) == list(range(start))


@pytest.mark.parametrize("text", ["range(10001)", "range(0, -(10**20), -1)", "range(1, 2, 0)"])
def test_range_is_bounded(text: str) -> None:
    with pytest.raises(LimitReached, match="at most 10,000"):
        parse_expression(text).evaluate({})


def test_range_takes_whole_numbers() -> None:
    with pytest.raises(ExpressionError, match="stop is a whole number, not text"):
        parse_expression("range('3')").evaluate({})
