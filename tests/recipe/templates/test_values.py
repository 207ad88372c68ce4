from __future__ import annotations

import json
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.errors import ExpressionError, LimitReached
from beeflow.recipe.templates.limits import DEFAULT, Context, Frame, Limits
from beeflow.recipe.templates.unknown import Unknown
from beeflow.recipe.templates.values import (
    UNDEFINED,
    Pair,
    describe,
    json_text,
    kind_of,
    measure,
    plain,
    settled,
    shorten,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

TIME = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class Store:
    def attribute(self, name: str) -> object:
        raise KeyError(name)

    def names(self) -> Iterable[str]:
        return ()


class Text(str):
    __slots__ = ()


def frame(limits: Limits | None = None) -> Frame:
    return Frame("", {}, DEFAULT if limits is None else Context(limits=limits))


@pytest.mark.parametrize(
    ("value", "kind", "described"),
    [
        (None, "null", "null"),
        (True, "boolean", "boolean True"),
        (7, "number", "number 7"),
        ("a\n", "text", 'text "a\\n"'),
        (Text("a"), "text", 'text "a"'),
        ([1], "list", "a list of 1"),
        ((1, 2), "list", "a list of 2"),
        (Pair([1, 2]), "list", "a list of 2"),
        ({}, "mapping", "a mapping"),
        (MappingProxyType({}), "mapping", "a mapping"),
        (TIME, "time", "a time"),
        (Unknown("x"), "unknown", "not known yet"),
        (Store(), "accessible", "a store of names"),
    ],
)
def test_kinds_and_how_they_are_described(value: object, kind: str, described: str) -> None:
    assert kind_of(value) == kind
    assert describe(value).lower() == described.lower()


def test_a_foreign_object_is_refused_everywhere() -> None:
    for use in (kind_of, describe, lambda value: text_of(frame(), value)):
        with pytest.raises(ExpressionError, match="type `object` cannot be used"):
            use(object())


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a", "a"),
        (Text("a"), "a"),
        (5, "5"),
        (2.0, "2.0"),
        (1e22, "10000000000000000000000"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (None, "null"),
        (TIME, "2026-12-01T09:30:00+00:00"),
        ([1, "a", None, [], {}], '[1, "a", null, [], {}]'),
        ({"a": [TIME], "b": False}, '{"a": ["2026-12-01T09:30:00+00:00"], "b": false}'),
        ({1: "æ"}, '{"1": "æ"}'),
    ],
)
def test_how_values_are_written_inside_text(value: object, written: str) -> None:
    assert text_of(frame(), value) == written


@given(JSON)
def test_what_is_written_as_json_reads_back_the_same(value: object) -> None:
    assert json.loads(json_text(frame(), value)) == value
    assert plain(value) == value


def test_a_store_is_not_a_value() -> None:
    for use in (
        lambda: text_of(frame(), Store()),
        lambda: measure(frame(), [Store()], 100),
    ):
        with pytest.raises(ExpressionError, match="name one of its values"):
            use()


def test_writing_is_bounded_in_size_steps_digits_and_depth() -> None:
    with pytest.raises(LimitReached, match="text of"):
        json_text(frame(Limits(text=10)), ["a" * 20])
    with pytest.raises(LimitReached, match="steps"):
        json_text(frame(Limits(ticks=10)), list(range(20)))
    with pytest.raises(LimitReached, match="digits"):
        text_of(frame(), 10**301)
    deep: list[object] = []
    for _ in range(200):
        deep = [deep]
    for use in (lambda: json_text(frame(), deep), lambda: measure(frame(), deep, 10**6)):
        with pytest.raises(LimitReached, match="deep"):
            use()


def test_a_result_is_measured_until_it_is_too_large() -> None:
    measure(frame(), {"a": ["b", 1, None]}, 50)
    for large in (["a" * 45, "b"], {"a": "b" * 60, "c": 1}, "a" * 60):
        with pytest.raises(LimitReached, match="larger than 50"):
            measure(frame(), large, 50)


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**31])
def test_arithmetic_never_gives_what_json_cannot_hold(value: float) -> None:
    with pytest.raises(LimitReached):
        settled(value)


@pytest.mark.parametrize(
    ("value", "short"),
    [
        (None, None),
        (True, True),
        (1.5, 1.5),
        (7, 7),
        ("a", "a"),
        ("a" * 30, "a" * 19 + "…"),
        ([1, 2], [1, 2]),
        ({"a": True}, {"a": True}),
        (TIME, "2026-12-01T09:30:00+00:00"),
        (list(range(99)), "[0, 1, 2, 3, 4, 5, …"),
        (UNDEFINED, "(undefined)"),
        (Store(), "(not shown)"),
        (10**400, "(not shown)"),
        (Unknown("x" * 30), "\u2039" + "x" * 18 + "…"),
    ],
)
def test_values_are_shortened_for_the_record(value: object, short: object) -> None:
    assert shorten(value, 20) == short


@given(JSON)
def test_no_value_is_longer_in_the_record_than_asked_for(value: object) -> None:
    short = shorten(value, 30)
    if isinstance(short, str):
        assert len(short) <= 30
    elif isinstance(short, list | dict):
        assert short == value
