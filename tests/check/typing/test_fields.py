from __future__ import annotations

import pytest
from check.typing.inferring import remarks, words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("poll.nope", [("NoField", "nope")]),
        ("poll['nope']", [("NoField", "nope")]),
        ('poll["nope"]', [("NoField", "nope")]),
        ("poll[0]", [("NoField", "0")]),
        ("word.nope", [("NoField", "nope")]),
        ("got.data", [("PartlyThere", "data")]),
        ("maybe.nope", [("NoField", "nope")]),
        ("nothing.nope", [("MaybeNull", "nothing")]),
        ("perhaps[0]", [("MaybeNull", "perhaps")]),
        ("nothing[0]", [("MaybeNull", "nothing")]),
        ("count[0]", [("WrongOperand", "count")]),
        ("count[any]", [("WrongOperand", "count")]),
        ("count[1:]", [("WrongOperand", "count")]),
        ("nothing[1:]", [("MaybeNull", "nothing")]),
        ("time.nope", [("NoField", "nope")]),
        # what is told of once is not known behind it
        ("poll.nope.further[0].still", [("NoField", "nope")]),
        # and what cannot be known is fine
        ("open.nope", []),
        ("any.nope", []),
        ("store.nope", []),
        ("poll[word]", []),
        ("polls[count]", []),
        ("polls[-1].votes", []),
        ("open[any]", []),
        ("any[1:]", []),
        ("word[0]", []),
        ("word[count]", []),
        ("words[1.5]", []),
        ("time.hour", []),
    ],
)
def test_fields_and_items(text: str, told: list[tuple[str, str]]) -> None:
    assert remarks(text) == told


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("words[1:]", "a list of texts"),
        ("word[1:]", "a text"),
        ("any[1:]", "any value"),
        ("polls[count].votes", "a number"),
        ("[1, 'a'][1]", "the text 'a'"),
    ],
)
def test_parts_have_types(text: str, type_: str) -> None:
    assert words(text) == type_
