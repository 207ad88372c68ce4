from __future__ import annotations

import pytest
from check.typing.inferring import asked, infer, remarks, words

from beeflow.recipe.typing import ListOf, Record, literal


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("word", "a text"),
        ("nobody", "any value"),
        ("'a'", "the text 'a'"),
        ("1 + 2", "a number"),
        ("[1, 'a']", "a list"),
        ("{'a': 1}.a", "the number 1"),
        ("{'a': 1}", "a mapping"),
        ("{word: count}.x", "any value"),
        ("poll.poll_ref", "a text"),
        ("poll['votes']", "a number"),
        ("polls[0].votes", "a number"),
        ("words[1:2][0]", "a text"),
        ("word ~ count ~ list", "a text"),
        ("count < 3 < ratio", "true or false"),
        ("'a' if flag else 1", "the text 'a' or the number 1"),
        ("maybe or 'x'", "a text"),
        ("maybe and 'x'", "a text or null"),
        ("not word", "true or false"),
        ("-count", "a number"),
        ("+flag", "a number"),
        ("count is defined", "true or false"),
        ("any.a.b[any].c()", "any value"),
    ],
)
def test_expressions_have_types(text: str, type_: str) -> None:
    assert words(text) == type_


def test_lists_and_mappings_that_are_written_out_know_their_parts() -> None:
    type_, _ = infer("{'a': [1, 'b']}")
    assert isinstance(type_, Record)
    inner = type_.fields["a"]
    assert isinstance(inner, ListOf)
    assert inner.parts == (literal(1), literal("b"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("-word", [("WrongOperand", "word")]),
        ("word ~ store", [("WrongOperand", "store")]),
        ("{word: poll.nope}", [("NoField", "nope")]),
        ("'a' if status else 'b'", [("AlwaysTrue", "status")]),
        ("not status", [("AlwaysTrue", "status")]),
        ("words[poll.nope:poll.nope]", [("NoField", "nope"), ("NoField", "nope")]),
    ],
)
def test_what_is_remarkable_is_told(text: str, told: list[tuple[str, str]]) -> None:
    assert remarks(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("status", [("AlwaysTrue", "status")]),
        ("time", [("AlwaysTrue", "time")]),
        ("needed", [("AlwaysTrue", "needed")]),
        ("['a']", [("AlwaysTrue", "['a']")]),
        ("status == 'live' or 'done'", [("AlwaysTrue", "'done'")]),
        ("not (flag and status)", [("AlwaysTrue", "status")]),
        ("'always'", []),
        ("true", []),
        ("flag or 1", []),
        ("word", []),
        ("poll", []),
        ("maybe", []),
        ("store", []),
        ("nothing", []),
        ("any", []),
        ("count", []),
        ("[]", []),
        ("flag or word or count", []),
    ],
)
def test_conditions_ask_something(text: str, told: list[tuple[str, str]]) -> None:
    assert asked(text) == told
