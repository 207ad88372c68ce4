from __future__ import annotations

from beeflow.check.typing.env import Env, Facts, followed, in_common, on_top
from beeflow.recipe.typing import (
    ANYTHING,
    NULL,
    TEXT,
    WHOLE,
    ListOf,
    Record,
    literal,
    union,
)

ONE, OTHER = Record({"a": TEXT}), Record({"b": WHOLE})
FIRST, SECOND = Record({"data": ONE}), Record({"data": OTHER})


def test_paths_are_followed_from_the_nearest_fact() -> None:
    env = Env({"x": FIRST}, {("x", "data", "a"): literal("b")})
    assert env.at(("x", "data", "a")) == literal("b")
    assert env.at(("x", "data")) is ONE
    assert env.at(("y", "data")) is ANYTHING


def test_what_is_not_there_is_anything() -> None:
    assert followed(FIRST, ("nope", "a")) is ANYTHING
    assert followed(ListOf(ONE), ("0", "a")) == TEXT
    assert followed(ListOf(ONE), ("-1", "a")) == TEXT
    assert followed(ListOf(ONE), ("a",)) is ANYTHING


def test_a_name_that_is_set_anew_has_no_facts() -> None:
    env = Env({"x": FIRST}, {("x", "data"): ONE, ("y",): TEXT}).binding({"x": WHOLE})
    assert env.at(("x",)) == WHOLE
    assert env.at(("x", "data")) is ANYTHING
    assert env.at(("y",)) == TEXT


def test_nothing_new_changes_nothing() -> None:
    env = Env({"x": FIRST})
    assert env.knowing({}) is env


def test_parts_follow_their_owner() -> None:
    known = {("x",): union(FIRST, SECOND), ("x", "data"): union(ONE, OTHER), ("x", "n"): TEXT}
    assert on_top(known, {("x",): FIRST}) == {("x",): FIRST, ("x", "data"): ONE, ("x", "n"): TEXT}
    third = Record({"data": Record()})
    assert ("x", "data") not in on_top(known, {("x",): third})
    both = on_top(known, {("x",): FIRST, ("x", "data"): OTHER})
    assert both["x", "data"] is OTHER


def test_what_branches_have_in_common() -> None:
    one: Facts = {("a",): TEXT, ("b",): TEXT}
    other: Facts = {("a",): NULL}
    assert in_common([one, other]) == {("a",): union(TEXT, NULL)}
