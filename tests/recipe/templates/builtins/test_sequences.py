from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.errors import ExpressionError, UndefinedName
from beeflow.recipe.templates import parse_expression

SCOPE: dict[str, object] = {
    "rows": [{"n": "b", "k": 1}, {"n": "A", "k": 2}, {"n": "a", "k": 1}],
}


def value(text: str) -> object:
    return parse_expression(text).evaluate(SCOPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'abc' | length", 3),
        ("{'a': 1} | count", 1),
        ("'abc' | first ~ 'abc' | last", "ac"),
        ("{'a': 1} | first", "a"),
        ("'ab' | list", ["a", "b"]),
        ("'ab' | reverse", "ba"),
        ("['b', 'A', 'c'] | sort", ["A", "b", "c"]),
        ("['b', 'A', 'c'] | sort(case_sensitive=true)", ["A", "b", "c"]),
        ("['a', 'B'] | sort(false, true)", ["B", "a"]),
        ("rows | sort(attribute='k,n') | map(attribute='n')", ["a", "b", "A"]),
        ("rows | sort(attribute='k', reverse=true) | map(attribute='k')", [2, 1, 1]),
        ("['b', 'A'] | min", "A"),
        ("rows | max(attribute='k')", {"n": "A", "k": 2}),
        ("['b', 'A'] | max(true)", "b"),
        ("rows | unique(attribute='n') | map(attribute='n')", ["b", "A"]),
        ("['a', 'A'] | unique(true)", ["a", "A"]),
        ("[[1], [2], [1]] | unique", [[1], [2]]),
        ("[1, true, 2] | unique", [1, 2]),
        ("{'b': 1, 'A': 2} | dictsort", [["A", 2], ["b", 1]]),
        ("{'b': 1, 'A': 2} | dictsort(by='value', reverse=true)", [["A", 2], ["b", 1]]),
        ("[1, 2, 3] | batch(2, 0)", [[1, 2], [3, 0]]),
        ("[] | batch(2, 0)", []),
        ("[1, 2, 3, 4] | slice(3)", [[1, 2], [3], [4]]),
        ("[1, 2, 3, 4] | slice(3, 0)", [[1, 2], [3, 0], [4, 0]]),
        ("[1, 2] | slice(2, 0)", [[1], [2]]),
    ],
)
def test_filters_on_lists_and_mappings(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5 | length", "takes a list, a mapping or a text, not number 5"),
        ("none | list", "takes a list, not null"),
        ("[1, 'a'] | sort", "have no order"),
        ("[1] | batch(0)", "linecount is from 1"),
        ("[1] | slice(0)", "slices is from 1"),
        ("{} | dictsort(by='x')", "by is key or value"),
        ("[1] | items", "takes a mapping"),
        ("rows | sort(attribute='nn')", "did you mean `n`"),
        ("rows | sort('n')", "`reverse` is true or false, not text"),
        ("rows | map(attribute='n.x')", "`item.n` has no field `x`"),
    ],
)
def test_what_a_filter_cannot_take_is_said(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        value(text)


@pytest.mark.parametrize("name", ["first", "last", "min", "max"])
def test_an_empty_list_has_no_ends(name: str) -> None:
    with pytest.raises(UndefinedName, match="the list is empty") as caught:
        value(f"[] | {name}")
    assert "default" in str(caught.value.suggestion)
    assert value(f"[] | {name} | default('none')") == "none"


@given(st.lists(st.integers(-9, 9)))
def test_sorting_and_the_rest_agree_with_python(items: list[int]) -> None:
    scope = {"items": items}

    def applied(filters: str) -> object:
        return parse_expression(f"items | {filters}").evaluate(scope)

    assert applied("sort") == sorted(items)
    assert applied("sum") == sum(items)
    assert applied("unique") == list(dict.fromkeys(items))
    assert applied("min | default(none)") == min(items, default=None)
    assert applied(
        "batch(3) | sum(start=0) | default(0)" if not items else "batch(3) | length"
    ) in {
        0,
        -(-len(items) // 3),
    }
