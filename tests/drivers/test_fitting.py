from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.drivers.fitting import fitted
from beeflow.recipe.patterns import compile_pattern

if TYPE_CHECKING:
    from beeflow.types import Json

SAMPLE: dict[str, Json] = {"type": "x", "data": {"a": "b", "n": 5, "list": ["one"], "text": "abc"}}


@pytest.mark.parametrize(
    "match",
    [
        {"data.a": "c"},
        {"data.a": ["c", "d"]},
        {"data.a": {"in": ["c"]}},
        {"data.a": {"prefix": "z"}},
        {"data.a": {"suffix": "z"}},
        {"data.list": {"contains": "two"}},
        {"data.text": {"contains": "zz"}},
        {"data.n": {"gt": 5}},
        {"data.n": {"gte": 9}},
        {"data.n": {"lt": 5}},
        {"data.n": {"lte": 1}},
        {"data.deep.er": 7},
        {"new": None},
        {"data.a": {"not": "z"}},
    ],
)
def test_a_sample_can_be_made_to_match(match: dict[str, Any]) -> None:
    payload, changed = fitted(SAMPLE, match)
    pattern = compile_pattern(match)
    assert pattern.matches(payload)
    assert bool(changed) is not pattern.matches(SAMPLE)


@pytest.mark.parametrize(
    "match",
    [
        {"data.a": {"regex": "^z"}},
        {"data.a": {"not": "b"}},
        {"data.a": {"gt": 1, "lt": 3}},
        {"data.a.b.c": 1},
        {"data.list.0.x": 1},
    ],
)
def test_what_cannot_be_made_to_match_stays_as_it_is(match: dict[str, Any]) -> None:
    assert fitted(SAMPLE, match) == (SAMPLE, ())


@given(st.dictionaries(st.sampled_from(["data.a", "data.n", "data.z", "q"]), st.integers()))
def test_the_sample_itself_is_never_changed(match: dict[str, Any]) -> None:
    before = repr(SAMPLE)
    payload, _ = fitted(SAMPLE, match)
    assert repr(SAMPLE) == before
    assert compile_pattern(match).matches(payload)
