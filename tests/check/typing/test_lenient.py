from __future__ import annotations

import pytest
from check.typing.inferring import remarks, words


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("poll.nope.further is defined", "true or false"),
        ("(polls | first).votes | default(0)", "a number"),
        ("(polls | first).nope.further | default('x')", "any value"),
        ("polls[count].votes | default(0)", "a number"),
        ("(words | list)[count] | default('x')", "a text"),
        ("(any)[word] | default('x')", "any value"),
        ("polls[0].note | default('x')", "a text or null"),
        ("count[0] | default('x')", "any value"),
    ],
)
def test_what_may_be_missing_has_the_type_it_would_have(text: str, type_: str) -> None:
    assert words(text) == type_


def test_what_stands_within_is_looked_at() -> None:
    assert remarks("polls[poll.nope].votes | default(0)") == [("NoField", "nope")]
    assert remarks("(words | upper) | default(0)") == [("WrongArgument", "words")]
