from __future__ import annotations

import pytest
from recipe.parsing import only, recipe, with_actions

from beeflow.recipe import limits
from beeflow.recipe.model import AllOf, AnyOf, Condition, Expr, Not


def shape(condition: Condition) -> object:
    if isinstance(condition, Expr):
        return condition.text
    if isinstance(condition, Not):
        return ("not", shape(condition.clause))
    kind = "all" if isinstance(condition, AllOf) else "any"
    assert isinstance(condition, AllOf | AnyOf)
    return (kind, *(shape(clause) for clause in condition.clauses))


def test_expressions_and_groups() -> None:
    text = "conditions: [a == 1, true, {all: [b, {any: [c, d]}]}, {not: {all: [e]}}]"
    read = [shape(one) for one in recipe(with_actions(text)).conditions]
    assert read == ["a == 1", "true", ("all", "b", ("any", "c", "d")), ("not", ("all", "e"))]


@pytest.mark.parametrize(
    ("text", "rule", "at", "message"),
    [
        ("now", "wrong-type", "now", "a list of conditions"),
        ("[[a]]", "wrong-type", "[a]", "must be an expression"),
        ("[{}]", "conflicting-keys", "{}", "needs one of"),
        ("[{foo: a}]", "unknown-key", "foo", "has no key"),
        ("[{all: [a], any: [b]}]", "conflicting-keys", "{all: [a], any: [b]}", "only one of"),
        ("[{not: }]", "wrong-type", "not", "`not` must be an expression"),
        ("['{{ a }}']", "braces-in-expression", "{{ a }}", "takes no `{{`"),
        ("['a {% if x %}']", "braces-in-expression", "{%", "takes no `{%`"),
        ("['a ~ {{ b }} ~ {{ c }}']", "braces-in-expression", "{{", "takes no"),
        ("[a = 1]", "expression", "=", "not expected"),
        ("['a ==']", "expression", "==", "too early"),
    ],
)
def test_a_wrong_condition_says_what_is_wrong(text: str, rule: str, at: str, message: str) -> None:
    found = only(with_actions(f"conditions: {text}"))
    assert (found.rule, found.at) == (rule, at)
    assert message in found.message


def test_braces_around_all_are_taken_off_by_the_mend() -> None:
    found = only(with_actions("conditions: ['{{ a == 1 }}']"))
    assert found.help == "write it bare: a == 1"


def test_conditions_are_bounded() -> None:
    many = ", ".join(["{not: a}"] * (limits.CONDITIONS // 2 + 1))
    assert only(with_actions(f"conditions: [{many}]")).rule == "limit"
