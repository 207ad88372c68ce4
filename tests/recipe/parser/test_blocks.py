from __future__ import annotations

import pytest
from recipe.parsing import only, recipe

from beeflow.recipe import limits
from beeflow.recipe.model import (
    ChooseStep,
    Expr,
    ForEachStep,
    ParallelStep,
    RepeatStep,
    Step,
)


def step(text: str) -> Step:
    (read,) = recipe(f"actions: [{text}]").actions
    return read


def test_choose() -> None:
    read = step("{choose: [{when: a, then: [{stop: x}]}, {when: b, then: []}], else: [{stop: y}]}")
    assert isinstance(read, ChooseStep)
    assert [when.text for when, _ in read.arms] == ["a", "b"]
    assert len(read.otherwise) == 1


def test_for_each() -> None:
    read = step("{for_each: a.b, as: x, parallel: 3, into: xs, on_error: continue, do: []}")
    assert isinstance(read, ForEachStep)
    assert (read.items.text, read.item, read.parallel) == ("a.b", "x", 3)
    assert (read.into, read.on_error) == ("xs", "continue")
    plain = step("{for_each: a, do: []}")
    assert isinstance(plain, ForEachStep)
    assert (plain.item, plain.parallel, plain.into, plain.on_error) == ("item", 1, None, "fail")


def test_repeat() -> None:
    until = step("{repeat: {until: a}, every: 30s, max: 100, do: []}")
    assert isinstance(until, RepeatStep)
    assert until.until is not None
    assert (until.every, until.max_turns, until.times) == (30.0, 100, None)
    times = step("{repeat: {times: 3}, do: []}")
    assert isinstance(times, RepeatStep)
    assert (times.times, times.every, times.max_turns) == (3, 0.0, None)
    counted = step("{repeat: {times: inputs.n}, do: []}")
    assert isinstance(counted, RepeatStep)
    assert isinstance(counted.times, Expr)


def test_parallel() -> None:
    read = step("{parallel: [[{stop: x}], []]}")
    assert isinstance(read, ParallelStep)
    assert [len(branch) for branch in read.branches] == [1, 0]


@pytest.mark.parametrize(
    ("text", "rule", "at", "message"),
    [
        ("{if: '{{ a }}', then: []}", "braces-in-expression", "{{ a }}", "`if` is an expression"),
        ("{if: a, then: {stop: x}}", "wrong-type", "{stop: x}", "a list of steps"),
        ("{choose: {when: a}}", "wrong-type", "{when: a}", "a list of arms"),
        ("{choose: [a]}", "wrong-type", "a", "a mapping of keys"),
        ("{choose: [{when: a}]}", "missing-key", "when", "needs `then`"),
        ("{choose: [{then: []}]}", "missing-key", "then", "needs `when`"),
        ("{for_each: [a, b], do: []}", "wrong-type", "[a, b]", "must be an expression"),
        ("{for_each: a}", "missing-key", "for_each", "needs `do`"),
        ("{for_each: a, do: [], parallel: 101}", "limit", "101", "at most 100"),
        ("{for_each: a, do: [], as: run}", "shadowed-name", "run", "is taken"),
        ("{for_each: a, do: [], on_error: []}", "wrong-type", "[]", "one value"),
        ("{repeat: 3, do: []}", "wrong-type", "3", "a mapping"),
        ("{repeat: {}, do: []}", "missing-key", "{}", "`until` or `times`"),
        ("{repeat: {until: a}, do: []}", "missing-key", "repeat", "needs `max`"),
        ("{repeat: {until: a, times: 1}, do: []}", "conflicting-keys", "times", "either"),
        ("{repeat: {until: 'a ='}, max: 1, do: []}", "expression", "=", "not expected"),
        ("{repeat: {times: 10001}, do: []}", "limit", "10001", "at most 10000"),
        ("{repeat: {times: -1}, do: []}", "bad-value", "-1", "at least 0"),
        ("{parallel: {a: []}}", "wrong-type", "{a: []}", "a list of branches"),
        ("{parallel: [{stop: x}]}", "wrong-type", "{stop: x}", "a list of steps"),
    ],
)
def test_a_wrong_block_says_what_is_wrong(text: str, rule: str, at: str, message: str) -> None:
    found = only(f"actions: [{text}]")
    assert (found.rule, found.at) == (rule, at)
    assert message in found.message


def test_branches_and_arms_are_bounded() -> None:
    branches = ", ".join(["[]"] * (limits.PARALLEL_BRANCHES + 1))
    assert only(f"actions: [{{parallel: [{branches}]}}]").rule == "limit"
    arms = ", ".join(["{when: a, then: []}"] * (limits.ARMS + 1))
    assert only(f"actions: [{{choose: [{arms}]}}]").rule == "limit"
