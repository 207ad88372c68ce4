from __future__ import annotations

import pytest
from check.typing.inferring import infer, remarks, words

from beeflow.check.typing.remarks import WrongArgument


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("word | upper", "a text"),
        ("date | datetime", "a time"),
        ("words | length", "a number"),
        ("maybe | default('x')", "a text or null"),
        ("maybe | default('x', true)", "a text"),
        ("maybe | default('x', boolean=false)", "a text or null"),
        ("nobody.field | default(1)", "any value"),
        ("poll.nope | default(1)", "any value"),
        ("word | int", "a number"),
        ("word | int(none)", "a number or null"),
        ("any | number('x')", "a number or the text 'x'"),
        ("word | duration", "a number"),
        ("count | duration", "a text"),
        ("any | duration", "any value"),
        ("duration(span)", "a number"),
        ("range(3) | first", "a number"),
        ("datetime(date)", "a time"),
        ("word.split(',') | first", "a text"),
        ("word.startswith('a')", "true or false"),
        ("time.timestamp()", "a number"),
        ("words.count('a')", "a number"),
        ("store.get('x')", "any value"),
        ("poll.get('votes')", "a number"),
        ("poll.get('nope', 1)", "any value"),
        ("poll.get(word, 1)", "any value"),
        ("open.get('votes')", "any value"),
        ("got.get('data', 1)", "a mapping or the number 1"),
        ("poll.keys() | first", "a text"),
        ("(poll.values() | first) is string", "true or false"),
        ("poll.items() | first | last", "any value"),
        ("any.whatever(1, b=2)", "any value"),
        ("count is odd", "true or false"),
        ("words is defined", "true or false"),
    ],
)
def test_what_is_applied_has_types(text: str, type_: str) -> None:
    if "items()" in text:
        assert infer(text)[1] == []
    else:
        assert words(text) == type_


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("words | upper", [("WrongArgument", "words")]),
        ("nothing | upper", [("MaybeNull", "nothing")]),
        ("maybe | upper", [("MaybeNull", "maybe")]),
        ("seldom | upper", []),
        ("mixed | upper", []),
        ("word | truncate('x')", [("WrongArgument", "'x'")]),
        ("word | truncate(length=word)", [("WrongArgument", "word")]),
        ("word | replace(maybe, 'x')", [("MaybeNull", "maybe")]),
        ("count | length", [("WrongArgument", "count")]),
        ("span | datetime", [("WrongArgument", "span")]),
        ("date | duration", [("WrongArgument", "date")]),
        ("'soon' | datetime", [("WrongArgument", "'soon'")]),
        ("'2026-12-01' | datetime", []),
        ("time | plus('soon')", [("WrongArgument", "'soon'")]),
        ("time | local('Mars')", [("WrongArgument", "'Mars'")]),
        ("time | date('%Q')", [("WrongArgument", "'%Q'")]),
        ("time | between('9', '10:00')", [("WrongArgument", "'9'")]),
        ("ratio | round(1, 'up')", [("WrongArgument", "'up'")]),
        ("poll | dictsort(by='size')", [("WrongArgument", "'size'")]),
        ("word | number", []),
        ("list | number", [("WrongArgument", "list")]),
        ("list | number(0)", []),
        ("word is odd", [("WrongArgument", "word")]),
        ("count is divisibleby(word)", [("WrongArgument", "word")]),
        ("count is eq 'x'", [("NeverEqual", "'x'")]),
        ("range(word)", [("WrongArgument", "word")]),
        ("datetime(list)", [("WrongArgument", "list")]),
        ("duration(list)", [("WrongArgument", "list")]),
        ("count.upper()", [("WrongArgument", "upper")]),
        ("count.upper(poll.nope)", [("NoField", "nope")]),
        ("maybe.upper()", [("MaybeNull", "maybe")]),
        ("nothing.upper()", [("MaybeNull", "nothing")]),
        ("mixed.upper()", []),
        ("any.upper()", []),
        ("word.startswith(poll)", [("WrongArgument", "poll")]),
        ("word.get('x')", [("WrongArgument", "get")]),
        ("flag.get('x')", [("WrongArgument", "get")]),
        ("poll.get()", []),
        ("words.count('a')", []),
        ("poll.nope | default(words | upper)", [("WrongArgument", "words")]),
    ],
)
def test_what_cannot_be_taken_is_told(text: str, told: list[tuple[str, str]]) -> None:
    """What no method of a name takes, is told where the text is read (`templates.faults`)."""
    assert remarks(text) == told


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("word | abs", "make a number of the text: `| number`"),
        ("words | upper", "make a text of the list: `| join(', ')`"),
        ("poll | upper", "name one of its fields, or write it as JSON: `| json`"),
        ("count | length", None),
        ("count.upper()", "write `| upper`"),
        ("count.startswith('a')", "it has none"),
        ("words.startswith('a')", "it has: count, index"),
    ],
)
def test_there_is_a_mend_where_one_is_known(text: str, mend: str | None) -> None:
    _, told = infer(text)
    (one,) = told
    assert isinstance(one, WrongArgument)
    assert one.mend == mend
