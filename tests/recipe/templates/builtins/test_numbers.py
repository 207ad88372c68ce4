from __future__ import annotations

import pytest

from beeflow.errors import ExpressionError
from beeflow.recipe.templates import parse_expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.4 | round", 2.0),
        ("2.41 | round(1, 'ceil')", 2.5),
        ("1234 | round(-2)", 1200.0),
        ("'12.7' | int", 12),
        ("'ff' | int(0, 16)", 255),
        ("'x' | int", 0),
        ("'x' | int(7)", 7),
        ("none | int(7)", 7),
        ("2.9 | int", 2),
        ("('9' * 101) | int(1)", 1),
        ("'1e999' | int(3)", 3),
        ("'2.5' | float", 2.5),
        ("'x' | float(1.5)", 1.5),
        ("'nan' | float", 0.0),
        ("'-12' | number", -12),
        ("' 2.50 ' | number", 2.5),
        ("true | number", 1),
        ("7 | number", 7),
        ("'x' | number(none)", None),
        ("'inf' | number(0)", 0),
        ("'1_0' | number(0)", 0),
        ("[1, true, 2] | sum(start=10)", 14),
        ("[{'n': 1}, {'n': 2}] | sum(attribute='n')", 3),
        ("-2.5 | abs", 2.5),
    ],
)
def test_filters_on_numbers(text: str, expected: object) -> None:
    value = parse_expression(text).evaluate({})
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'x' | number", "is not a number"),
        ("none | number", "null is not a number"),
        ("'5' | abs", "takes a number"),
        ("5 | round(99)", "precision is from -15 to 15"),
        ("5 | round(0, 'up')", "common, ceil or floor"),
        ("'5' | int(0, 99)", "base is from 2 to 36"),
        ("['a'] | sum", "takes a number"),
    ],
)
def test_what_is_not_a_number_is_said(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        parse_expression(text).evaluate({})


def test_bases_beyond_ten_give_up_on_text_that_is_none() -> None:
    assert parse_expression("'12.5' | int(1, 16)").evaluate({}) == 1
