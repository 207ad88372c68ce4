from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import nodes

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.syntax import parse

if TYPE_CHECKING:
    from beeflow.recipe.templates.tokens import Grammar

GRAMMARS: tuple[Grammar, ...] = ("expression", "template")
TEXT = "(a + b).c[0]['x'].d(1, k=2) | f(3) | g is not divisibleby 3 and -(h) in [i, {'j': (k)}]"


def sources(text: str, kind: type[nodes.Node], grammar: Grammar = "expression") -> list[str]:
    syntax = parse(text, grammar)
    found = list(syntax.node.find_all(kind))
    if isinstance(syntax.node, kind):
        found.insert(0, syntax.node)
    return sorted(syntax.source(node) for node in found)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (nodes.Name, ["a", "b", "h", "i", "k"]),
        (nodes.Add, ["a + b"]),
        (nodes.Getattr, ["(a + b).c", "(a + b).c[0]['x'].d"]),
        (nodes.Getitem, ["(a + b).c[0]", "(a + b).c[0]['x']"]),
        (nodes.Call, ["(a + b).c[0]['x'].d(1, k=2)"]),
        (
            nodes.Filter,
            ["(a + b).c[0]['x'].d(1, k=2) | f(3)", "(a + b).c[0]['x'].d(1, k=2) | f(3) | g"],
        ),
        (nodes.Test, ["(a + b).c[0]['x'].d(1, k=2) | f(3) | g is not divisibleby 3"]),
        (nodes.Neg, ["-(h)"]),
        (nodes.List, ["[i, {'j': (k)}]"]),
        (nodes.Dict, ["{'j': (k)}"]),
        (nodes.Compare, ["-(h) in [i, {'j': (k)}]"]),
        (nodes.And, [TEXT]),
    ],
)
def test_every_node_knows_where_it_stands(kind: type[nodes.Node], expected: list[str]) -> None:
    assert sources(TEXT, kind) == expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("a if b else (c)", nodes.CondExpr, ["a if b else (c)"]),
        ("a if b", nodes.CondExpr, ["a if b"]),
        ("'a' 'b' ~ (c)", nodes.Const, ["'a' 'b'"]),
        ("'a' ~ b ~ (c)", nodes.Concat, ["'a' ~ b ~ (c)"]),
        ("not (x.y is defined)", nodes.Test, ["x.y is defined"]),
        ("not (x.y is defined)", nodes.Not, ["not (x.y is defined)"]),
        ("x is in(y)", nodes.Test, ["x is in(y)"]),
        ("((a)).b", nodes.Getattr, ["((a)).b"]),
        ("f((a))", nodes.Call, ["f((a))"]),
        ("a.0", nodes.Getitem, ["a.0"]),
        ("a[1:2]", nodes.Slice, ["1:2"]),
        ("x == ()", nodes.Tuple, [")"]),
        ("(a, b)", nodes.Tuple, ["a, b"]),
        ("+ a ** b", nodes.Pos, ["+ a"]),
    ],
)
def test_shapes_of_expressions(text: str, kind: type[nodes.Node], expected: list[str]) -> None:
    assert sources(text, kind) == expected


def test_places_hold_over_several_lines_and_behind_stripped_blanks() -> None:
    text = "a {{ b }}\r\n  {%- if x.y %}\n\n{{- c |\n d }}{% endif %}"
    assert sources(text, nodes.Getattr, "template") == ["x.y"]
    assert sources(text, nodes.Filter, "template") == ["c |\n d"]


def test_names_of_fields_items_filters_tests_and_keywords_have_places() -> None:
    syntax = parse("a.b['c d'].0 | f(k=1) is not g", "expression")
    shown = []
    for node in [syntax.node, *syntax.node.find_all(nodes.Node)]:
        if isinstance(
            node, nodes.Getattr | nodes.Getitem | nodes.Filter | nodes.Test | nodes.Keyword
        ):
            offset, length = syntax.name_place(node)
            shown.append(syntax.text[offset : offset + length])
    assert sorted(shown) == ["'c d'", "0", "b", "f", "g", "k"]


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("a = 1", "write ==", "="),
        ("a || b", "write `or`", "|"),
        ("a b", "`b` is not expected", "b"),
        ("a.", "stops too early", "."),
        ("a ==", "stops too early", "=="),
        ("a is b is c", "not expected", "is"),
    ],
)
def test_a_mistake_in_an_expression_has_its_place(text: str, message: str, marked: str) -> None:
    with pytest.raises(ExpressionError, match=message) as caught:
        parse(text, "expression")
    error = caught.value
    assert text[error.offset : error.offset + error.length] == marked


@pytest.mark.parametrize("text", ["", "  ", "{# a #}"])
def test_nothing_is_not_an_expression(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text, "expression")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{% if a %}b", "{% endif %}"),
        ("{% for a in b %}c", "{% endfor %}"),
        ("{% set a %}b", "{% endset %}"),
        ("a{% endif %}", "not opened"),
        ("{% for a in b %}{% endif %}", "{% endfor %}"),
        ("{{ }}", "`}}` is not expected"),
        ("{{ a", "stops too early"),
        ("{% for a %}{% endfor %}", "`%}` is not expected"),
        ("{% set 1 = 2 %}", "not expected"),
    ],
)
def test_a_mistake_in_a_template_is_explained(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text, "template")
    assert message in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "not " * 5000 + "a",
        "-" * 5000 + "a",
        "a" + "+a" * 5000,
        "a if b else " * 3000 + "c",
        "a" + ".b" * 5000,
    ],
)
def test_depth_without_brackets_is_bounded_too(text: str) -> None:
    with pytest.raises(ExpressionError, match="at most"):
        parse(text, "expression")


@given(st.text(alphabet="ab.[]()|'\"{}%#-+*/~=<>! \n\\0,:ifelsnotd"))
def test_rubbish_is_parsed_or_refused_with_a_place_within_it(text: str) -> None:
    for grammar in GRAMMARS:
        offset, length = _read(text, grammar)
        assert 0 <= offset <= offset + length <= len(text)


def _read(text: str, grammar: Grammar) -> tuple[int, int]:
    """Parse, look at each place, and return the one of the mistake or of the whole."""
    try:
        syntax = parse(text, grammar)
    except ExpressionError as error:
        return error.offset, error.length
    for node in syntax.node.find_all(nodes.Expr):
        offset, length = syntax.place(node)
        assert 0 <= offset <= offset + length <= len(text)
    return 0, len(text)
