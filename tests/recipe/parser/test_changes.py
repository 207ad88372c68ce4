from __future__ import annotations

import pytest
from recipe.parsing import only, recipe, said

from beeflow.recipe.model import SetStep, StateStep, Step, Template


def step(text: str) -> Step:
    (read,) = recipe(f"actions: [{text}]").actions
    return read


def test_variables_keep_their_order() -> None:
    read = step("{set: {b: 1, a: [x, '{{ b }}']}}")
    assert isinstance(read, SetStep)
    assert [name for name, _ in read.values] == ["b", "a"]


def test_all_changes_of_state() -> None:
    read = step("{state: {set: {k: v}, increment: {n: 2, m: '{{ x }}'}, delete: [a, b]}}")
    assert isinstance(read, StateStep)
    assert read.assign == (("k", "v"),)
    assert read.increment[0] == ("n", 2)
    assert isinstance(read.increment[1][1], Template)
    assert read.delete == ("a", "b")


@pytest.mark.parametrize(
    ("text", "rule", "at", "message"),
    [
        ("{set: [a]}", "wrong-type", "[a]", "names to values"),
        ("{state: x}", "wrong-type", "x", "a mapping"),
        ("{state: {}}", "missing-key", "{}", "nothing to change"),
        ("{state: {set: x}}", "wrong-type", "x", "names to values"),
        ("{state: {increment: {a: b}}}", "wrong-type", "b", "a number or a template"),
        ("{state: {increment: {a: true}}}", "wrong-type", "true", "a number or a template"),
        ("{state: {increment: {a: [1]}}}", "wrong-type", "[1]", "a number or a template"),
        ("{state: {increment: 1}}", "wrong-type", "1", "names to numbers"),
        ("{state: {delete: a}}", "wrong-type", "a", "a list of names"),
    ],
)
def test_a_wrong_change_says_what_is_wrong(text: str, rule: str, at: str, message: str) -> None:
    found = only(f"actions: [{text}]")
    assert (found.rule, found.at) == (rule, at)
    assert message in found.message


def test_each_name_of_a_state_that_is_none_is_named() -> None:
    found = said("actions: [{state: {delete: [1, a, {}]}}]")
    assert [one.at for one in found] == ["1", "{}"]
