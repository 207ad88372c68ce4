from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.errors import UsageError
from beeflow.recipe.inputs import accept, bind, from_text
from beeflow.recipe.model import Input, InputType

if TYPE_CHECKING:
    from beeflow.types import Json


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("string", ["a", ""], [1, None, True, [], {}]),
        ("integer", [3, -1], [1.5, "3", True, None]),
        ("number", [3, 2.5], ["3", False, float("inf"), float("nan")]),
        ("boolean", [True, False], ["true", 1, None]),
        ("duration", ["10m", "-1h"], [10, "soon", None]),
        ("datetime", ["2026-12-01 09:00"], [3, "tomorrow"]),
        ("list", [[], [1, "a"]], ["a", {}]),
        ("choice", ["a", 1], ["b", True, None]),
        ("secret", ["A_B", "secret:A_B"], ["a b", "", 3]),
    ],
)
def test_each_type_takes_its_values_and_no_others(
    kind: InputType, right: list[Json], wrong: list[Json]
) -> None:
    declared = Input("x", kind, options=("a", 1) if kind == "choice" else ())
    for value in right:
        assert accept(declared, value) in (value, "A_B")
    for value in wrong:
        with pytest.raises(ValueError, match=r"takes|not a"):
            accept(declared, value)


def test_a_secret_is_kept_by_its_name() -> None:
    assert accept(Input("x", "secret"), "secret:TOKEN") == "TOKEN"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "3", "3"),
        ("integer", "3", 3),
        ("number", "2.5", 2.5),
        ("number", "-2", -2),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("duration", "5m", "5m"),
        ("list", "a, b", ["a", "b"]),
        ("list", " ", []),
        ("list", "[1, two, [true], 'a, b']", [1, "two", [True], "a, b"]),
        ("choice", "1", 1),
        ("choice", "a", "a"),
        ("choice", "0", 0),
        ("secret", "A", "A"),
    ],
)
def test_values_are_read_from_text(kind: InputType, text: str, value: Json) -> None:
    declared = Input("x", kind, options=("a", 1, 0) if kind == "choice" else ())
    read = from_text(declared, text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [("integer", "x"), ("integer", "1.5"), ("number", "x"), ("boolean", "yes"), ("choice", "z")],
)
def test_text_that_is_no_value_is_refused(kind: InputType, text: str) -> None:
    with pytest.raises(ValueError, match="takes"):
        from_text(Input("x", kind), text)


@pytest.mark.parametrize("text", ["[a, b", "[a] b", "[a]: 1"])
def test_a_list_that_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="list"):
        from_text(Input("x", "list"), text)


def test_a_run_gets_what_is_given_and_the_defaults() -> None:
    declared = {"a": Input("a", "string"), "b": Input("b", "integer", False, 2)}
    assert bind(declared, {"a": "x"}) == {"a": "x", "b": 2}
    assert bind(declared, {"a": "x", "b": 5}) == {"a": "x", "b": 5}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "the input `a` is missing: give a text"),
        ({"a": 3}, "the input `a`: it takes a text, and this is `3`"),
        ({"a": "x", "aa": 1}, "there is no input `aa` \\(inputs: a\\); did you mean `a`"),
        ({"zzz": 1}, "there is no input `zzz` \\(inputs: a\\)$"),
    ],
)
def test_wrong_inputs_of_a_run_are_refused(given: dict[str, Json], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        bind({"a": Input("a", "string")}, given)


def test_a_recipe_without_inputs_takes_none() -> None:
    with pytest.raises(UsageError, match="inputs: none"):
        bind({}, {"a": 1})
