"""Ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.engine.journal import ids


@given(st.integers(1, 10**18 - 1))
def test_an_id_is_read_back(number: int) -> None:
    assert ids.event_number(ids.event_id(number)) == number
    assert ids.run_number(ids.run_id(number)) == number
    assert ids.run_number(ids.event_id(number)) is None
    assert ids.event_number(ids.run_id(number)) is None


@pytest.mark.parametrize(
    "text",
    ["", "e", "e-", "e-0", "e-01", "e--1", "e-1 ", " e-1", "E-1", "e-1\n", "e-٣", "e-" + "9" * 19],
)
def test_what_only_looks_like_an_id_is_none(text: str) -> None:
    assert ids.event_number(text) is None
