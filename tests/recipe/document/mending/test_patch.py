from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.recipe.document.mending.guess import Edit
from beeflow.recipe.document.mending.patch import Patch


def test_an_edit_keeps_the_places_of_what_it_does_not_touch() -> None:
    patch = Patch("a: b c\n").edited([Edit(3, 3, '"'), Edit(6, 6, '"')])
    assert patch.text == 'a: "b c"\n'
    assert [patch.written(patch.text.index(char)) for char in "abc\n"] == [0, 3, 5, 6]
    assert [patch.offset(at) for at in (0, 3, 6)] == [0, 3, 7]


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=30), st.data())
def test_every_character_that_is_left_leads_back_to_where_it_stood(
    text: str, data: st.DataObject
) -> None:
    patch = Patch("".join(chr(0x4E00 + at) for at in range(len(text))))
    kept = {char: at for at, char in enumerate(patch.text)}
    for _ in range(3):
        start = data.draw(st.integers(0, len(patch.text)))
        end = data.draw(st.integers(start, len(patch.text)))
        patch = patch.edited([Edit(start, end, text[: data.draw(st.integers(0, 5))])])
    for at, char in enumerate(patch.text):
        if char in kept:
            assert patch.written(at) == kept[char]
    assert list(patch.origins) == sorted(patch.origins)
    assert len(patch.origins) == len(patch.text) + 1
