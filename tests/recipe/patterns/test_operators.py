from __future__ import annotations

import pytest

from beeflow.recipe.patterns.operators import compile_regex
from beeflow.recipe.patterns.pattern import compile_pattern


@pytest.mark.parametrize(
    ("expected", "actual", "holds"),
    [
        ("live", "live", True),
        ("live", "Live", False),
        (1, 1.0, True),
        (1, "1", False),
        ("1", 1, False),
        (True, 1, True),
        (False, 0, True),
        (True, True, True),
        (1, True, True),
        (0, False, True),
        (True, "true", False),
        (True, 2, False),
        (False, None, False),
        (False, "null", False),
        (None, None, True),
        (None, "null", False),
        (["a", "b"], "b", True),
        (["a", "b"], "c", False),
        ([True, None], 1, True),
        ([True, None], None, True),
        (["a"], ["a"], False),
        ([{"prefix": "a"}, "b"], "abc", True),
        ([{"prefix": "a"}, "b"], "b", True),
        ([{"prefix": "a"}, "b"], "c", False),
        ({"not": "a"}, "b", True),
        ({"not": "a"}, "a", False),
        ({"not": ["a", "b"]}, "b", False),
        ({"not": {"prefix": "[test]"}}, "[test] x", False),
        ({"not": {"prefix": "[test]"}}, 5, True),
        ({"not": {"not": "a"}}, "a", True),
        ({"in": ["a", 2]}, 2, True),
        ({"in": ["a", 2]}, "2", False),
        ({"in": [1]}, True, True),
        ({"prefix": "a"}, "abc", True),
        ({"prefix": "b"}, "abc", False),
        ({"prefix": "a"}, None, False),
        ({"suffix": "c"}, "abc", True),
        ({"suffix": "b"}, ["b"], False),
        ({"contains": "b"}, "abc", True),
        ({"contains": "b"}, ["a", "b"], True),
        ({"contains": "b"}, ["ab"], False),
        ({"contains": True}, [0, 1], True),
        ({"contains": 1}, "a1", False),
        ({"contains": "a"}, {"a": 1}, False),
        ({"contains": None}, [None], True),
        ({"regex": r"\d+$"}, "talk 42", True),
        ({"regex": r"^\d+"}, "talk 42", False),
        ({"regex": "a"}, 5, False),
        ({"gt": 3}, 4, True),
        ({"gt": 3}, 3, False),
        ({"gte": 3}, 3, True),
        ({"lt": 3.5}, 3, True),
        ({"lt": 3}, 3, False),
        ({"lte": 3}, 3, True),
        ({"lte": 3}, 4, False),
        ({"gt": 3}, "4", False),
        ({"gt": -1}, True, False),
        ({"gt": 3}, None, False),
        ({"exists": True}, None, True),
        ({"exists": False}, None, False),
        ({"gte": 1, "lt": 5}, 3, True),
        ({"gte": 1, "lt": 5}, 5, False),
        ({"prefix": "a", "not": {"suffix": "z"}}, "abz", False),
    ],
)
def test_operators(expected: object, actual: object, holds: bool) -> None:
    pattern = compile_pattern({"data.x": expected})
    assert pattern.matches({"data": {"x": actual}}) is holds


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        ("a", False),
        (None, False),
        ([None], False),
        ({"not": "a"}, True),
        ({"not": None}, True),
        ({"in": ["a"]}, False),
        ({"contains": "a"}, False),
        ({"regex": ""}, False),
        ({"lt": 3}, False),
        ({"exists": True}, False),
        ({"exists": False}, True),
        ({"not": {"exists": True}}, True),
    ],
)
def test_a_path_that_is_not_there(expected: object, holds: bool) -> None:
    assert compile_pattern({"data.x": expected}).matches({"data": {}}) is holds
    assert compile_pattern({"data.x": expected}).matches({}) is holds


@pytest.mark.parametrize(
    "text", ["(", "(?=a)", r"(a)\1", "a{9999}", "(((a{100}){100}){100})", "\ud800"]
)
def test_what_re2_does_not_take_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        compile_regex(text)


def test_a_hostile_regex_stays_linear() -> None:
    pattern = compile_pattern({"x": {"regex": "(a+)+$"}})
    assert not pattern.matches({"x": "a" * 100_000 + "b"})
