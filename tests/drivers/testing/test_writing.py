"""What is written as YAML is read back as the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.drivers.testing.writing import block, call_lines, flow
from beeflow.recipe.document import Source, read_document

if TYPE_CHECKING:
    from beeflow.types import Json

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
NUMBERS = st.integers(-(10**9), 10**9) | st.sampled_from([0.5, -2.25])
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def read(text: str) -> Json:
    document = read_document(Source("t", text))
    assert not document.problems, (text, document.problems)
    return None if document.root is None else document.root.plain()


@given(VALUES)
def test_a_line_comes_back(value: Json) -> None:
    assert read(f"a: {flow(value)}\n") == {"a": value}


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3))
def test_lines_come_back(value: dict[str, Json]) -> None:
    assert read("\n".join(block(value, 0)) + "\n") == value
    assert read("\n".join(block([value, [value]], 2)) + "\n") == [value, [value]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("slack.post", "slack.post"),
        ("How is it?", "How is it?"),
        ("10m", "10m"),
        ("10", '"10"'),
        ("true", '"true"'),
        ("#events", '"#events"'),
        ("a: b", '"a: b"'),
        ("", '""'),
        (None, "null"),
        ([1, "a"], "[1, a]"),
        ({"a": {}}, "{a: {}}"),
    ],
)
def test_quotes_only_where_they_are_needed(value: Json, text: str) -> None:
    assert flow(value) == text


def test_a_text_of_several_lines_is_a_block() -> None:
    assert list(block({"text": "one\ntwo\n"}, 0)) == ["text: |", "  one", "  two"]
    assert list(block({"text": "one\ntwo"}, 0)) == ["text: |-", "  one", "  two"]
    assert list(block({"text": " one\ntwo"}, 0)) == ['text: " one\\ntwo"']


def test_a_call_is_as_short_as_it_can_be() -> None:
    assert list(call_lines("a.b", {}, {}, 2)) == ["  - a.b"]
    assert list(call_lines("a.b", {}, {"at": "1m"}, 2)) == ["  - a.b: {}", "    at: 1m"]
    assert list(call_lines("a.b", {"c": "x" * 90}, {}, 2)) == ["  - a.b:", f"      c: {'x' * 90}"]
