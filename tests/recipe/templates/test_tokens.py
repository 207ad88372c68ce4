from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.limits import MAX_SOURCE
from beeflow.recipe.templates.tokens import Grammar, lex

NICE = st.lists(
    st.sampled_from(
        [
            "{{ a }}",
            "{{- b -}}",
            "{%- if x %}",
            "{% endif -%}",
            " ",
            "\n",
            "\r\n",
            "\r",
            "text",
            "{# c #}",
        ]
    )
).map("".join)


@given(NICE)
def test_every_token_stands_where_its_place_says(text: str) -> None:
    lexed = lex(text, "template")
    for token, (start, end) in zip(lexed.tokens, lexed.places, strict=True):
        assert 0 <= start <= end <= len(text)
        if token.type in {"name", "data"}:
            assert text[start:end] == token.value


@given(st.text(), st.sampled_from(["expression", "template"]))
def test_any_text_is_read_or_refused_with_a_place_within_it(text: str, grammar: Grammar) -> None:
    offset = 0
    try:
        lex(text, grammar)
    except ExpressionError as error:
        offset = error.offset
    assert 0 <= offset <= len(text)


def test_tokens_are_numbered_and_brackets_are_paired() -> None:
    lexed = lex("f(a[0])", "expression")
    assert [token.lineno for token in lexed.tokens] == list(range(7))
    assert lexed.closing == {1: 6, 3: 5}


def test_line_ends_of_windows_stay_in_the_text() -> None:
    lexed = lex("a\r\nb\r{{ c }}", "template")
    assert lexed.tokens[0].value == "a\r\nb\r"
    assert lexed.places[2] == (8, 9)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"'\d+'", r"\d+"),
        (r"'\x41\u00e6\U0001F41D'", "A\xe6\N{HONEYBEE}"),
        (r"'a\tb\n\'\"\\'", "a\tb\n'\"\\"),
        ("'a\\\nb'", "ab"),
        ('"it\'s"', "it's"),
    ],
)
def test_escapes_in_quotes_are_read(written: str, meant: str) -> None:
    assert lex(written, "expression").tokens[0].value == meant


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("a && b", "write `and`", "&"),
        ("!a", "write `not`", "!"),
        ("a ? b", "if condition else", "?"),
        ("a == 'b", "not closed", "'"),
        ('a == "b', "not closed", '"'),
        ("a # b", "comment", "#"),
        ("a)", "closes nothing", ")"),
        ("(a]", "closes nothing", "]"),
        ("f(a", "`(` is not closed", "("),
        ("a $ b", "`$` cannot stand here", "$"),
        ("  $", "`$` cannot stand here", "$"),
        ("1" * 41, "at most 40", "1" * 41),
        ("1e999", "too large", "1e999"),
        (r"'a\ud800'", "not a character", r"\ud800"),
        (r"'\U00110000'", "not a character", r"\U00110000"),
        ("{{ a }}", "write it bare", "{{ a }}"),
        ("{{ a", "write it bare", "{{ a"),
        ("a == '{{ b }}'", "write it bare", "{{ b }}"),
        ("{% if a %}", "write it bare", "{% if a %}"),
        ("a }}", "does not belong", "}}"),
        ("a\u00b2", "is not a name", "a\u00b2"),
    ],
)
def test_what_cannot_be_read_in_an_expression_is_named(
    text: str, message: str, marked: str
) -> None:
    with pytest.raises(ExpressionError, match=re.escape(message)) as caught:
        lex(text, "expression")
    error = caught.value
    assert text[error.offset : error.offset + error.length] == marked


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("a {# b", "write #}", "{#"),
        ("a {% raw %}b{% endraw %}", "`raw` is not there", "{%"),
        ("a {% raw %}b", "`raw` is not there", "{%"),
        ("{% import 'x' as y %}", "only if, for and set", "import"),
        ("{% include 'x' %}", "only if, for and set", "include"),
        ("{% macro m() %}{% endmacro %}", "only if, for and set", "macro"),
        ("{% call m() %}{% endcall %}", "only if, for and set", "call"),
        ("{% filter upper %}{% endfilter %}", "only if, for and set", "filter"),
        ("{% block b %}{% endblock %}", "only if, for and set", "block"),
        ("{% extends 'x' %}", "only if, for and set", "extends"),
        ("{% with a = 1 %}{% endwith %}", "only if, for and set", "with"),
        ("{% autoescape true %}", "only if, for and set", "autoescape"),
        ("{% print a %}", "only if, for and set", "print"),
        ("{% from 'x' import y %}", "only if, for and set", "from"),
        ("{% if a %}" * 31, "nested too deeply", "if"),
    ],
)
def test_what_a_template_does_not_have_is_named(text: str, message: str, marked: str) -> None:
    with pytest.raises(ExpressionError, match=message) as caught:
        lex(text, "template")
    error = caught.value
    assert text[error.offset : error.offset + error.length] == marked


def test_a_misspelt_statement_gets_the_nearest_name() -> None:
    with pytest.raises(ExpressionError) as caught:
        lex("{% fro a in b %}", "template")
    assert caught.value.suggestion == "for"


def test_bare_mend_is_the_expression_itself() -> None:
    with pytest.raises(ExpressionError) as caught:
        lex("{{ event.live }}", "expression")
    assert caught.value.suggestion == "event.live"


def test_length_and_nesting_are_bounded() -> None:
    with pytest.raises(ExpressionError, match="65,537 characters"):
        lex("a" * (MAX_SOURCE + 1), "template")
    with pytest.raises(ExpressionError, match="nested too deeply") as caught:
        lex("(" * 31 + "a" + ")" * 31, "expression")
    assert caught.value.offset == 30
