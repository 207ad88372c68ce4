from __future__ import annotations

import pytest

from beeflow.drivers.documented import Documented
from beeflow.recipe.typing import ANYTHING, MAPPING, type_of_schema

POLL = Documented(
    type_of_schema(
        {
            "type": "object",
            "properties": {
                "poll_ref": {"type": "string"},
                "options": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"votes": {"type": "integer"}}},
                },
            },
        }
    )
)


def test_fields_and_items_are_followed_as_documented() -> None:
    ref, options = POLL.step("poll_ref"), POLL.step("options")
    assert ref is not None
    assert options is not None
    assert (ref.words, options.words) == ("a text", "a list of mappings")
    item = options.element()
    assert item is not None
    votes = item.step("votes")
    assert votes is not None
    assert votes.words == "a number"
    first = options.step(0)
    assert first is not None
    assert first.fields == ("votes",)


@pytest.mark.parametrize("name", ["pol_ref", 0])
def test_what_is_documented_not_to_be_there_is_not(name: str | int) -> None:
    with pytest.raises(LookupError):
        POLL.step(name)
    ref = POLL.step("poll_ref")
    assert ref is not None
    with pytest.raises(LookupError):
        ref.element()
    assert ref.fields is None


def test_what_is_not_documented_may_be_anything() -> None:
    assert Documented(ANYTHING).step("x") is None
    assert Documented(ANYTHING).element() is None
    assert Documented(MAPPING).step("x") is None
    assert POLL.element() is None


def test_a_reader_is_told_the_fields() -> None:
    assert POLL.told == (("poll_ref", "a text"), ("options", "a list of mappings"))
    options = POLL.step("options")
    assert options is not None
    assert options.told == (("[…].votes", "a number"),)
    assert Documented(ANYTHING).told == ()
