from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from beeflow.drivers.overlay import answer_over, laid_over

if TYPE_CHECKING:
    from beeflow.types import Json


@given(st.dictionaries(st.text(), st.integers()), st.dictionaries(st.text(), st.integers()))
def test_what_is_laid_over_wins(below: dict[str, Json], above: dict[str, Json]) -> None:
    assert laid_over(below, above) == {**below, **above}


def test_mappings_are_merged_deep() -> None:
    merged = laid_over({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 9}, "d": []})
    assert merged == {"a": {"b": 9, "c": 2}, "d": []}


def test_an_answer_is_filled_up_from_the_sample() -> None:
    sample: Json = {"a": 1, "b": {"c": 2, "d": 3}}
    assert answer_over(sample, {"b": {"c": 9}}) == {"a": 1, "b": {"c": 9, "d": 3}}
    assert answer_over(sample, None) is None
    assert answer_over("text", "other") == "other"


def test_a_list_replaces_and_its_items_are_filled_up() -> None:
    sample: Json = [{"ref": "x", "title": "Sample"}, {"ref": "y"}]
    assert answer_over(sample, []) == []
    assert answer_over(sample, [{"ref": "a"}, 3]) == [{"ref": "a", "title": "Sample"}, 3]
    assert answer_over({"items": [{"n": 1, "m": 2}]}, {"items": [{"n": 5}]}) == {
        "items": [{"n": 5, "m": 2}]
    }


def test_what_does_not_exist_is_left_out() -> None:
    assert laid_over({"a": {"b": 1, "c": 2}}, {"a": {"b": {"exists": False}}}) == {"a": {"c": 2}}
    assert laid_over({}, {"a": {"exists": False}}) == {}
    assert answer_over({"a": 1, "b": 2}, {"a": {"exists": False}}) == {"b": 2}
    assert answer_over({}, {"a": {"exists": True}}) == {"a": {"exists": True}}
