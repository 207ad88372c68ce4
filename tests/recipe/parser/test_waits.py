from __future__ import annotations

import pytest
from recipe.parsing import only, recipe

from beeflow.recipe.model import Step, Template, WaitForStep, WaitStep


def step(text: str) -> Step:
    (read,) = recipe(f"actions: [{text}]").actions
    return read


def test_waiting_for_a_time() -> None:
    fixed, late, until = (
        step("{wait: 10m}"),
        step("{wait: '{{ a }}'}"),
        step("{wait: {until: a}}"),
    )
    assert isinstance(fixed, WaitStep)
    assert fixed.delay == 600.0
    assert isinstance(late, WaitStep)
    assert isinstance(late.delay, Template)
    assert isinstance(until, WaitStep)
    assert until.delay is None
    assert until.until is not None


def test_waiting_for_a_webhook() -> None:
    read = step(
        "{wait_for: {webhook: [a, b], match: {x: '{{ y }}'}, timeout: 2h, any_event: true}, "
        "as: got, on_timeout: continue}"
    )
    assert isinstance(read, WaitForStep)
    assert (read.types, read.timeout, read.into) == (("a", "b"), 7200.0, "got")
    assert (read.on_timeout, read.any_event) == ("continue", True)
    assert isinstance(read.match["x"], Template)


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("{wait: 10}", "bad-duration", "a duration"),
        ("{wait: [1]}", "wrong-type", "one value"),
        ("{wait: {}}", "missing-key", "needs `until`"),
        ("{wait: '{{ a'}", "expression", ""),
        ("{wait_for: a}", "wrong-type", "a mapping"),
        ("{wait_for: {webhook: a}}", "missing-key", "needs `timeout`"),
        ("{wait_for: {timeout: 1h}}", "missing-key", "needs `webhook`"),
        ("{wait_for: {webhook: a, timeout: 1h, any_event: 1}}", "wrong-type", "true or false"),
        ("{wait_for: {webhook: a, timeout: 1h}, on_timeout: stop}", "bad-value", "cannot be"),
    ],
)
def test_a_wrong_wait_says_what_is_wrong(text: str, rule: str, message: str) -> None:
    found = only(f"actions: [{text}]")
    assert found.rule == rule
    assert message in found.message
