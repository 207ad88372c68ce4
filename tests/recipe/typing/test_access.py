from __future__ import annotations

import pytest

from beeflow.recipe.typing import (
    ANYTHING,
    LIST,
    MAPPING,
    NEVER,
    NULL,
    TEXT,
    TIME,
    WHOLE,
    ListOf,
    Record,
    Store,
    Type,
    field_of,
    item_of,
    items_of,
    listing,
    literal,
    union,
)
from beeflow.recipe.typing.access import without_null

POLL = Record({"poll_ref": TEXT, "entries": WHOLE})
EVENT = Record({"event_ref": TEXT})


@pytest.mark.parametrize(
    ("owner", "name", "type_", "lacking", "wrong"),
    [
        (POLL, "poll_ref", TEXT, (), ()),
        (POLL, "pol_ref", NEVER, (POLL,), ()),
        (union(POLL, EVENT), "poll_ref", TEXT, (EVENT,), ()),
        (union(POLL, NULL), "poll_ref", TEXT, (), (NULL,)),
        (TEXT, "poll_ref", NEVER, (), (TEXT,)),
        (MAPPING, "any", ANYTHING, (), ()),
        (ANYTHING, "any", ANYTHING, (), ()),
        (NEVER, "any", NEVER, (), ()),
        (Store(TEXT), "any", TEXT, (), ()),
        (TIME, "hour", WHOLE, (), ()),
        (TIME, "weekday", NEVER, (), (TIME,)),
    ],
)
def test_fields(
    owner: Type, name: str, type_: Type, lacking: tuple[Type, ...], wrong: tuple[Type, ...]
) -> None:
    found = field_of(owner, name)
    assert (found.type, found.lacking, found.wrong) == (type_, lacking, wrong)


@pytest.mark.parametrize(
    ("owner", "nowhere"), [(POLL, True), (union(POLL, EVENT), False), (NEVER, False)]
)
def test_a_field_is_nowhere_when_no_alternative_has_it(owner: Type, nowhere: bool) -> None:
    assert field_of(owner, "event_ref").nowhere is nowhere


@pytest.mark.parametrize(
    ("owner", "key", "type_", "wrong"),
    [
        (ListOf(TEXT), 3, TEXT, ()),
        (listing((TEXT, WHOLE)), 1, WHOLE, ()),
        (listing((TEXT, WHOLE)), -1, WHOLE, ()),
        (listing((TEXT, TEXT)), 5, TEXT, ()),
        (listing(()), 0, ANYTHING, ()),
        (TEXT, 0, TEXT, ()),
        (MAPPING, 0, ANYTHING, ()),
        (POLL, 0, NEVER, (POLL,)),
        (NEVER, 0, NEVER, ()),
        (union(LIST, NULL), 0, ANYTHING, (NULL,)),
    ],
)
def test_items(owner: Type, key: int, type_: Type, wrong: tuple[Type, ...]) -> None:
    found = item_of(owner, key)
    assert (found.type, found.wrong) == (type_, wrong)


@pytest.mark.parametrize(
    ("owner", "texts", "type_", "wrong"),
    [
        (ListOf(WHOLE), False, WHOLE, ()),
        (POLL, False, TEXT, ()),
        (TEXT, False, NEVER, (TEXT,)),
        (TEXT, True, TEXT, ()),
        (ANYTHING, False, ANYTHING, ()),
        (NEVER, False, NEVER, ()),
        (WHOLE, True, NEVER, (WHOLE,)),
        (union(ListOf(TEXT), NULL), False, TEXT, (NULL,)),
    ],
)
def test_loops(owner: Type, texts: bool, type_: Type, wrong: tuple[Type, ...]) -> None:
    found = items_of(owner, texts=texts)
    assert (found.type, found.wrong) == (type_, wrong)


def test_null_is_taken_out() -> None:
    assert without_null(union(TEXT, NULL)) == TEXT
    assert without_null(NULL) == NEVER
    assert without_null(literal("a")) == literal("a")
