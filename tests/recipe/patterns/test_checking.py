from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.recipe.model import Template
from beeflow.recipe.patterns import OPERATORS, PatternError, check_pattern, compile_pattern
from beeflow.recipe.problem import Span

TEMPLATE = Template("{{ x }}", Span("a.yaml", 0, 7))
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(OPERATORS) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("match", "keys", "message", "help_"),
    [
        ({"a": {"gtt": 1}}, ("a", "gtt"), "there is no operator `gtt`", "did you mean `gt`?"),
        ({"a": {"startswith": "x"}}, ("a", "startswith"), "no operator", "did you mean `prefix`?"),
        ({"a": {"eq": 1}}, ("a", "eq"), "no operator `eq`", "write the value itself"),
        ({"a": {"zzz": 1}}, ("a", "zzz"), "no operator `zzz`", "(there are: not,"),
        ({"a": {"regex": "("}}, ("a", "regex"), "not a regular expression", "RE2"),
        ({"a": {"regex": 5}}, ("a", "regex"), "regex takes text, not `5`", "quotes"),
        ({"a": {"prefix": None}}, ("a", "prefix"), "prefix takes text, not null", "quotes"),
        ({"a": {"suffix": ["x"]}}, ("a", "suffix"), "suffix takes text, not a list", "quotes"),
        ({"a": {"gt": "3"}}, ("a", "gt"), "gt takes a number, not `3`", None),
        ({"a": {"lte": True}}, ("a", "lte"), "lte takes a number, not true", None),
        ({"a": {"exists": 1}}, ("a", "exists"), "exists takes true or false, not `1`", None),
        ({"a": {"exists": {}}}, ("a", "exists"), "not a mapping", None),
        ({"a": {"in": "x"}}, ("a", "in"), "in takes a list, not `x`", "write [x]"),
        ({"a": {"in": None}}, ("a", "in"), "in takes a list, not null", None),
        ({"a": {"in": []}}, ("a", "in"), "an empty list matches nothing", "at least one"),
        (
            {"a": {"contains": ["x"]}},
            ("a", "contains"),
            "contains takes one value",
            "any of several",
        ),
        ({"a": {"not": {"prefx": "x"}}}, ("a", "not", "prefx"), "no operator", "`prefix`"),
        ({"a": ["x", {"gt": "y"}]}, ("a", 1, "gt"), "gt takes a number", None),
        ({"a": [["x"]]}, ("a", 0), "a list cannot stand within a list", None),
        ({"a": []}, ("a",), "an empty list matches nothing", "at least one"),
        ({"a": {}}, ("a",), "an operator is missing", "write one of not"),
        ({"a": object()}, ("a",), "cannot be compared with", None),
        ({"a..b": 1}, ("a..b",), "`a..b` is not a path", "one dot"),
        ({"": 1}, ("",), "a path is empty", "one dot"),
        ({5: 1}, ("5",), "a path is text", "quotes"),
        ({"a." * 20 + "b": 1}, ("a." * 20 + "b",), "at most 20 steps", None),
        ("x", (), "a pattern is a mapping, not `x`", "path: value"),
        (TEMPLATE, (), "not a template", "path: value"),
        ({f"a{n}": 1 for n in range(101)}, (), "at most 100 paths", None),
    ],
)
def test_each_mistake_has_its_keys_a_message_and_a_mend(
    match: object, keys: tuple[str | int, ...], message: str, help_: str | None
) -> None:
    (problem,) = check_pattern(match)
    assert problem.keys == keys
    assert message in problem.message
    assert help_ is None or help_ in str(problem.help)


def test_all_mistakes_are_found_at_once() -> None:
    found = check_pattern({"a": {"gt": "x", "nope": 1}, "b.": {"in": 3}})
    assert [problem.keys for problem in found] == [
        ("a", "gt"),
        ("a", "nope"),
        ("b.",),
        ("b.", "in"),
    ]
    assert [problem.at_key for problem in found] == [False, True, True, False]


def test_nesting_is_bounded() -> None:
    deep: object = 1
    for _ in range(50):
        deep = {"not": deep}
    (problem,) = check_pattern({"a": deep})
    assert "nested more than 10 deep" in problem.message


def test_templates_may_stand_for_any_value_until_they_are_rendered() -> None:
    match = {"a": TEMPLATE, "b": {"prefix": TEMPLATE}, "c": {"gt": TEMPLATE}, "d": [TEMPLATE]}
    assert check_pattern(match) == ()
    assert len(check_pattern(match, templates=False)) == 4


def test_suggestions_are_operators() -> None:
    (problem,) = check_pattern({"a": {">=": 1}})
    assert problem.suggestions == ("gte",)


@given(st.dictionaries(st.text(max_size=6), ANY, max_size=3), ANY)
def test_any_right_side_is_compiled_or_refused(match: dict[str, object], value: object) -> None:
    problems = check_pattern(match, templates=False)
    if problems:
        with pytest.raises(PatternError) as caught:
            compile_pattern(match)
        assert caught.value.problems == problems
    else:
        assert compile_pattern(match).matches({"a": value}) in {True, False}
