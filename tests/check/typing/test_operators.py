from __future__ import annotations

import pytest
from check.typing.inferring import ENV, infer, remarks, words

from beeflow.check.typing.remarks import NeverEqual, WrongOperand


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("count + 1", "a number"),
        ("count / 2", "a number"),
        ("word + 'x'", "a text"),
        ("words + numbers", "a list"),
        ("word * 2", "a text"),
        ("2 * words", "a list of texts"),
        ("time - time", "a number"),
        ("any + 1", "a number"),
        ("any - any", "a number"),
        ("word + any", "a text"),
        ("words + any", "a list"),
        ("any + any", "any value"),
        ("any * 2", "any value"),
        ("flag + flag", "a number"),
    ],
)
def test_arithmetic_has_types(text: str, type_: str) -> None:
    assert words(text) == type_


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("word + 1", "write ~ to join texts, or `| number` to reckon with one"),
        ("word + time", "write ~ to join texts"),
        ("word - 1", "make a number of the text: `| number`"),
        ("time + 60", "a time is moved with a filter: write `| plus('15m')`"),
        (
            "time - '1h'",
            "write `| minus('15m')` for a duration, `| datetime` behind what is a time",
        ),
        ("date - time", "write `| datetime` behind what is a time"),
        ("count < '1h'", "make seconds of the duration: `| duration`"),
        ("count < span", "make seconds of the duration: `| duration`"),
        ("list + 1", None),
        ("poll * 2", None),
        ("word % 2", "make a number of the text: `| number`"),
        ("count < '5'", "make a number of the text: `| number`"),
        ("time < 5", "make a time of the other: `| datetime`"),
        ("list < 5", None),
    ],
)
def test_what_does_not_go_together_has_a_mend(text: str, mend: str | None) -> None:
    _, told = infer(text)
    (one,) = told
    assert isinstance(one, WrongOperand)
    assert one.mend == mend
    assert one.place == (0, len(text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("maybe + 'x'", [("MaybeNull", "maybe")]),
        ("nothing + 1", [("MaybeNull", "nothing")]),
        ("maybe < 'x'", [("MaybeNull", "maybe")]),
        ("'x' < nothing", [("MaybeNull", "nothing")]),
        ("seldom < 'x'", []),
        ("mixed < 5", []),
        ("date < time", []),
        ("count == '5'", [("NeverEqual", "'5'")]),
        ("'5' == count", [("NeverEqual", "'5'")]),
        ("count == word", [("NeverEqual", "count == word")]),
        ("status == 'over'", [("NeverEqual", "'over'")]),
        ("status != 'over'", [("NeverEqual", "'over'")]),
        ("status == word", []),
        ("status == none", []),
        ("none == status", []),
        ("word == none", []),
        ("time == date", []),
        ("flag == 1", []),
        ("list == words", []),
        ("poll == open", []),
        ("poll == list", [("NeverEqual", "poll == list")]),
        ("1 == true", []),
        ("2 == true", [("NeverEqual", "true")]),
        ("time == 5", [("NeverEqual", "5")]),
        ("status in ['live', 'over']", [("NeverEqual", "'over'")]),
        ("status not in ['ended', 'over']", [("NeverEqual", "'ended'"), ("NeverEqual", "'over'")]),
        ("count in [1, '1']", []),
        ("count in ['1', '2']", [("NeverEqual", "'1'"), ("NeverEqual", "'2'")]),
        ("maybe in [none, 1]", []),
        ("word in numbers", [("NeverEqual", "word in numbers")]),
        ("'a' in numbers", [("NeverEqual", "'a'")]),
        ("'nope' in poll", [("NeverEqual", "'nope'")]),
        ("'votes' in poll", []),
        ("word in poll", []),
        ("'x' in open", []),
        ("'x' in store", []),
        ("'x' in any", []),
        ("'x' in []", []),
        ("'x' in word", []),
        ("count in word", [("WrongOperand", "count")]),
        ("maybe in word", [("MaybeNull", "maybe")]),
        ("'x' in maybe", [("MaybeNull", "maybe")]),
        ("'x' in nothing", [("MaybeNull", "nothing")]),
        ("'x' in count", [("WrongOperand", "count")]),
        ("'x' in mixed", []),
    ],
)
def test_comparisons(text: str, told: list[tuple[str, str]]) -> None:
    assert remarks(text) == told


def test_what_a_condition_excluded_is_told_as_such() -> None:
    _, told = infer("status == 'live' and status == 'done'", ENV)
    (one,) = told
    assert isinstance(one, NeverEqual)
    assert one.excluded
    _, told = infer("status == 'over'", ENV)
    assert isinstance(told[0], NeverEqual)
    assert not told[0].excluded
