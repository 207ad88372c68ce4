from __future__ import annotations

import pytest

from beeflow.recipe.document import Source, read_document


@pytest.mark.parametrize(
    ("text", "at", "message", "mend"),
    [
        ("a: {{ x }} y\n", "{{ x }} y", "must be quoted", 'write "{{ x }} y"'),
        ("- {{ x }}: y\n", "{{ x }}: y", "must be quoted", 'write "{{ x }}: y"'),
        ('a: {{ x["y"] }} z\n', '{{ x["y"] }} z', "must be quoted", "write '{{ x[\"y\"] }} z'"),
        ("a: {b: {{ x }}}\n", "{{ x }}", "must be quoted", 'write "{{ x }}"'),
        ("a: [{b: {{ x }}, c: 1}]\n", "{{ x }}", "must be quoted", 'write "{{ x }}"'),
        ("a: {b: {{ x }} y, c: 1}\n", "{{ x }} y", "must be quoted", 'write "{{ x }} y"'),
        ("a: {% if x %}1\n", "{% if x %}1", "must be quoted", 'write "{% if x %}1"'),
        ("a: *{{ x }}* is live\n", "*{{ x }}* is live", "begins with `*`", "write "),
        ("a: @here hello\n", "@here hello", "begins with `@`", 'write "@here hello"'),
        ("a: %d\n", "%d", "begins with `%`", 'write "%d"'),
        ("a: 'x' y\n", "y", "after the closing quote", "one pair of quotes"),
        ("a: Is this: ok?\n", "Is this: ok?", "`: ` in it", 'write "Is this: ok?"'),
        ("a:\n\tb: 1\n", "\t", "a tab", "by spaces"),
        ("a: 'x\nb: 1\n", "'x", "never closed", "closing quote"),
        ('a: "\\q"\n', '\\q"', "backslash", "twice"),
        ("a: [1\nb: 2\n", "[1", "not closed", "[one, two]"),
        ("a: {b: 1\nc: 2\n", "{b:", "not closed", "{one: 1, two: 2}"),
        ("a: 1\nb\nc: 2\n", "b", "without its `:`", "key: value"),
        ("a:\n  b: 1\n c: 2\n", "c:", "does not fit the lines above", "same column"),
        ("- 1\na: 2\n", "a:", "does not fit the list above", "same column"),
        ("a: 1\n b: 2\n", ":", "not expected here", "same column"),
        ("a: - b\n", "-", "cannot begin here", "line of its own"),
        ("%YAML 3.0\n---\na: 1\n", "%YAML", "not known", "remove"),
        ("a: & b\n", "&", "`*` or `&`", "quotes"),
    ],
)
def test_says_what_was_meant_and_how_to_write_it(
    text: str, at: str, message: str, mend: str
) -> None:
    problems = read_document(Source("a.yaml", text)).problems
    assert len(problems) == 1
    found = problems[0]
    assert message in found.message
    assert mend in (found.help or "")
    if at != ":":
        assert text[found.span.start : found.span.end] == at


def test_a_very_long_line_is_not_searched() -> None:
    text = "a: " + "b: - ' " * 20_000
    found = read_document(Source("a.yaml", text)).problems[0]
    assert found.message == "a `:` is not expected here"


def test_what_has_no_explanation_keeps_the_parsers_own_words() -> None:
    found = read_document(Source("a.yaml", "a: 1\n...\nb: 2\n")).problems[0]
    assert found.message.startswith("this is not YAML: ")
