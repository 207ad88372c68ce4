from __future__ import annotations

import pytest
from recipe.parsing import only, parse, recipe, said

from beeflow.recipe import limits
from beeflow.recipe.model import ActionStep, IfStep, StopStep


def test_every_step_has_its_path() -> None:
    text = """
        actions:
          - if: now
            then:
              - stop: a
            else:
              - stop: b
          - for_each: now
            do:
              - repeat: {times: 2}
                do: [{stop: c}]
          - choose:
              - {when: now, then: [{stop: d}]}
              - {when: now, then: [{stop: e}]}
            else: [{stop: f}]
          - parallel: [[{stop: g}], [{stop: h}, {stop: i}]]
          - action: a.b
            on_error: [{stop: j}]
        on_error: [{stop: k}]
    """
    read = recipe(text)
    seen: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, StopStep):
            seen.append(f"{value.reason} {value.head.path}")
        elif isinstance(value, tuple):
            for part in value:
                walk(part)
        elif hasattr(value, "head"):
            for name in ("then", "arms", "otherwise", "do", "branches", "on_error"):
                walk(getattr(value, name, ()))

    walk(read.actions)
    walk(read.on_error)
    assert seen == [
        "a actions/0/then/0",
        "b actions/0/else/0",
        "c actions/1/do/0/do/0",
        "d actions/2/choose/0/then/0",
        "e actions/2/choose/1/then/0",
        "f actions/2/else/0",
        "g actions/3/parallel/0/0",
        "h actions/3/parallel/1/0",
        "i actions/3/parallel/1/1",
        "j actions/4/on_error/0",
        "k on_error/0",
    ]


def test_a_plain_if_guards_a_step_and_with_then_makes_one() -> None:
    guarded, branch = recipe("actions: [{if: now, stop: x, name: n}, {if: now, then: []}]").actions
    assert guarded.head.guard is not None
    assert guarded.head.name == "n"
    assert isinstance(branch, IfStep)
    assert branch.head.guard is None


@pytest.mark.parametrize(
    ("step", "rule", "at", "message"),
    [
        ("log.write", "wrong-type", "log.write", "an item of `actions` must be a step"),
        ("{name: x}", "missing-key", "name", "does not say what to do"),
        ("{}", "missing-key", "{}", "does not say what to do"),
        ("{slack.post: {text: a}}", "missing-key", "slack.post", "does not say what to do"),
        ("{wiat: 3m}", "unknown-key", "wiat", "a `wait` step has no key"),
        ("{action: a.b, wait: 1m}", "conflicting-keys", "wait", "`action` and `wait`"),
        ("{action: a.b, if: now, then: []}", "conflicting-keys", "if", "`action` and `if`"),
        ("{if: now}", "missing-key", "if", "needs `then`"),
        ("{parallel: 3, wait: 1m}", "conflicting-keys", "wait", "`parallel` and `wait`"),
    ],
)
def test_a_step_that_is_none_or_two_says_so(step: str, rule: str, at: str, message: str) -> None:
    found = only(f"actions: [{step}]")
    assert (found.rule, found.at) == (rule, at)
    assert message in found.message


def test_a_step_named_by_its_action_gets_the_mend() -> None:
    assert only("actions: [{slack.post: {}}]").help.startswith("write `action: slack.post`")


def test_the_name_of_a_step_that_is_wrong_is_given_all_the_same() -> None:
    found = said("actions: [{action: a.b, wait: 1m, as: x}, {set: {x: 1}}]")
    assert [one.rule for one in found] == ["conflicting-keys", "duplicate-name"]


def test_steps_are_bounded_and_it_is_said_once() -> None:
    many = ", ".join(["{stop: x}"] * (limits.STEPS + 9))
    found = said(f"actions: [{many}]\non_error: [{{stop: x}}]")
    assert [one.message for one in found] == [
        f"there are more than {limits.STEPS} steps in this recipe"
    ]


def test_as_many_steps_as_are_allowed_are_read() -> None:
    many = ", ".join(["{stop: x}"] * limits.STEPS)
    assert len(recipe(f"actions: [{many}]").actions) == limits.STEPS


def test_once_ids_survive_edits_elsewhere_and_tell_steps_apart() -> None:
    text = (
        "actions: [{action: a.b}, {action: a.b, as: p}, {action: a.b, name: n}, {action: a.b}, "
        "{if: now, then: [{action: a.b}]}]\non_error: [{action: a.b, name: n}]"
    )
    read = recipe(text)
    direct = [step.once_id for step in read.actions if isinstance(step, ActionStep)]
    assert direct == ["a.b", "p", "n", "a.b~2"]
    branch = read.actions[4]
    assert isinstance(branch, IfStep)
    assert isinstance(branch.then[0], ActionStep)
    assert branch.then[0].once_id == "a.b~3"
    assert isinstance(read.on_error[0], ActionStep)
    assert read.on_error[0].once_id == "n~2"


def test_steps_must_be_a_list() -> None:
    (problem,) = parse("actions: {stop: x}").problems
    assert problem.help == "put it into [ ]: write [{stop: x}]"
    parsed = parse("actions:\n  stop: x\n  outcome: fialed\n")
    assert [problem.rule for problem in parsed.problems] == ["wrong-type", "bad-value"]
    assert parsed.problems[0].help == "begin each step with `- `: write - stop: x"


def test_dashes_without_their_space_are_told_each_once() -> None:
    parsed = parse("actions:\n  -stop: x\n  -wait: 1m\n")
    assert [(one.message, one.help) for one in parsed.problems] == [
        ("a `-` that begins an item needs a space", "write - stop: x"),
        ("a `-` that begins an item needs a space", "write - wait: 1m"),
    ]
