from __future__ import annotations

from textwrap import indent

import pytest
from check.causes.tracing import recipe

from beeflow.check.causes.knowledge import Knowledge
from beeflow.check.causes.walking import course
from beeflow.recipe.model import ActionStep

DONE = Knowledge({("trigger", "data", "status"): "done"})


def reached(actions: str, known: Knowledge = DONE, head: str = "") -> list[str]:
    """Return what is logged on the way, with the doubts about each behind it."""
    text = f"{head}\nactions:\n{indent(actions, '  ')}"
    run = course(recipe(text), known)
    told = []
    for deed in run.deeds if run else ():
        if isinstance(deed.step, ActionStep):
            message = deed.known.value(deed.step.call.args["message"])
            name = str(message[0]) if message else "?"
        else:
            name = f"run {deed.step.recipe}"
        told.append(" ".join((name, *(f"{doubt.kind}:{doubt.text}" for doubt in deed.doubts))))
    return told


def log(message: str, **more: str) -> str:
    rest = "".join(f", {key}: {value}" for key, value in more.items())
    return f"{{action: log.write, with: {{message: '{message}'}}{rest}}}"


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (f"- {log('a')}\n- {log('b')}", ["a", "b"]),
        (f"- {log('a', **{'if': 'x.y'})}\n- {log('b')}", ["a condition:x.y", "b"]),
        (f"- {log('a', **{'if': 'false'})}\n- {log('b', **{'if': 'true'})}", ["b"]),
        (f"- {{stop: now, if: x.y}}\n- {log('a')}", ["a condition:x.y"]),
        (f"- {{stop: now, if: trigger.data.status == 'done'}}\n- {log('a')}", []),
        (f"- {{stop: now, if: trigger.data.status == 'live'}}\n- {log('a')}", ["a"]),
        (
            f"- if: x.y\n  then: [{log('a')}]\n  else: [{log('b')}]\n- {log('c')}",
            ["a condition:x.y", "b condition:x.y", "c"],
        ),
        (f"- if: x.y\n  then: [{{stop: 1}}]\n  else: [{{stop: 2}}]\n- {log('c')}", []),
        (
            (f"- choose:\n    - {{when: x.y, then: [{log('a')}]}}\n"
            f"    - {{when: 'true', then: [{log('b')}]}}\n  else: [{log('c')}]"),
            ["a condition:x.y", "b condition:x.y"],
        ),
        (f"- for_each: x.y\n  do: [{log('a')}]\n- {log('b')}", ["a list:x.y", "b"]),
        (f"- repeat: {{times: 2}}\n  do: [{log('a')}]", ["a"]),
        (f"- parallel: [[{log('a')}], [{log('b')}, {{stop: 1, if: x.y}}]]\n- {log('c')}",
         ["a", "b", "c condition:x.y"]),
        (f"- parallel: [[{log('a')}], [{{stop: 1}}]]\n- {log('c')}", ["a"]),
        (
            f"- wait_for: {{webhook: poll.created, timeout: 1h}}\n- {log('a')}",
            ["a wait:poll.created"],
        ),
        (
            ("- wait_for: {webhook: poll.created, timeout: 1h}\n  on_timeout: continue\n"
            f"- {log('a')}"),
            ["a"],
        ),
        (f"- {{wait: 1h}}\n- {log('a', once='x.y')}", ["a once:x.y"]),
        ("- " + log("a", on_error=f"[{log('b')}]"), ["a", "b failure:log.write"]),
        ("- {run: other, if: x.y}", ["run other condition:x.y"]),
    ],
)  # fmt: skip
def test_what_is_reached_and_what_is_in_doubt(actions: str, expected: list[str]) -> None:
    assert reached(actions) == expected


def test_names_that_are_set_are_known() -> None:
    actions = f"- set: {{who: '{{{{ trigger.data.status }}}}'}}\n- {log('{{ who }}')}"
    assert reached(actions) == ["done"]
    assert reached(actions, Knowledge()) == ["?"]


def test_names_that_a_branch_sets_are_not_known_after_it() -> None:
    actions = f"- if: x.y\n  then: [{{set: {{who: a}}}}, {log('{{ who }}')}]\n- {log('{{ who }}')}"
    assert reached(actions) == ["a condition:x.y", "?"]


def test_an_answer_is_not_known() -> None:
    first = "{action: log.write, as: who, with: {message: a}}"
    assert reached(f"- {first}\n- {log('{{ who }}')}") == ["a", "?"]


def test_conditions_and_policies() -> None:
    step = f"- {log('a')}"
    assert reached(step, head="conditions: [x.y, 'true']") == ["a condition:x.y"]
    assert reached(step, head="conditions: [{any: [x.y, z]}]") == ["a condition:a condition"]
    assert reached(step, head="conditions: [trigger.data.status == 'live']") == []
    assert reached(step, head="throttle: {once_within: 1h}") == ["a throttle:once_within"]
    key = "throttle: {once_within: 1h, key: x.y}"
    assert reached(step, head=key) == ["a throttle:x.y"]


def test_steps_for_a_failure_are_in_doubt() -> None:
    assert reached(f"- {log('a')}", head=f"on_error: [{log('b')}]") == ["a", "b failure:on_error"]


def test_inputs_have_their_defaults() -> None:
    head = "inputs: {who: {type: string, default: b}}"
    assert reached(f"- {log('{{ inputs.who }}')}", head=head) == ["b"]
    given = Knowledge({("inputs", "who"): "c"})
    assert reached(f"- {log('{{ inputs.who }}')}", given, head) == ["c"]
