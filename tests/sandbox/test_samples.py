from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.sandbox.samples import laid_over, sample, sample_data

if TYPE_CHECKING:
    from beeflow.types import Json


def test_a_sample_is_a_copy() -> None:
    sample("poll.deleted")["data"] = None
    assert sample_data("poll.deleted") == {"poll_ref": "Hb4Oe5Gj"}


def test_an_unknown_type_has_no_sample() -> None:
    with pytest.raises(KeyError):
        sample("poll.closed")


def test_mappings_are_merged_and_all_else_is_replaced() -> None:
    below: dict[str, Json] = {"a": {"b": 1, "c": [1, 2]}, "d": 1}
    assert laid_over(below, {"a": {"c": [3]}, "d": {"e": 1}, "f": None}) == {
        "a": {"b": 1, "c": [3]},
        "d": {"e": 1},
        "f": None,
    }
    assert below == {"a": {"b": 1, "c": [1, 2]}, "d": 1}
