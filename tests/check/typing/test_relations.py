from __future__ import annotations

import pytest

from beeflow.check.typing.relations import (
    complaint,
    equal_part,
    falsy,
    have_order,
    is_single,
    may_equal,
    misfits,
    truthy,
    unequal_part,
    with_values,
)
from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    LIST,
    MAPPING,
    NEVER,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    WHOLE,
    ListOf,
    Number,
    Record,
    Store,
    Text,
    Type,
    listing,
    literal,
    union,
)

DOCUMENTED = Text(frozenset({"event_date", "event_title"}), loose=True)
FULL = Record({"a": TEXT}, required=frozenset({"a"}))


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        (TEXT, TEXT, True),
        (TEXT, WHOLE, False),
        (WHOLE, BOOLEAN, True),
        (literal("a"), literal("b"), False),
        (literal(1), literal(True), True),
        (literal(0), literal(True), False),
        (TIME, TEXT, True),
        (TIME, literal("2026-12-01"), True),
        (TIME, literal("today"), False),
        (Text(form="time"), literal("2026-12-01"), True),
        (Text(form="time"), literal("0000-00-00 00:00:00"), True),
        (Text(form="time"), literal(""), True),
        (literal("null"), Text(form="time"), True),
        (literal("today"), Text(form="time"), False),
        (Text(form="time"), TEXT, True),
        (Text(form="duration"), literal("soon"), False),
        (TIME, TIME, True),
        (TIME, WHOLE, False),
        (NULL, TEXT, False),
        (NULL, union(TEXT, NULL), True),
        (LIST, ListOf(TEXT), True),
        (LIST, MAPPING, False),
        (ANYTHING, NULL, True),
        (NEVER, TEXT, True),
        (DOCUMENTED, literal("event_date"), True),
        (DOCUMENTED, literal("brand_new"), True),
        (DOCUMENTED, literal("event_dat"), False),
        (DOCUMENTED, TEXT, True),
    ],
)
def test_equality(one: Type, other: Type, may: bool) -> None:
    assert may_equal(one, other) is may
    assert may_equal(other, one) is may


@pytest.mark.parametrize(
    ("one", "other", "have"),
    [
        (WHOLE, BOOLEAN, True),
        (TEXT, TEXT, True),
        (TIME, TEXT, True),
        (TEXT, WHOLE, False),
        (NULL, WHOLE, False),
        (LIST, LIST, False),
        (ANYTHING, LIST, True),
    ],
)
def test_order(one: Type, other: Type, have: bool) -> None:
    assert have_order(one, other) is have


@pytest.mark.parametrize(
    ("wanted", "given", "wrong"),
    [
        (TEXT, TEXT, ()),
        (TEXT, union(TEXT, NULL), (NULL,)),
        (TEXT, WHOLE, (WHOLE,)),
        (ANYTHING, Store(TEXT), ()),
        (TEXT, ANYTHING, ()),
        (Text(frozenset({"a"})), literal("b"), (literal("b"),)),
        (Text(frozenset({"a"})), TEXT, ()),
        (Text(form="duration"), literal("10m"), ()),
        (Text(form="duration"), literal("10"), (literal("10"),)),
        (Text(form="time"), Text(form="duration"), (Text(form="duration"),)),
        (Text(form="time"), TEXT, ()),
        (ListOf(TEXT), ListOf(WHOLE), (ListOf(WHOLE),)),
        (ListOf(TEXT), listing(()), ()),
        (MAPPING, FULL, ()),
        (NUMBER, WHOLE, ()),
    ],
)
def test_what_is_taken_where(wanted: Type, given: Type, wrong: tuple[Type, ...]) -> None:
    assert misfits(wanted, given) == wrong


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        ("time", "2026-12-01 09:00", "soon"),
        ("duration", "1h30m", "1 hour"),
        ("zone", "Europe/Copenhagen", "Mars"),
        ("clock", "09:00", "9"),
        ("strftime", "%H:%M", "%Q"),
        ("attribute", "a.b.0", "a._b"),
    ],
)
def test_texts_are_read_as_when_a_recipe_runs(form: str, good: str, bad: str) -> None:
    assert complaint(form, good) is None
    assert complaint(form, bad)


@pytest.mark.parametrize(
    ("type_", "yes", "no"),
    [
        (NULL, NEVER, NULL),
        (BOOLEAN, literal(True), literal(False)),
        (literal(True), literal(True), NEVER),
        (TEXT, TEXT, TEXT),
        (Text(frozenset({"", "a"})), literal("a"), literal("")),
        (literal(0), NEVER, literal(0)),
        (TIME, TIME, NEVER),
        (Store(TEXT), Store(TEXT), NEVER),
        (listing(()), NEVER, listing(())),
        (LIST, LIST, LIST),
        (FULL, FULL, NEVER),
        (MAPPING, MAPPING, MAPPING),
        (union(TEXT, NULL), TEXT, union(TEXT, NULL)),
        (ANYTHING, ANYTHING, ANYTHING),
    ],
)
def test_truth(type_: Type, yes: Type, no: Type) -> None:
    assert truthy(type_) == yes
    assert falsy(type_) == no


@pytest.mark.parametrize(
    ("type_", "other", "equal", "unequal"),
    [
        (TEXT, literal("a"), literal("a"), TEXT),
        (Text(frozenset({"a", "b"})), literal("a"), literal("a"), literal("b")),
        (union(TEXT, NULL), NULL, NULL, TEXT),
        (union(TEXT, NULL), TEXT, TEXT, union(TEXT, NULL)),
        (BOOLEAN, literal(True), literal(True), literal(False)),
        (WHOLE, literal(1), Number(whole=True, values=frozenset({1})), WHOLE),
        (WHOLE, literal("a"), NEVER, WHOLE),
        (BOOLEAN, literal(1), BOOLEAN, BOOLEAN),
        (literal("a"), literal("a"), literal("a"), NEVER),
        (TIME, literal("2026-12-01"), TIME, TIME),
        (DOCUMENTED, literal("brand_new"), literal("brand_new"), DOCUMENTED),
        (DOCUMENTED, literal("event_date"), literal("event_date"), DOCUMENTED),
    ],
)
def test_what_a_comparison_leaves(type_: Type, other: Type, equal: Type, unequal: Type) -> None:
    assert equal_part(type_, other) == equal
    assert unequal_part(type_, other) == unequal


def test_a_format_names_a_part_of_a_time() -> None:
    assert "names no part of a time" in (complaint("strftime", "YYYY-MM-DD") or "")


def test_closed_sets() -> None:
    assert is_single(NULL)
    assert is_single(literal(2))
    assert not is_single(TEXT)
    assert not is_single(LIST)
    assert with_values(TEXT, frozenset()) == NEVER
    assert with_values(LIST, frozenset({"a"})) == LIST
