"""Values and calls, expected and made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.drivers.testing.comparing import differences, fits, side_by_side
from beeflow.drivers.testing.model import WantedCall
from beeflow.drivers.testing.played import Made
from beeflow.recipe.document import MappingNode, Node, Source, read_document

if TYPE_CHECKING:
    from beeflow.types import Json


def node(text: str) -> Node:
    root = read_document(Source("t", text)).root
    assert root is not None
    return root


@pytest.mark.parametrize(
    ("wanted", "actual", "same"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("'{{ x }}'", "{{ x }}", True),
        ("1", 1.0, True),
        ("true", True, True),
        ("true", 1, False),
        ("1", True, False),
        ("null", None, True),
        ("{a: 1}", {"a": 1, "b": 2}, True),
        ("{a: {b: 1}}", {"a": {"b": 1, "c": 2}}, True),
        ("{a: {b: 1}}", {"a": {"b": 2}}, False),
        ("{a: 1}", {}, False),
        ("{a: 1}", "a", False),
        ("[1, 2]", [1, 2], True),
        ("[1]", [1, 2], False),
        ("[1, 2]", [2, 1], False),
        ("[{a: 1}]", [{"a": 1, "b": 2}], True),
        ("{prefix: a}", "abc", True),
        ("{prefix: a}", "bc", False),
        ("{prefix: a, suffix: c}", "abc", True),
        ("{a: {contains: x}}", {"a": ["x"]}, True),
        ("{a: {exists: false}}", {}, True),
        ("{a: {exists: false}}", {"a": 1}, False),
        ("{a: {not: 1}}", {}, True),
        ("{a: {gt: 3}}", {"a": 4}, True),
        ("{a: {gt: 3}}", {}, False),
        ("{a: {in: [1, 2]}}", {"a": 2}, True),
        ("{in: x, other: y}", {"in": "x", "other": "y"}, True),
    ],
)
def test_a_value_is_as_expected_or_not(wanted: str, actual: Json, same: bool) -> None:
    assert fits(node(wanted), actual) is same


def test_a_difference_has_its_path() -> None:
    wanted = node("{a: {b: [1, {c: 2}]}, d: 3}")
    found = list(differences(wanted, {"a": {"b": [1, {"c": 9}]}}))
    assert [(one.path, one.actual, one.there) for one in found] == [
        ("a.b.1.c", 9, True),
        ("d", None, False),
    ]


def call(text: str) -> WantedCall:
    read = node(text)
    if isinstance(read, MappingNode):
        (entry,) = read.entries
        return WantedCall(entry.name, read, read.span, entry.value)
    return WantedCall(str(read.plain()), read, read.span)


def made(action: str, **args: Json) -> Made:
    return Made(0.0, "r", "r-1", "actions/0#1", action, args, "once")


def aligned(wanted: list[str], calls: list[Made]) -> list[tuple[str | None, str | None, bool]]:
    rows = side_by_side([call(one) for one in wanted], calls)
    return [
        (
            None if row.wanted is None else row.wanted.action,
            None if row.made is None else row.made.action,
            row.same,
        )
        for row in rows
    ]


def test_calls_are_aligned_so_that_most_agrees() -> None:
    assert aligned(["a", "b", "c"], [made("a"), made("c")]) == [
        ("a", "a", True),
        ("b", None, False),
        ("c", "c", True),
    ]
    assert aligned(["a"], [made("x"), made("a")]) == [(None, "x", False), ("a", "a", True)]
    assert aligned([], [made("a")]) == [(None, "a", False)]
    assert aligned(["a"], []) == [("a", None, False)]


def test_a_call_with_other_arguments_is_the_same_call() -> None:
    assert aligned(["{a: {n: 1}}", "{a: {n: 2}}"], [made("a", n=2)]) == [
        ("a", None, False),
        ("a", "a", True),
    ]
    assert aligned(["{a: {n: 1, m: 1}}"], [made("a", n=2, m=2)]) == [("a", "a", False)]
    assert aligned(["a"], [made("b")]) == [("a", None, False), (None, "b", False)]
