from __future__ import annotations

import pytest

from beeflow.errors import ExpressionError
from beeflow.recipe.templates import parse_expression

SCOPE: dict[str, object] = {"none_": None, "empty": "", "flag": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nope | default('d')", "d"),
        ("nope | default", ""),
        ("none_ | default('d')", None),
        ("none_ | default('d', true)", "d"),
        ("empty | default('d', boolean=true)", "d"),
        ("flag | default('d', true)", 1),
        ("none_ is none", True),
        ("true is boolean and 1 is not boolean", True),
        ("true is true and flag is not true", True),
        ("false is false and 0 is not false", True),
        ("true is integer", False),
        ("1.5 is float and 1 is integer", True),
        ("true is number or '1' is number", False),
        ("1.5 is number", True),
        ("{} is mapping and [] is not mapping", True),
        ("'a' is sequence and [] is sequence and 1 is not sequence", True),
        ("1 is iterable", False),
        ("'aB' is lower or 'aB' is upper", False),
        ("4 is even and 3 is odd", True),
        ("7 is divisibleby 3", False),
        ("3 is in [1, 3]", True),
        ("3 is eq(3.0) and 3 is not ne 3", True),
        ("[1, 2, 3] | select('>', 1) | select('<=', 2) | list", [2]),
        ("[1, 2, 3] | select('>=', 3) | list", [3]),
        ("[1, 2, 3] | select('lessthan', 2) | list", [1]),
        ("[1, 2, 3] | reject('!=', 2) | list", [2]),
    ],
)
def test_tests(text: str, expected: object) -> None:
    assert parse_expression(text).evaluate(SCOPE) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'3' is odd", "this is a whole number"),
        ("3 is divisibleby(0)", "nothing is divisible by number 0"),
        ("none is lower", "takes text"),
        ("'a' is lt 3", "have no order"),
        ("nope is none", "`nope` is not defined"),
    ],
)
def test_what_cannot_be_tested_is_said(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        parse_expression(text).evaluate(SCOPE)
