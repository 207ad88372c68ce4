from __future__ import annotations

import pytest
from recipe.parsing import only, recipe

from beeflow.recipe.model import ActionStep, RunStep, Step, StopStep


def step(text: str) -> Step:
    (read,) = recipe(f"actions: [{text}]").actions
    return read


def test_an_action_with_all_keys() -> None:
    read = step(
        "{action: a.b, with: {x: 1}, as: y, retry: {attempts: 1}, timeout: 1s, "
        "on_error: [{stop: x}], on_unknown: continue, once: trigger.id, name: n, if: now}"
    )
    assert isinstance(read, ActionStep)
    assert (read.call.action, read.into, read.on_unknown) == ("a.b", "y", "continue")
    assert read.once is not None
    assert isinstance(read.on_error[0], StopStep)


def test_the_defaults_of_an_action() -> None:
    read = step("{action: a.b}")
    assert isinstance(read, ActionStep)
    assert (read.on_error, read.on_unknown, read.once, read.into) == ("fail", "fail", None, None)


def test_running_another_recipe() -> None:
    read = step("{run: other, with: {x: 1}, as: y, detach: true}")
    assert isinstance(read, RunStep)
    assert (read.recipe, dict(read.args), read.into, read.detach) == ("other", {"x": 1}, "y", True)


def test_stopping() -> None:
    for text, reason, outcome in (
        ("{stop: enough, outcome: failed}", "enough", "failed"),
        ("{stop: }", "", "succeeded"),
    ):
        read = step(text)
        assert isinstance(read, StopStep)
        assert (read.reason, read.outcome) == (reason, outcome)


@pytest.mark.parametrize(
    ("text", "rule", "at", "message"),
    [
        ("{action: a.b, on_error: contineu}", "bad-value", "contineu", "cannot be"),
        ("{action: a.b, on_error: {a: 1}}", "wrong-type", "{a: 1}", "one value"),
        ("{action: a.b, on_unknown: no}", "bad-value", "no", "cannot be"),
        ("{action: a.b, page: all}", "unknown-key", "page", "has no key `page`"),
        ("{action: 3}", "wrong-type", "3", "must be text"),
        ("{run: [a]}", "wrong-type", "[a]", "one value"),
        ("{run: a, detach: no}", "wrong-type", "no", "true or false"),
        ("{stop: {a: b}}", "wrong-type", "{a: b}", "must be text"),
        ("{stop: x, outcome: skipped}", "bad-value", "skipped", "cannot be"),
    ],
)
def test_a_wrong_step_says_what_is_wrong(text: str, rule: str, at: str, message: str) -> None:
    found = only(f"actions: [{text}]")
    assert (found.rule, found.at) == (rule, at)
    assert message in found.message
