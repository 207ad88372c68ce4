from __future__ import annotations

import pytest
from recipe.parsing import only, recipe, with_actions

from beeflow.recipe import limits
from beeflow.recipe.model import Input


def test_inputs_with_and_without_defaults() -> None:
    read = recipe(
        with_actions(
            "inputs:\n"
            "  a: {type: string, description: about}\n"
            "  b: {type: choice, options: [x, 1], default: 1}\n"
            "  c: {type: duration, default: 1h}\n"
            "  d: {type: secret, default: secret:TOKEN}\n"
        )
    )
    assert read.inputs["a"] == Input("a", "string", description="about")
    assert read.inputs["b"].value == 1
    assert read.inputs["c"] == Input("c", "duration", False, "1h")
    assert read.inputs["d"].value == "TOKEN"
    assert read.secrets == {"TOKEN"}


@pytest.mark.parametrize(
    ("text", "rule", "at", "message"),
    [
        ("x", "wrong-type", "x", "names to inputs"),
        ("{a: string}", "wrong-type", "string", "a mapping"),
        ("{a: {default: 1}}", "missing-key", "default", "needs `type`"),
        ("{a: {type: strng}}", "bad-value", "strng", "cannot be"),
        ("{a: {type: string, default: 3}}", "bad-input", "3", "takes a text"),
        ("{a: {type: integer, default: '3'}}", "bad-input", "'3'", "a whole number"),
        ("{a: {type: choice}}", "missing-key", "{type: choice}", "needs `options`"),
        ("{a: {type: choice, default: x}}", "missing-key", None, "needs `options`"),
        ("{a: {type: choice, options: [x], default: y}}", "bad-input", "y", "one of x"),
        ("{a: {type: string, options: [x]}}", "conflicting-keys", "options", "type choice"),
        ("{a: {type: choice, options: x}}", "wrong-type", "x", "a list of options"),
        ("{run: {type: string}}", "shadowed-name", "run", "is taken"),
    ],
)
def test_a_wrong_input_says_what_is_wrong(
    text: str, rule: str, at: str | None, message: str
) -> None:
    found = only(with_actions(f"inputs: {text}"))
    assert found.rule == rule
    assert at is None or found.at == at
    assert message in found.message


def test_a_trigger_cannot_give_an_input() -> None:
    text = "inputs: {a: {type: string}}\ntrigger: {webhook: b}"
    found = only(with_actions(text))
    assert (found.rule, found.at, found.path) == ("missing-input", "a", "inputs/a")


def test_inputs_and_options_are_bounded() -> None:
    many = ", ".join(f"i{n}: {{type: string}}" for n in range(limits.INPUTS + 1))
    assert only(with_actions(f"inputs: {{{many}}}")).rule == "limit"
    options = ", ".join(str(n) for n in range(limits.OPTIONS + 1))
    assert (
        only(with_actions(f"inputs: {{a: {{type: choice, options: [{options}]}}}}")).rule == "limit"
    )
