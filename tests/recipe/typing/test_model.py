from __future__ import annotations

import pytest

from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    MAPPING,
    NEVER,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    WHOLE,
    Boolean,
    ListOf,
    Null,
    Number,
    OneOf,
    Record,
    Text,
    Type,
    listing,
    literal,
    members,
    union,
)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ((), NEVER),
        ((TEXT,), TEXT),
        ((TEXT, NEVER), TEXT),
        ((TEXT, ANYTHING), ANYTHING),
        ((TEXT, NULL), OneOf((TEXT, NULL))),
        ((OneOf((TEXT, NULL)), OneOf((NULL, TIME))), OneOf((TEXT, NULL, TIME))),
        ((literal("a"), literal("b")), Text(frozenset({"a", "b"}))),
        ((literal("a"), TEXT), TEXT),
        ((Text(form="time"), literal("a")), TEXT),
        ((Text(form="time"), Text(form="time")), Text(form="time")),
        ((WHOLE, NUMBER), NUMBER),
        ((literal(1), literal(2)), Number(whole=True, values=frozenset({1, 2}))),
        ((literal(True), literal(False)), Boolean(frozenset({True, False}))),
        ((literal(True), BOOLEAN), BOOLEAN),
        ((Null(seldom=True), NULL), NULL),
        ((Null(seldom=True), Null(seldom=True)), Null(seldom=True)),
        ((ListOf(TEXT), ListOf(TEXT)), ListOf(TEXT)),
        ((ListOf(TEXT), ListOf(WHOLE)), OneOf((ListOf(TEXT), ListOf(WHOLE)))),
        ((MAPPING, MAPPING), MAPPING),
    ],
)
def test_alternatives_are_joined(parts: tuple[Type, ...], whole: Type) -> None:
    assert union(*parts) == whole


def test_records_are_told_apart_by_who_they_are() -> None:
    one, other = Record(), Record()
    assert union(one, other) == OneOf((one, other))


def test_too_many_alternatives_are_not_known() -> None:
    assert union(*(Record() for _ in range(40))) is not ANYTHING
    assert union(*(Record() for _ in range(41))) is ANYTHING


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (None, NULL),
        (True, Boolean(frozenset({True}))),
        (2, Number(whole=True, values=frozenset({2}))),
        (2.5, Number(values=frozenset({2.5}))),
        ("a", Text(frozenset({"a"}))),
        ([], ListOf(NEVER, ())),
        (["a", None], listing((literal("a"), NULL))),
        (object(), ANYTHING),
    ],
)
def test_what_is_written_out_has_its_own_type(value: object, type_: Type) -> None:
    assert literal(value) == type_


def test_a_mapping_that_is_written_out_has_just_its_fields() -> None:
    made = literal({"a": 1, "b": None})
    assert isinstance(made, Record)
    assert dict(made.fields) == {"a": literal(1), "b": NULL}
    assert made.extent == "closed"
    assert set(made.required) == {"a", "b"}


def test_members_are_the_alternatives() -> None:
    assert members(TEXT) == (TEXT,)
    assert members(union(TEXT, NULL)) == (TEXT, NULL)
