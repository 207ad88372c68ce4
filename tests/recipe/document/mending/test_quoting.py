from __future__ import annotations

import pytest

from beeflow.recipe.document import Source, read_document
from beeflow.recipe.document.mending.quoting import slots


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("a: b c", ["b c"]),
        ("- a: b  # c", ["b"]),
        ("- - a", ["a"]),
        ("a:", []),
        ("a: {b: c, d: [e, f]}", ["c", "e", "f"]),
        ("a: {b: {{ c, d }}, e: f}", ["{{ c, d }}", "f"]),
        ("a: {b: 'c, d', e: \"f]\"}", ["'c, d'", '"f]"']),
        ("a: {b: it's, c: d}", ["it's", "d"]),
        ("  a: {{ b }},", ["{{ b }}", "{{ b }},"]),
        ("a: {{ b }}", ["{{ b }}"]),
        ("a: {b: {c: d}}", ["d"]),
    ],
)
def test_the_values_of_a_line(line: str, values: list[str]) -> None:
    assert [line[one.start : one.end] for one in slots(line)] == values


@pytest.mark.parametrize("key", ["if", "when", "until", "for_each"])
def test_an_expression_with_a_colon_at_its_end_is_not_a_text(key: str) -> None:
    text = f"{key}: a is none:\nb: c\n"
    document = read_document(Source("a.yaml", text))
    (problem,) = document.problems
    assert problem.message == "an expression takes no `:` at its end"
    assert problem.help == f"write {key}: a is none"
    assert document.root is not None
    assert document.root.plain() == {key: "a is none", "b": "c"}


def test_a_text_with_a_colon_at_its_end_is_quoted() -> None:
    (problem,) = read_document(Source("a.yaml", "a: Hello:\nb: c\n")).problems
    assert problem.help == 'write a: "Hello:"'
