from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.check.typing.matching import at_path, matched, never_matches, wrong_operator
from beeflow.recipe.model import Template
from beeflow.recipe.problem import Span
from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    NULL,
    TEXT,
    WHOLE,
    ListOf,
    Record,
    Text,
    Type,
    described,
    literal,
    union,
)

if TYPE_CHECKING:
    from beeflow.recipe.model import Value

STATUS = Text(frozenset({"live", "idle"}))
DATA = Record(
    {
        "status": STATUS,
        "title": union(TEXT, NULL),
        "id": WHOLE,
        "tags": ListOf(TEXT),
        "flag": WHOLE,
        "company.name": TEXT,
        "any": ANYTHING,
    },
    "documented",
)
PAYLOAD = Record({"data": DATA, "keys": ListOf(TEXT)}, "documented", title="thing.made")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("data.status", "one of 'idle', 'live'"),
        ("data.tags.0", "a text"),
        ("data.company.name", "a text"),
        ("data.any.thing.at.all", "any value"),
        ("data.nope", None),
        ("data.status.nope", None),
        ("nope.at.all", None),
    ],
)
def test_paths_lead_somewhere(path: str, words: str | None) -> None:
    found = at_path(PAYLOAD, tuple(path.split(".")))
    assert (None if found is None else described(found)) == words


@pytest.mark.parametrize(
    ("path", "expected", "words"),
    [
        ("data.status", "live", "the text 'live'"),
        ("data.status", ["live", "idle"], "one of 'idle', 'live'"),
        ("data.status", {"not": "live"}, "the text 'idle'"),
        ("data.status", {"in": ["live"]}, "the text 'live'"),
        ("data.status", {"not": ["live"]}, "one of 'idle', 'live'"),
        ("data.status", "over", "one of 'idle', 'live'"),
        ("data.title", {"prefix": "a"}, "a text"),
        ("data.title", None, "null"),
        ("data.title", {"exists": True}, "a text or null"),
        ("data.title", Template("{{ x }}", Span("", 0, 0)), "a text or null"),
        ("data.title", [Template("{{ x }}", Span("", 0, 0))], "a text or null"),
        ("data.id", {"gt": 3}, "a number"),
        ("data.tags.0", "a", "a text"),
        ("data.any", "a", "any value"),
    ],
)
def test_what_has_matched_is_known(path: str, expected: Value, words: str) -> None:
    seen = matched(PAYLOAD, {path: expected})
    assert seen is not None
    assert seen.title == "thing.made"
    found = at_path(seen, tuple(path.split(".")))
    assert found is not None
    assert described(found) == words


def test_what_is_asked_for_and_not_documented_never_matches() -> None:
    assert matched(PAYLOAD, {"data.nope": "x"}) is None
    assert matched(PAYLOAD, {"data.nope": {"prefix": "x"}}) is None
    assert matched(PAYLOAD, {"data.nope": {"exists": False}}) is PAYLOAD
    assert matched(PAYLOAD, {"data.nope": {"not": "x"}}) is PAYLOAD


@pytest.mark.parametrize(
    ("found", "value", "never"),
    [
        (STATUS, literal("over"), True),
        (STATUS, literal("live"), False),
        (STATUS, NULL, False),
        (WHOLE, literal(True), False),
        (BOOLEAN, literal(1), False),
        (ListOf(TEXT), literal("a"), True),
        (ANYTHING, literal("a"), False),
    ],
)
def test_values_that_never_match(found: Type, value: Type, never: bool) -> None:
    assert never_matches(found, value) is never


@pytest.mark.parametrize(
    ("found", "name", "value", "needed"),
    [
        (TEXT, "prefix", literal("a"), None),
        (WHOLE, "suffix", literal("a"), "a text"),
        (WHOLE, "regex", literal("a"), "a text"),
        (TEXT, "gte", literal(1), "a number"),
        (union(TEXT, WHOLE), "lt", literal(1), None),
        (ListOf(TEXT), "contains", literal("a"), None),
        (ListOf(TEXT), "contains", literal(1), "a list with such an item, or a text"),
        (TEXT, "contains", literal("a"), None),
        (WHOLE, "contains", literal("a"), "a list with such an item, or a text"),
        (ANYTHING, "prefix", literal("a"), None),
        (TEXT, "exists", literal(True), None),
    ],
)
def test_operators_need_a_kind_of_value(
    found: Type, name: str, value: Type, needed: str | None
) -> None:
    assert wrong_operator(found, name, value) == needed
