from __future__ import annotations

import pytest

from beeflow.errors import ExpressionError, UndefinedName
from beeflow.recipe.templates import parse_expression, parse_template

SCOPE: dict[str, object] = {
    "rows": [{"n": "b", "k": 1}, {"n": "A", "k": 0, "x": {"y": 5}}, {"n": "B", "k": 1}],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rows | map(attribute='x.y', default=0)", [0, 5, 0]),
        ("['a', 'b'] | map('upper')", ["A", "B"]),
        ("['a'] | map('replace', 'a', 'b')", ["b"]),
        ("['a'] | map('center', width=3)", [" a "]),
        ("[0, 1, '', 'a'] | select", [1, "a"]),
        ("[0, 1, '', 'a'] | reject", [0, ""]),
        ("[1, 2, 3] | select('odd')", [1, 3]),
        ("[1, 2, 3] | reject('in', [1, 2])", [3]),
        ("rows | selectattr('k') | map(attribute='n')", ["b", "B"]),
        ("rows | rejectattr('k') | map(attribute='n')", ["A"]),
        ("rows | selectattr('k', '==', 0) | map(attribute='n')", ["A"]),
        ("rows | selectattr('x', 'defined') | map(attribute='n')", ["A"]),
        ("rows | rejectattr('x', 'defined') | map(attribute='n')", ["b", "B"]),
        ("rows | selectattr('x', 'undefined') | length", 2),
        ("rows | groupby('k') | map(attribute='grouper')", [0, 1]),
        ("(rows | groupby('n'))[1].list | map(attribute='n')", ["b", "B"]),
        ("rows | groupby('n', case_sensitive=true) | map(attribute=0)", ["A", "B", "b"]),
        ("rows | groupby('x.y', 9) | map(attribute='grouper')", [5, 9]),
        ("[] | groupby('k')", []),
    ],
)
def test_filters_that_apply_others(text: str, expected: object) -> None:
    assert parse_expression(text).evaluate(SCOPE) == expected


def test_groups_are_unpacked_in_a_loop() -> None:
    text = "{% for k, rows in rows | groupby('k') %}{{ k }}:{{ rows | length }} {% endfor %}"
    assert parse_template(text).render(SCOPE) == "0:1 1:2 "


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("rows | map(attribute='x')", UndefinedName, "`item` has no field `x`"),
        ("rows | selectattr('x', 'eq', 1)", UndefinedName, "no field `x`"),
        ("rows | map('uper')", ExpressionError, "did you mean `upper`"),
        ("rows | select('definde')", ExpressionError, "did you mean `defined`"),
        ("rows | map", ExpressionError, "map takes attribute="),
        ("rows | map(default=1)", ExpressionError, "map takes attribute="),
        ("rows | groupby('x')", UndefinedName, "no field `x`"),
    ],
)
def test_mistakes_are_named(text: str, error: type[ExpressionError], message: str) -> None:
    with pytest.raises(error, match=message):
        parse_expression(text).evaluate(SCOPE)
