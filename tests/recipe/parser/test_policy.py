from __future__ import annotations

import pytest
from recipe.parsing import only, recipe, with_actions

from beeflow.recipe import limits
from beeflow.recipe.model import CancelOn
from beeflow.recipe.parser import parse_recipe


def test_all_policies() -> None:
    read = recipe(
        with_actions(
            "concurrency: {group: a, mode: parallel, max: 3}\n"
            "throttle: {key: a, once_within: 10m}\n"
            "debounce: {key: a, quiet: 30s, max: 5m}\n"
            "batch: {key: a, window: 1h, max: 10}\n"
            "cancel_on: {webhook: b, match: {c: 1}}"
        )
    )
    assert read.concurrency is not None
    assert (read.concurrency.mode, read.concurrency.max) == ("parallel", 3)
    assert read.throttle is not None
    assert read.throttle.within == 600.0
    assert read.debounce is not None
    assert (read.debounce.quiet, read.debounce.max) == (30.0, 300.0)
    assert read.batch is not None
    assert (read.batch.window, read.batch.max) == (3600.0, 10)
    assert read.cancel_on == (CancelOn(("b",), {"c": 1}),)


def test_the_defaults() -> None:
    text = "concurrency: {}\nbatch: {window: 1h}\ncancel_on: [{webhook: a}, {webhook: b}]"
    read = recipe(with_actions(text))
    assert read.concurrency is not None
    assert (read.concurrency.mode, read.concurrency.group) == ("queue", None)
    assert read.batch is not None
    assert (read.batch.max, read.batch.key) == (500, None)
    assert len(read.cancel_on) == 2


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("concurrency: queue", "wrong-type", "a mapping"),
        ("concurrency: {mode: que}", "bad-value", "cannot be"),
        ("concurrency: {max: 0}", "bad-value", "at least 1"),
        ("concurrency: {group: '{{ a }}'}", "braces-in-expression", "`group`"),
        ("throttle: {key: a}", "missing-key", "needs `once_within`"),
        ("throttle: x", "wrong-type", "a mapping"),
        ("debounce: {key: a}", "missing-key", "needs `quiet`"),
        ("debounce: {quiet: 5m, max: 1m}", "bad-value", "shorter than `quiet`"),
        ("debounce: x", "wrong-type", "a mapping"),
        ("batch: {key: a}", "missing-key", "needs `window`"),
        ("batch: x", "wrong-type", "a mapping"),
        ("cancel_on: x", "wrong-type", "a mapping"),
        ("cancel_on: {match: {}}", "missing-key", "needs `webhook`"),
        ("cancel_on: [x]", "wrong-type", "an item of `cancel_on`"),
    ],
)
def test_a_wrong_policy_says_what_is_wrong(text: str, rule: str, message: str) -> None:
    found = only(with_actions(text))
    assert found.rule == rule
    assert message in found.message


def test_cancelling_webhooks_are_bounded() -> None:
    many = ", ".join(["{webhook: a}"] * (limits.TRIGGERS + 1))
    assert only(with_actions(f"cancel_on: [{many}]")).rule == "limit"


@pytest.mark.parametrize(
    "policy",
    [
        "throttle: {key: a.b, once_within: 5}",
        "debounce: {key: a.b, quiet: 5}",
        "batch: {key: a.b, window: 5}",
    ],
)
def test_beside_a_time_that_cannot_be_read_the_key_is_read(policy: str) -> None:
    parsed = parse_recipe(f"{policy}\nactions: []", path="a.yaml")
    assert [problem.rule for problem in parsed.problems] == ["bad-duration"]
    assert parsed.draft is not None
    (one,) = (p for p in (parsed.draft.throttle, parsed.draft.debounce, parsed.draft.batch) if p)
    assert one.key is not None
    assert one.key.text == "a.b"
