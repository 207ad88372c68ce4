from __future__ import annotations

import pytest

from beeflow.check.scopes import Name, Scope
from beeflow.check.typing.reading import Reading, Wanted, proved
from beeflow.check.typing.remarks import MaybeNull, WrongValue
from beeflow.recipe.model import Expr, Template
from beeflow.recipe.problem import Span
from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    NULL,
    TEXT,
    TIME,
    WHOLE,
    ListOf,
    Null,
    Record,
    Type,
    described,
    union,
)

POLL = Record({"poll_ref": TEXT})
HERE = Span("r.yaml", 0, 9)


def scope(type_: Type) -> Scope:
    return Scope({"x": Name(type=type_)})


@pytest.mark.parametrize(
    ("text", "type_", "words"),
    [
        ("{{ x }}", WHOLE, "a number"),
        ("a {{ x }}", WHOLE, "a text"),
        ("{{ x }}\n", WHOLE, "a number"),
        ("{% if x %}a{% endif %}", WHOLE, "a text"),
    ],
)
def test_a_template_is_text_or_its_one_expression(text: str, type_: Type, words: str) -> None:
    reading = Reading()
    found = reading.template(Template(text, HERE), scope(type_))
    assert described(found) == words
    assert reading.types == {HERE: found}
    assert [use.text.text for use in reading.uses] == [text]


@pytest.mark.parametrize(
    ("wanted", "given", "kinds"),
    [
        (TEXT, TEXT, []),
        (TEXT, TIME, []),
        (TEXT, WHOLE, [WrongValue]),
        (TEXT, NULL, [MaybeNull]),
        (TEXT, union(TEXT, NULL), [MaybeNull]),
        (TEXT, union(TEXT, Null(seldom=True)), []),
        (TEXT, union(TEXT, WHOLE), []),
        (BOOLEAN, WHOLE, []),
        (WHOLE, TEXT, []),
        (WHOLE, BOOLEAN, [WrongValue]),
        (ANYTHING, WHOLE, []),
    ],
)
def test_a_parameter_takes_other_spellings_too(
    wanted: Type, given: Type, kinds: list[type]
) -> None:
    reading = Reading()
    into = Wanted("`text`", wanted, parameter=True)
    reading.template(Template("{{ x }}", HERE), scope(given), into)
    assert [type(one.remark) for one in reading.remarks.told] == kinds


@pytest.mark.parametrize(
    ("wanted", "given", "name", "mend"),
    [
        (TEXT, WHOLE, "ref", "make a text of it: `| string`"),
        (TEXT, POLL, "poll_ref", "name its field: `x.poll_ref`"),
        (TEXT, POLL, "event_ref", "name one of its fields"),
        (ListOf(TEXT), TEXT, "options", "write a list, or cut the text: `.split(',')`"),
        (TEXT, ListOf(TEXT), "text", None),
        (
            union(TIME, TEXT),
            BOOLEAN,
            "until",
            "give a time, such as `now | plus('1h')`; `repeat` with `until` waits for what holds",
        ),
    ],
)
def test_what_does_not_fit_has_a_mend(
    wanted: Type, given: Type, name: str, mend: str | None
) -> None:
    reading = Reading()
    into = Wanted("`it`", wanted, name=name)
    reading.template(Template("{{ x }}", HERE), scope(given), into)
    (told,) = reading.remarks.told
    assert isinstance(told.remark, WrongValue)
    assert told.remark.mend == mend


def test_what_is_no_parameter_is_strict() -> None:
    reading = Reading()
    reading.value_of(Expr("x", HERE), scope(TEXT), Wanted("`times`", WHOLE, "a whole number"))
    (told,) = reading.remarks.told
    assert isinstance(told.remark, WrongValue)
    assert told.remark.wanted == "a whole number"


def test_text_with_parts_does_not_fit_a_list() -> None:
    reading = Reading()
    into = Wanted("`to`", WHOLE)
    reading.template(Template("a {{ x }}", HERE), scope(TEXT), into)
    (told,) = reading.remarks.told
    assert told.remark.place == (0, 9)


def test_a_condition_that_is_not_there_asks_nothing() -> None:
    reading = Reading()
    reading.condition(None, scope(TEXT))
    assert reading.uses == []
    assert proved(None, scope(TEXT), holds=True) == {}
