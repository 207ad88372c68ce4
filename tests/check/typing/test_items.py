from __future__ import annotations

import pytest
from check.typing.inferring import remarks, words


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("(polls | first).votes", "a number"),
        ("(polls | sort(attribute='votes') | last).poll_ref", "a text"),
        ("polls | map(attribute='votes') | first", "a number"),
        ("polls | map(attribute='nope', default=none) | first", "any value"),
        ("polls | map(attribute=word) | first", "any value"),
        ("polls | map(attribute='votes,poll_ref') | first", "any value"),
        ("words | map('upper') | first", "a text"),
        ("words | map('first') | first", "any value"),
        ("words | map('int', 0) | first", "a number"),
        ("words | map(word) | first", "any value"),
        ("(polls | selectattr('votes', 'gt', 1) | first).votes", "a number"),
        ("(polls | selectattr('votes') | list)[0].votes", "a number"),
        ("words | select | first", "a text"),
        ("words | select('in', ['a']) | first", "a text"),
        ("(words | batch(2) | first)[0]", "a text"),
        ("(words | slice(2) | first)[0]", "a text"),
        ("word | reverse", "a text"),
        ("words | reverse | first", "a text"),
        ("word | list | first", "a text"),
        ("poll | list | first", "a text"),
        ("poll | first", "a text"),
        ("[] | first", "any value"),
        ("(polls | min(attribute='votes')).votes", "a number"),
        ("polls | sum(attribute='votes')", "a number"),
        ("numbers | sum", "a number"),
        ("polls | groupby('votes') | length", "a number"),
        ("(poll | items | first)[0]", "a text"),
        ("({'a': 1} | dictsort | first)[1]", "the number 1"),
        ("open.values() | first", "any value"),
        ("[[1, 2]] | map(attribute=0) | first", "the number 1"),
        ("polls | map(attribute='note') | select | list | length", "a number"),
    ],
)
def test_what_filters_on_lists_give(text: str, type_: str) -> None:
    assert words(text) == type_


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("polls | map(attribute='nope')", [("NoField", "nope")]),
        ("polls | map(attribute='votes.nope')", [("NoField", "nope")]),
        ("[none] | map(attribute='nope')", [("MaybeNull", "nope")]),
        ("polls | map()", [("WrongArgument", "polls | map()")]),
        ("words | map('uper')", [("WrongArgument", "'uper'")]),
        ("words | map('truncate', 1, 2, 3, 4)", [("WrongArgument", "'truncate'")]),
        ("polls | map('upper')", [("WrongArgument", "'upper'")]),
        ("polls | sort(attribute='nope')", [("NoField", "nope")]),
        ("polls | sum(attribute='poll_ref')", [("WrongArgument", "'poll_ref'")]),
        ("words | sum", [("WrongArgument", "words")]),
        ("polls | groupby('nope')", [("NoField", "nope")]),
        ("polls | groupby('nope', default='x')", []),
        ("polls | selectattr('nope')", [("NoField", "nope")]),
        ("polls | selectattr('nope', 'defined')", []),
        ("polls | selectattr('votes', 'eq', 'x')", [("NeverEqual", "'x'")]),
        ("polls | rejectattr('votes', 'uper')", [("WrongArgument", "'uper'")]),
        ("polls | selectattr('poll_ref', 'odd')", [("WrongArgument", "'odd'")]),
        ("words | select('gt', 1)", [("WrongOperand", "'gt', 1")]),
        ("words | select('eq')", [("WrongArgument", "'eq'")]),
        ("words | select(word)", []),
        ("list | map(attribute='x') | map('upper')", []),
        ("polls | map(attribute='_private')", []),
    ],
)
def test_attributes_and_names_are_looked_at(text: str, told: list[tuple[str, str]]) -> None:
    assert remarks(text) == told
