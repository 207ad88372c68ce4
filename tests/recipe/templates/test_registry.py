from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.errors import ExpressionError
from beeflow.recipe.templates import Context, Limits, Unknown, parse_expression
from beeflow.recipe.templates.builtins import FILTERS, FUNCTIONS, METHODS, TESTS
from beeflow.recipe.templates.registry import check_call, find, find_method
from beeflow.recipe.templates.values import kind_of

TIME = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["15m", "%Y", "upper", "eq", "a", "Europe/Copenhagen", "09:00", TIME])
    | st.just(Unknown("u")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
USES = [
    *(f"v | {name}" for name in FILTERS),
    *(f"v is {name}" for name in TESTS if name.isidentifier()),
    *(f"v.{name}" for name in METHODS),
    *FUNCTIONS,
    *(f"v | map('{name}'" for name in FILTERS),
    *(f"v | select('{name}'" for name in TESTS),
]
SMALL = Context(limits=Limits(ticks=20_000, text=10_000, items=1_000, result=10_000))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(USES), VALUES, st.lists(VALUES, max_size=3))
def test_whatever_is_applied_to_whatever_gives_data_or_a_clear_error(
    use: str, value: object, args: list[object]
) -> None:
    scope = {"v": value, **{f"a{number}": arg for number, arg in enumerate(args)}}
    given_names = ", ".join(name for name in scope if name != "v")
    opened = "'" in use
    text = f"{use}{', ' if opened and given_names else '' if opened else '('}{given_names})"
    message, result = "", None
    try:
        result = parse_expression(text).evaluate(scope, SMALL)
    except ExpressionError as error:
        message = error.message
    assert message or kind_of(result)


def test_the_nearest_name_or_the_place_elsewhere_is_given() -> None:
    with pytest.raises(ExpressionError) as caught:
        find("filter", "capitalise")
    assert caught.value.suggestion == "capitalize"
    with pytest.raises(ExpressionError, match="`now` is a value"):
        find("function", "now")
    with pytest.raises(ExpressionError, match=r"is a filter: write `\| plus`"):
        find_method("plus")
    with pytest.raises(ExpressionError, match="there is no test `qqq` "):
        find("test", "qqq")


def test_a_call_is_checked_against_the_signature() -> None:
    batch = find("filter", "batch")
    assert check_call(batch, 1, ()) is None
    assert check_call(batch, 1, ("fill_with",)) is None
    for positional, names in ((0, ()), (3, ()), (1, ("x",)), (1, ("linecount",))):
        assert "batch(linecount, fill_with=none)" in str(check_call(batch, positional, names))


def test_aliases_are_the_same_thing() -> None:
    assert find("filter", "d") is find("filter", "default")
    assert find("test", "==") is find("test", "eq")
