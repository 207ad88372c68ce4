from __future__ import annotations

import pytest

from beeflow.errors import ExpressionError
from beeflow.recipe.templates import parse_expression

SCOPE: dict[str, object] = {
    "title": " [test] Launch ",
    "data": {"a": None},
    "tags": ["a", "b", "a"],
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title.strip().startswith('[test]')", True),
        ("title.strip().startswith(['x', '[test]'])", True),
        ("title.lstrip().endswith(' ')", True),
        ("title.rstrip()[0]", " "),
        ("'xax'.strip('x')", "a"),
        ("'a,b'.split(',')", ["a", "b"]),
        ("' a  b '.split()", ["a", "b"]),
        ("'a,b,c'.split(',', maxsplit=1)", ["a", "b,c"]),
        ("'a b'.rsplit()", ["a", "b"]),
        ("'a\\r\\nb\\nc'.splitlines()", ["a", "b", "c"]),
        ("''.splitlines()", []),
        ("'aBc'.upper() ~ 'aBc'.lower()", "ABCabc"),
        ("'12'.isdigit() and 'ab'.isalpha() and 'a1'.isalnum() and ' '.isspace()", True),
        ("'abcabc'.find('c') ~ 'abc'.find('x') ~ 'abcabc'.count('bc')", "2-12"),
        ("'-'.join(tags)", "a-b-a"),
        ("'aaa'.replace('a', 'b', 2)", "bba"),
        ("data.get('a', 5)", None),
        ("data.get('b', 5)", 5),
        ("data.get([1], 5)", 5),
        ("data.values()", [None]),
        ("tags.index('b') ~ tags.count('a')", "12"),
    ],
)
def test_methods(text: str, expected: object) -> None:
    assert parse_expression(text).evaluate(SCOPE) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title.split('')", "to cut at is empty"),
        ("tags.index('x')", "is not in the list"),
        ("title.startswith(none)", "takes text"),
        ("title.split(',', -2)", "maxsplit is from -1"),
        ("data.a.strip()", "null has no method `strip`"),
        ("tags.strip()", "a list of 3 has no method `strip`"),
    ],
)
def test_what_a_method_cannot_take_is_said(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        parse_expression(text).evaluate(SCOPE)
