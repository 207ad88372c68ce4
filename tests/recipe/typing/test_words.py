from __future__ import annotations

import pytest

from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    LIST,
    MAPPING,
    NEVER,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    ListOf,
    Store,
    Text,
    Type,
    described,
    literal,
    shown,
    union,
)


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        (ANYTHING, "any value"),
        (NEVER, "nothing"),
        (NULL, "null"),
        (BOOLEAN, "true or false"),
        (literal(True), "true"),
        (NUMBER, "a number"),
        (literal(5), "the number 5"),
        (union(literal(5), literal(6)), "a number"),
        (TEXT, "a text"),
        (literal("live"), "the text 'live'"),
        (Text(frozenset({"b", "a"})), "one of 'a', 'b'"),
        (TIME, "a time"),
        (LIST, "a list"),
        (ListOf(TEXT), "a list of texts"),
        (ListOf(union(TEXT, NULL)), "a list"),
        (MAPPING, "a mapping"),
        (Store(TEXT), "a store of names"),
        (union(TEXT, NULL), "a text or null"),
    ],
)
def test_types_have_words(type_: Type, words: str) -> None:
    assert described(type_) == words


def test_long_lists_of_values_are_cut() -> None:
    assert shown({str(at) for at in range(10)}) == "'0', '1', '2', '3', '4', '5', '6', '7', …"
    assert shown({"x" * 60}) == f"'{'x' * 40}…'"
    assert shown(None) == ""
