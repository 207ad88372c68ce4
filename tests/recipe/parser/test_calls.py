from __future__ import annotations

import pytest
from recipe.parsing import only, recipe, with_actions

from beeflow.recipe import limits
from beeflow.recipe.model import DEFAULT_TIMEOUT, ActionStep, Retry, Template


def test_a_read_with_all_keys() -> None:
    (fetch,) = recipe(
        with_actions(
            "fetch: {e: {action: events.list, with: {a: '{{ now }}', b: [1, {c: x}]}, pages: all, "
            "retry: {attempts: 2, delay: 10m}, timeout: 5s, on_error: continue, default: []}}"
        )
    ).fetch
    assert (fetch.name, fetch.on_error, fetch.default) == ("e", "continue", [])
    call = fetch.call
    assert (call.action, call.timeout, call.pages) == ("events.list", 5.0, "all")
    assert call.retry == Retry(2, 600.0, 600.0)
    assert isinstance(call.args["a"], Template)
    assert call.args["b"] == [1, {"c": "x"}]


def test_the_defaults_of_a_read() -> None:
    (fetch,) = recipe(with_actions("fetch: {e: {action: events.list, with: , pages: 3}}")).fetch
    assert (fetch.on_error, fetch.default) == ("fail", None)
    assert fetch.call.retry == Retry(5, 1.0, 300.0)
    assert (fetch.call.timeout, fetch.call.pages) == (DEFAULT_TIMEOUT, 3)
    assert dict(fetch.call.args) == {}


@pytest.mark.parametrize(
    ("text", "rule", "at", "message"),
    [
        ("x", "wrong-type", "x", "`e` must be a mapping"),
        ("{with: {}}", "missing-key", "with", "needs `action`"),
        ("{action: get}", "bad-name", "get", "not the name of an action"),
        ("{action: [a]}", "wrong-type", "[a]", "one value"),
        ("{action: a.b, with: [1]}", "wrong-type", "[1]", "parameters to values"),
        ("{action: a.b, with: {'{{x}}': 1}}", "expression", "'{{x}}'", "a key cannot be"),
        ("{action: a.b, pages: none}", "wrong-type", "none", "`all` or a number"),
        ("{action: a.b, pages: [1]}", "wrong-type", "[1]", "one value"),
        ("{action: a.b, pages: 0}", "bad-value", "0", "at least 1"),
        ("{action: a.b, default: 1}", "conflicting-keys", "default", "only with"),
        ("{action: a.b, on_error: []}", "wrong-type", "[]", "one value"),
        ("{action: a.b, retry: 3}", "wrong-type", "3", "a mapping"),
        ("{action: a.b, retry: {attempts: 101}}", "limit", "101", "at most 100"),
        ("{action: a.b, retry: {delay: x}}", "bad-duration", "x", "not a duration"),
    ],
)
def test_a_wrong_read_says_what_is_wrong(text: str, rule: str, at: str, message: str) -> None:
    found = only(with_actions(f"fetch: {{e: {text}}}"))
    assert (found.rule, found.at) == (rule, at)
    assert message in found.message


def test_what_is_no_mapping_of_reads() -> None:
    assert only(with_actions("fetch: [a]")).message.startswith("`fetch` must be a mapping of names")


def test_reads_are_bounded() -> None:
    many = ", ".join(f"e{n}: {{action: a.b}}" for n in range(limits.FETCHES + 1))
    found = only(with_actions(f"fetch: {{{many}}}"))
    assert (found.rule, found.at) == ("limit", f"e{limits.FETCHES}")


def test_a_step_may_follow_pages() -> None:
    text = "actions: [{action: events.list, pages: 2}, {action: events.list, pages: all}, {action: a.b}]"
    steps = recipe(text).actions
    assert [step.call.pages for step in steps if isinstance(step, ActionStep)] == [2, "all", None]
