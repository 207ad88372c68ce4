from __future__ import annotations

import pytest

from beeflow.check.logic.patterns import pattern_formulas


@pytest.mark.parametrize(
    ("asked", "holds", "fails"),
    [
        ("live", "live", "done"),
        (["live", "done"], "done", "idle"),
        ({"not": "live"}, "done", "live"),
        ({"not": ["live", "done"]}, "idle", "done"),
        ({"gt": 3, "lt": 5}, 4, 5),
        ([{"gt": 3}, {"lt": 1}], 0, 2),
        ({"in": ["a"]}, "a", "b"),
    ],
)
def test_a_line_of_a_pattern(asked: object, holds: object, fails: object) -> None:
    ((path, line),) = pattern_formulas({"data.x": asked})  # type: ignore[dict-item]  # of any shape
    assert path == "data.x"
    assert line.holds({"trigger.data.x": holds}) is True
    assert line.holds({"trigger.data.x": fails}) is False


def test_what_is_about_more_than_single_values_is_left_out() -> None:
    assert list(pattern_formulas({"a": {"prefix": "x"}, "b": {"not": {"regex": "x"}}})) == []
    assert list(pattern_formulas({"a": {"regexp": "x"}})) == []
