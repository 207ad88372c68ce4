from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.errors import ExpressionError, LimitReached
from beeflow.recipe.templates import Context, parse_expression

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SCOPE: dict[str, object] = {
    "early": datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN, fold=0),
    "late": datetime(2026, 10, 25, 2, 30, tzinfo=COPENHAGEN, fold=1),
    "utc": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    "nothing": None,
    "flag": 1,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=8,
)


def value(text: str) -> object:
    return parse_expression(text).evaluate(SCOPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4", 3),
        ("7 / 2", 3.5),
        ("7 // 2", 3),
        ("7 % 4", 3),
        ("2 ** 10", 1024),
        ("2 ** -1", 0.5),
        ("1 ** 999999", 1),
        ("(-1) ** 999999", -1),
        ("0 ** 5", 0),
        ("2.5 ** 2", 6.25),
        ("-(3) + +4", 1),
        ("'a' + 'b'", "ab"),
        ("'ab' * 2", "abab"),
        ("2 * [1]", [1, 1]),
        ("'a' * -1", ""),
        ("[1] + [2]", [1, 2]),
        ("'n' ~ 1 ~ none ~ true ~ [1]", "n1nulltrue[1]"),
        ("late - early", 3600.0),
        ("early == utc", True),
        ("early == late", False),
        ("early < late", True),
        ("early <= '2026-10-25T00:30:00Z'", True),
        ("'2026-10-26 00:00' > late", True),
        ("early == '2026-10-25 00:30 +00:00'", True),
        ("early == 'soon'", False),
        ("early == 5", False),
        ("flag == true", True),
        ("0 == false", True),
        ("none == false", False),
        ("'null' == none", False),
        ("1 == 1.0", True),
        ("1 == '1'", False),
        ("[1, {'a': [true]}] == [1, {'a': [1]}]", True),
        ("[1] == [1, 2]", False),
        ("[1] == [2]", False),
        ("{'a': 1} == {'b': 1}", False),
        ("{'a': [1]} == {'a': [2]}", False),
        ("[1] == 1", False),
        ("[1] != 1", True),
        ("1 < 2 <= 2 < 3", True),
        ("1 < 2 > 2", False),
        ("'a' < 'b'", True),
        ("3 >= 3 and 3 > 2", True),
        ("'b' in 'abc'", True),
        ("2 in [1, 2]", True),
        ("3 not in [1, 2]", True),
        ("'a' in {'a': 1}", True),
        ("[1] in {'a': 1}", False),
        ("[1] in [[1]]", True),
        ("1 and 0 or 'x'", "x"),
        ("'' or none or 0", 0),
        ("not []", True),
        ("'a' if 1 else 'b'", "a"),
        ("'a' if none else 'b'", "b"),
        ("[1, 2, 3][1:]", [2, 3]),
        ("'abcd'[::-1]", "dcba"),
        ("[1, 2, 3][:-1]", [1, 2]),
        ("(1, 2)", [1, 2]),
        ("{'a': 1, 2: 'b'}", {"a": 1, 2: "b"}),
    ],
)
def test_operators(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'a' + 1", "write ~"),
        ("1 + none", r"number 1 \+ null does not go together"),
        ("early + 5", "filter plus"),
        ("early - 5", "minus"),
        ("'2026-01-01' - early", "datetime"),
        ("'a' - 'b'", "does not go together"),
        ("[1] * 'a'", "does not go together"),
        ("1 / 0", "divides by zero"),
        ("1 // 0", "divides by zero"),
        ("0 ** -1", "divides by zero"),
        ("'%s' % 1", "put values into text"),
        ("'a' / 1", "does not go together"),
        ("'a' ** 2", "does not go together"),
        ("(-8) ** 0.5", "no real number"),
        ("-'a'", "takes a number"),
        ("+'a'", "takes a number"),
        ("nothing > 5", "null and number 5 have no order"),
        ("'5' > 4", "have no order"),
        ("early > 4", "have no order"),
        ("[1] > [0]", "have no order"),
        ("1 in 'a1'", "a text holds texts only"),
        ("1 in none", "this is null"),
        ("[1]['a':]", "a bound is a whole number"),
        ("[1][::0]", "the step is 0"),
        ("5[1:]", "only a list or a text"),
        ("{[1]: 2}", "a key is text"),
        ("1 if true", "needs an else"),
    ],
)
def test_what_does_not_go_together_is_explained(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        value(text)


@pytest.mark.parametrize(
    "text",
    [
        "10 ** 30 * 10",
        "2 ** 128",
        "2 ** -999",
        "1e200 * 1e200",
        "10.0 ** 400",
        "10 ** 30 / 1e-300 / 1e-9",
    ],
)
def test_numbers_stay_bounded(text: str) -> None:
    with pytest.raises(LimitReached):
        value(text)


def test_suggestions_say_how_to_mend_a_comparison() -> None:
    for text, mend in {
        "nothing > 1": "default",
        "'5' > 1": "number",
        "early > 1": "datetime",
    }.items():
        with pytest.raises(ExpressionError) as caught:
            value(text)
        assert mend in str(caught.value.suggestion)


def test_a_text_without_offset_is_read_in_the_zone_of_the_recipe() -> None:
    scope = {"now": datetime(2026, 7, 1, 10, 0, tzinfo=UTC)}
    expression = parse_expression("now == '2026-07-01 12:00'")
    assert expression.evaluate(scope, Context(zone=COPENHAGEN)) is True
    assert expression.evaluate(scope) is False


@given(JSON, JSON)
def test_equality_is_that_of_json(one: object, other: object) -> None:
    assert parse_expression("a == b").evaluate({"a": one, "b": other}) is (one == other)
    assert parse_expression("a == a").evaluate({"a": one}) is True


@given(st.integers(-(10**29), 10**29), st.integers(-(10**29), 10**29))
def test_whole_numbers_are_exact(one: int, other: int) -> None:
    scope = {"a": one, "b": other}
    assert parse_expression("a + b").evaluate(scope) == one + other
    assert parse_expression("a < b").evaluate(scope) is (one < other)
