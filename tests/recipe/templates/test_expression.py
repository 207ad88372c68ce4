from __future__ import annotations

import pytest
from jinja2 import nodes

from beeflow.errors import ExpressionError, LimitReached, UndefinedName
from beeflow.recipe.templates import Context, Limits, Unknown, parse_expression

SCOPE: dict[str, object] = {
    "trigger": {"data": {"status": "live", "viewers": 12}},
    "event": {"event_title": "Launch", "tags": ["a", "b"]},
}


def test_an_expression_is_parsed_once_for_each_text() -> None:
    assert parse_expression("1 + 1") is parse_expression("1 + 1")


def test_an_explanation_shows_the_value_and_what_went_into_it() -> None:
    text = "trigger.data.status == 'live' and not event.event_title.startswith('[test]')"
    explanation = parse_expression(text).explain(SCOPE)
    assert explanation.value is True
    assert explanation.operands == (
        ("trigger.data.status", "live"),
        ("event.event_title", "Launch"),
    )


def test_both_sides_of_a_comparison_are_shown_unless_they_are_literals() -> None:
    expression = parse_expression("event.tags | length > trigger.data.viewers / 4 - 1")
    assert expression.explain(SCOPE).operands == (
        ("event.tags", ["a", "b"]),
        ("trigger.data.viewers", 12),
        ("event.tags | length", 2),
        ("trigger.data.viewers / 4 - 1", 2.0),
    )
    assert parse_expression("trigger.data.viewers in [1, 12]").explain(SCOPE).operands == (
        ("trigger.data.viewers", 12),
    )


def test_a_part_that_was_not_reached_is_shown_as_it_is() -> None:
    text = "event.nope is defined and event.nope.x == 1 / event.zero"
    explanation = parse_expression(text).explain(SCOPE)
    assert explanation.value is False
    assert explanation.operands == (
        ("event.nope", "(undefined)"),
        ("event.nope.x", "(undefined)"),
        ("event.zero", "(undefined)"),
        ("1 / event.zero", "(not evaluated)"),
    )


def test_a_part_is_shown_once_and_not_more_than_twenty_are() -> None:
    assert parse_expression("event.tags == event.tags").explain(SCOPE).operands == (
        ("event.tags", ["a", "b"]),
    )
    many = " or ".join(f"a{number}" for number in range(30))
    scope = {f"a{number}": 0 for number in range(30)}
    assert len(parse_expression(many).explain(scope).operands) == 20


def test_functions_and_arguments_of_calls_are_looked_into() -> None:
    explanation = parse_expression("range(trigger.data.viewers)[trigger.data.viewers - 1] == 11")
    names = [name for name, _ in explanation.explain(SCOPE).operands]
    assert names == [
        "trigger.data.viewers",
        "range(trigger.data.viewers)[trigger.data.viewers - 1]",
    ]


def test_an_error_brings_its_place_and_operands() -> None:
    with pytest.raises(ExpressionError, match="have no order") as caught:
        parse_expression("event.event_title > trigger.data.viewers").evaluate(SCOPE)
    error = caught.value
    assert (error.offset, error.length) == (0, 40)
    assert error.operands == (("event.event_title", "Launch"), ("trigger.data.viewers", 12))
    with pytest.raises(UndefinedName) as missing:
        parse_expression("1 + nope").evaluate(SCOPE)
    assert missing.value.operands == (("nope", "(undefined)"),)


def test_an_error_without_a_place_of_its_own_marks_the_whole() -> None:
    expression = parse_expression("[[1], [2]]")
    with pytest.raises(LimitReached) as caught:
        expression.evaluate({}, Context(limits=Limits(ticks=5)))
    assert (caught.value.offset, caught.value.length) == (0, 10)


def test_the_tree_is_there_for_a_checker() -> None:
    syntax = parse_expression("a.b + 1").syntax
    assert isinstance(syntax.node, nodes.Add)
    assert syntax.place(syntax.node.left) == (0, 3)


def test_an_unknown_value_is_explained_too() -> None:
    explanation = parse_expression("poll.votes > 3").explain({"poll": Unknown("poll")})
    assert explanation.value == Unknown("poll.votes > 3")
