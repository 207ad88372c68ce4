from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.errors import ExpressionError, UndefinedName
from beeflow.recipe.templates import parse_expression

if TYPE_CHECKING:
    from collections.abc import Iterable

POLL = {"poll_ref": "P1", "message": "ok", "status": 200}


class Store:
    """Named values that are looked up one at a time, as `secrets` and `state` are."""

    def __init__(self, **values: object) -> None:
        self.values = values

    def attribute(self, name: str) -> object:
        return self.values[name]

    def names(self) -> Iterable[str]:
        return self.values


SCOPE: dict[str, object] = {
    "poll": POLL,
    "none": None,
    "tags": ["a", "b"],
    "title": "Launch",
    "data": {"items": [{"x": 1}], "_id": 7, "get": "mine", "1": "one", "empty": {}},
    "secrets": Store(TOKEN="t0p"),
    "many": {f"name_{number}": number for number in range(20)},
}


def value(text: str) -> object:
    return parse_expression(text).evaluate(SCOPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("poll.poll_ref", "P1"),
        ("poll['poll_ref']", "P1"),
        ("tags[0] ~ tags.1 ~ tags[-1]", "abb"),
        ("title[0]", "L"),
        ("data.items[0].x", 1),
        ("data['_id']", 7),
        ("data['1']", "one"),
        ("data.get", "mine"),
        ("data.get('1')", "one"),
        ("data.items.0.x", 1),
        ("data.items() | length", 5),
        ("secrets.TOKEN", "t0p"),
        ("secrets['TOKEN']", "t0p"),
        ("'TOKEN' in secrets", True),
        ("'OTHER' in secrets", False),
        ("secrets.get('OTHER', 'd')", "d"),
        ("secrets.OTHER is defined", False),
        ("poll.nope is defined", False),
        ("nope.a.b['c'] is defined", False),
        ("nope is undefined", True),
        ("none is defined", True),
        ("title.nope is defined", False),
        ("tags[7] is defined", False),
        ("tags['x'] is defined", False),
        ("tags[true] is defined", False),
        ("data[[1]] is defined", False),
        ("('2026-12-01 09:30' | datetime).hour", 9),
        ("('2026-12-01 09:30' | datetime).nope is defined", False),
        ("([{'s': 1}] | groupby('s'))[0].grouper", 1),
        ("([{'s': 1}] | groupby('s'))[0].list", [{"s": 1}]),
        ("([{'s': 1}] | groupby('s'))[0].nope is defined", False),
        ("(5).x is defined", False),
        ("(5)[0] is defined", False),
    ],
)
def test_fields_and_items(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        (
            "poll.pol_ref",
            (
                "`poll` has no field `pol_ref` — did you mean `poll_ref`?"
                " (has: message, poll_ref, status)"
            ),
            "pol_ref",
        ),
        ("poll['pol_ref']", "did you mean `poll_ref`?", "'pol_ref'"),
        ("pol.poll_ref", "`pol` is not defined — did you mean `poll`?", "pol"),
        ("null", "written `none`", "null"),
        ("data.empty.x", "`data.empty` has no field `x` (it is empty)", "x"),
        ("none.x", "`none` has no field `x`", "x"),
        ("tags[7]", "`tags` has no item 7: it is a list of 2", "7"),
        ("tags.length", "write `tags | length`", "length"),
        ("poll.keys", "write `keys()`", "keys"),
        ("title.upper", "write `upper()`", "upper"),
        ("many.name_", "(has: name_9, name_8", "name_"),
        ("secrets.TOKN", "did you mean `TOKEN`?", "TOKN"),
        ("('2026-12-01' | datetime).hours", "did you mean `hour`?", "hours"),
        ("poll.__class__", "begins with an underscore", "__class__"),
        ("nope.__class__ is defined", "begins with an underscore", "__class__"),
        ("__builtins__", "begins with an underscore", "__builtins__"),
    ],
)
def test_what_is_not_there_is_named_with_what_is(text: str, message: str, marked: str) -> None:
    scope = {name: found for name, found in SCOPE.items() if name != "none"}
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text).evaluate(scope)
    error = caught.value
    assert message in error.message
    assert text[error.offset : error.offset + error.length] == marked


def test_the_nearest_names_come_first_where_not_all_are_shown() -> None:
    with pytest.raises(UndefinedName) as caught:
        value("many.name_19x")
    listed = caught.value.message.split("(has: ")[1]
    assert listed.startswith("name_19")
    assert listed.endswith(", …)")
    assert caught.value.suggestion == "name_19"


def test_attribute_paths_of_filters() -> None:
    scope = {"rows": [{"a": {"b": ["x", "y"]}}]}
    assert parse_expression("rows | map(attribute='a.b.1') | list").evaluate(scope) == ["y"]
    assert parse_expression("[['p', 'q']] | map(attribute=1) | list").evaluate({}) == ["q"]
    with pytest.raises(UndefinedName, match=r"`item\.a` has no field `c`"):
        parse_expression("rows | map(attribute='a.c')").evaluate(scope)
    for wrong in ("''", "[1]", "true"):
        with pytest.raises(ExpressionError, match="name in quotes"):
            parse_expression(f"rows | map(attribute={wrong})").evaluate(scope)
