from __future__ import annotations

import pytest

from beeflow.errors import ExpressionError
from beeflow.recipe.templates import parse_expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5 | upper", "5"),
        ("true | upper", "TRUE"),
        ("'aXbX' | replace('X', '-', 1)", "a-bX"),
        ("'ab' | replace('', '-')", "-a-b-"),
        ("'xxaxx' | trim('x')", "a"),
        ("'one two three' | truncate(9)", "one..."),
        ("'one two three' | truncate(9, true)", "one tw..."),
        ("'one' | truncate(9)", "one"),
        ("'one two' | truncate(5, true, '')", "one t"),
        ("'ab' | center(1)", "ab"),
        ("'a\\n\\nb' | indent('> ', true)", "> a\n\n> b"),
        ("'a\\n\\nb' | indent(1, blank=true)", "a\n \n b"),
        ("'a <!-- x > y -->b<i>c</i> &amp; d' | striptags", "a bc & d"),
        ("'\"<&>' | escape", "&quot;&lt;&amp;&gt;"),
        ("{'a b': 1, 'c': 'd&'} | urlencode", "a%20b=1&c=d%26"),
        ("'/a' | urlencode", "/a"),
        ("[1, none, 'x'] | join('-')", "1-null-x"),
        ("{'a': 1} | join", "a"),
        ("'abc' | join('-')", "a-b-c"),
        ("none | string", "null"),
        ("'secret' | mask", "***"),
        ("'secret' | mask(3)", "***ret"),
        ("'secret' | mask(4)", "***"),
        ("999 | filesizeformat", "999 bytes"),
        ("2500 | filesizeformat", "2.5 kB"),
        ("3.2e18 | filesizeformat", "3200.0 PB"),
        ("'aé b' | wordcount", 2),
    ],
)
def test_filters_on_text(text: str, expected: object) -> None:
    assert parse_expression(text).evaluate({}) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("none | upper", "takes text, not null"),
        ("[1] | lower", "takes text, not a list of 1"),
        ("'a' | truncate('x')", "length is a whole number"),
        ("'a' | truncate(1)", "length is from 3"),
        ("'a' | center(true)", "width is a whole number"),
        ("'a' | mask(-1)", "keep is from 0"),
        ("'a' | filesizeformat", "number of bytes"),
        ("5 | join", "takes a list"),
        ("'a' | replace('a')", "missing a required argument"),
    ],
)
def test_what_a_filter_cannot_take_is_said(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        parse_expression(text).evaluate({})


def test_a_float_that_is_whole_counts_as_a_whole_number() -> None:
    assert parse_expression("'a' | center(4 / 2)").evaluate({}) == "a "
