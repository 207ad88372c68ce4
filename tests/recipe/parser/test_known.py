from __future__ import annotations

import pytest
from recipe.parsing import only, recipe, said, with_actions

from beeflow.recipe.model import EventStartTrigger, WebhookTrigger

INPUTS = """\
inputs:
  wait: {type: duration, default: 15m}
  n: {type: integer, default: 3}
  on: {type: boolean, default: false}
  kinds: {type: list, default: [a, b]}
  type: {type: string, default: event.created}
  hostile: {type: string, default: "{{ 1 }}"}
"""


def test_what_must_be_known_may_use_inputs() -> None:
    read = recipe(
        with_actions(
            INPUTS + "enabled: true\n"
            "trigger: [{event_start: '-{{ inputs.wait }}'}, "
            "{webhook: '{{ inputs.type }}', match: {a: ['{{ inputs.n }}'], b: '{{ inputs.on }}'}}]\n"
            "batch: {window: '{{ inputs.wait }}', max: '{{ inputs.n }}'}"
        )
    )
    assert read.triggers == (
        EventStartTrigger(-900.0),
        WebhookTrigger(("event.created",), {"a": [3], "b": False}),
    )
    assert read.batch is not None
    assert (read.batch.window, read.batch.max) == (900.0, 3)


def test_what_an_input_renders_to_is_not_rendered_again() -> None:
    text = INPUTS + "trigger: {webhook: a, match: {x: '{{ inputs.hostile }}'}}"
    (trigger,) = recipe(with_actions(text)).triggers
    assert isinstance(trigger, WebhookTrigger)
    assert trigger.match == {"x": "{{ 1 }}"}


@pytest.mark.parametrize(
    ("text", "rule", "at"),
    [
        ("timeout: '{{ now }}'", "expression", "now"),
        ("timeout: '{{ inputs.wait }} {{ trigger.x }}'", "expression", "trigger.x"),
        ("timeout: '{{ inputs.nope }}'", "expression", None),
        ("timeout: '{{ inputs.kinds }}'", "wrong-type", None),
        ("timeout: '{{ inputs.wait'", "expression", None),
        ("timeout: '{{ inputs.n }}'", "bad-duration", None),
    ],
)
def test_what_cannot_be_known_is_a_problem(text: str, rule: str, at: str | None) -> None:
    found = only(with_actions(INPUTS + text))
    assert found.rule == rule
    assert at is None or found.at == at


def test_an_input_that_is_wrong_is_one_problem_and_not_one_for_each_use() -> None:
    text = "inputs: {w: {type: duration, default: 3}}\ntimeout: '{{ inputs.w }}'\n"
    assert [one.rule for one in said(with_actions(text))] == ["bad-input"]
    whole = "inputs: {w: {type: duration, default: 3}}\ntimeout: '{{ inputs | string }}'\n"
    assert [one.rule for one in said(with_actions(whole))] == ["bad-input"]


@pytest.mark.parametrize(
    "line",
    [
        "trigger: {webhook: \u201cevent.created\u201d}",
        "trigger: {schedule: \u201e0 9 * * *\u201c}",
        "timezone: \u2018Europe/Copenhagen\u2019",
        "mode: \u00abshadow\u00bb",
    ],
)
def test_quotes_of_a_word_processor_are_told_once(line: str) -> None:
    found = only(with_actions(line))
    assert found.rule == "bad-value"
    assert found.help == f'write plain quotes: "{found.at[1:-1]}"'


def test_a_name_may_stand_in_any_quotes() -> None:
    assert said(with_actions("name: \u201cGo live\u201d\ndescription: \u201cIt\u201d")) == []
