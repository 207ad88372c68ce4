"""Signs that look like YAML's: told once for a file, with the mended line."""

from __future__ import annotations

import pytest

from beeflow.recipe.document import Source, read_document


@pytest.mark.parametrize("sign", list("\u2014\u2013\u2212\u2022\u00b7*+"))
def test_another_dash_begins_no_item(sign: str) -> None:
    text = f"a:\n  {sign} b: 1\n    c: 2\n  {sign} b: 3\nd: 4\n"
    document = read_document(Source("a.yaml", text))
    (problem,) = document.problems
    assert problem.message.startswith(f"an item of a list begins with a `-`, not with `{sign}`")
    assert problem.help == "write - b: 1"
    assert text[problem.span.start : problem.span.end] == sign
    assert document.root is not None
    assert document.root.plain() == {"a": [{"b": 1, "c": 2}, {"b": 3}], "d": 4}


@pytest.mark.parametrize(
    ("line", "value", "at", "mend"),
    [
        ("a\uff1a b", "b", "\uff1a", "write a: b"),
        ("a: {b\uff1a c}", {"b": "c"}, "\uff1a ", "write a: {b: c}"),
        ("a: {b\uff1ac}", {"b": "c"}, "\uff1a", "write a: {b: c}"),
        ("a: \uff5bb: c\uff5d", {"b": "c"}, "\uff5b", "write a: {b: c}"),
        ("a: {b: 'c'\uff0c d: 1}", {"b": "c", "d": 1}, "\uff0c", "write a: {b: 'c', d: 1}"),
        ("a: {b: \u201c{{ c }}\u201d}", {"b": "{{ c }}"}, "\u201c{{ c }}\u201d", 'write a: {b: "{{ c }}"}'),
    ],
)  # fmt: skip
def test_a_wide_sign_or_another_quote_is_told(line: str, value: object, at: str, mend: str) -> None:
    text = f"n: 1\n{line}\nz: 2\n"
    document = read_document(Source("a.yaml", text))
    (problem,) = document.problems
    place = document.source.place
    assert text[place(problem.span.start) : place(problem.span.end)] == at
    assert problem.help == mend
    assert document.root is not None
    assert document.root.plain() == {"n": 1, "a": value, "z": 2}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a:\n\u00a0\u00a0b: 1\n\u00a0\u00a0c: 2\nd: 3\n", {"a": {"b": 1, "c": 2}, "d": 3}),
        ("\u00a0a: 1\nb: 2\n", {"a": 1, "b": 2}),
        ("a:\n  b:\u00a0c\nd: 3\n", {"a": {"b": "c"}, "d": 3}),
    ],
)
def test_spaces_that_are_none_are_told_once(text: str, value: object) -> None:
    document = read_document(Source("a.yaml", text))
    (problem,) = document.problems
    assert problem.message.startswith("a no-break space (U+00A0) is no space to YAML")
    assert document.root is not None
    assert document.root.plain() == value


@pytest.mark.parametrize(
    "text", ["a: |\n  \u2022 b\n  \u2014 c: d\n", "a: \u2014 b\n", "a: b\uff0c c\uff1a d\n"]
)
def test_a_text_may_hold_any_of_them(text: str) -> None:
    assert read_document(Source("a.yaml", text)).problems == ()
