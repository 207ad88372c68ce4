"""A run that fails names the step, the expression, its operands, and the line in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.playing import World, play, recipe
from support.stage import stage

from beeflow.engine.interpreter.lines import line_of
from beeflow.errors import Failure
from beeflow.recipe.model import Bundle
from beeflow.recipe.problem import Span

if TYPE_CHECKING:
    from beeflow.engine.commands import Fault

HEAD = "trigger: {webhook: event.updated.status}\n"


def fault_of(text: str) -> Fault:
    ending, _ = play(text)
    assert ending.outcome == "failed"
    assert ending.fault is not None
    return ending.fault


def line_with(text: str, part: str) -> int:
    """Return the line of a text that holds a part; it must be one only."""
    (line,) = [at for at, line in enumerate(text.splitlines(), 1) if part in line]
    return line


BLOCK = (
    HEAD
    + """\
actions:
  - name: tell
    action: log.write
    with:
      level: info
      message: |
        Hello,

        a first line {{ trigger.data.event_ref }}
        and {% if trigger.data.event_ref == 'E1' %}then
          this: {{ trigger.data.nothing_here }}
        {% endif %}
        the end
"""
)


def test_inside_a_template_inside_a_block() -> None:
    fault = fault_of(BLOCK)
    assert (fault.step, fault.path) == ("tell", "actions/0")
    assert fault.line == line_with(BLOCK, "nothing_here")
    assert fault.file == "recipe.yaml"
    assert fault.expression is not None
    assert "nothing_here" in fault.expression
    assert "`trigger.data` has no field `nothing_here`" in fault.failure.message


@pytest.mark.parametrize(
    "value",
    [
        "message: >-\n        folded text\n        goes on\n\n        and {{ missing_name }} here\n",
        "message: >\n        folded text\n          indented {{ missing_name }}\n        and on\n",
        "message: |2-\n          kept indent\n        {{ missing_name }}\n",
        'message: "quoted \\\n        over lines\\n and\n        \\t{{ missing_name }} on"\n',
        "message: 'single, it''s\n        over lines\n\n        {{ missing_name }} on'\n",
        "message: plain over\n        lines {{ missing_name }}\n        and on\n",
        "message: # a comment\n        {a: [1, '{{ missing_name }}']}\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_in_every_style_of_yaml(value: str, end: str) -> None:
    text = HEAD + "actions:\n  - action: log.write\n    with:\n      " + value
    expected = line_with(text, "missing_name")
    assert fault_of(text.replace("\n", end)).line == expected


def test_a_bare_expression_and_its_operands() -> None:
    text = (
        HEAD
        + """\
conditions:
  - trigger.data.event_ref == 'E1'
  - any:
      - trigger.data.event_ref + 1 > 2
actions: [{stop: never}]
"""
    )
    fault = fault_of(text)
    assert fault.expression == "trigger.data.event_ref + 1 > 2"
    assert fault.line == line_with(text, "+ 1 > 2")
    assert ("trigger.data.event_ref", "E1") in fault.operands
    assert fault.path == "conditions"


def test_a_call_that_fails_names_the_line_of_its_step() -> None:
    text = (
        HEAD + "actions:\n  - set: {a: 1}\n\n  - name: look\n    action: events.get\n    with: {}\n"
    )
    world = World(answers={"events.get": Failure("http", "gone", status=404)})
    ending, _ = play(text, world)
    assert ending.fault is not None
    assert (ending.fault.step, ending.fault.action) == ("look", "events.get")
    assert ending.fault.line == line_with(text, "name: look")


@pytest.mark.parametrize(
    "step",
    [
        "stop: broken\n    outcome: failed\n",
        "state: {increment: {n: 1}}\n",
        "run: nobody\n",
        "wait_for: {webhook: poll.created, timeout: 1h}\n",
    ],
)
async def test_a_step_of_any_kind_names_its_line(step: str) -> None:
    text = HEAD + "actions:\n  - state: {set: {n: text}}\n\n  - name: mine\n    " + step
    async with stage(text) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        await one.pass_time(3600)
        (run,) = await one.runs()
        assert run.ending is not None
        fault: Any = run.ending["fault"]
        assert (fault["step"], fault["path"]) == ("mine", "actions/1")
        assert fault["line"] == line_with(text, "name: mine")


def test_an_expression_that_stands_twice_is_found_at_its_own_place() -> None:
    text = (
        HEAD
        + """\
actions:
  - {if: "false", set: {a: "{{ missing_name }}"}}
  - set:
      b: "{{ missing_name }}"
"""
    )
    assert fault_of(text).line == 5


def test_a_file_that_messages_call_by_a_longer_path() -> None:
    bundle = Bundle("a.yaml", (("a.yaml", "x: 1\n"), ("blueprints/a.yaml", "x: 1\ny: 2\n")))
    assert line_of(bundle, Span("recipes/blueprints/a.yaml", 5, 6)) == 2
    assert line_of(bundle, Span("recipes/a.yaml", 3, 4)) == 1
    assert line_of(bundle, Span("other.yaml", 3, 4)) is None
    assert line_of(bundle, Span("a.yaml", 3, 4), "not there", 3) == 1


def test_a_text_that_is_no_recipe_any_more_has_its_line_all_the_same() -> None:
    bundle = Bundle("a.yaml", (("a.yaml", "x: 1\n]\n"),))
    assert line_of(bundle, Span("a.yaml", 5, 6), "x", 0) == 2


async def test_the_journal_keeps_it() -> None:
    async with stage(BLOCK) as one:
        await one.webhook("event.updated.status", {"event_ref": "E1"})
        (run,) = await one.runs()
        assert run.ending is not None
        fault: Any = run.ending["fault"]
        assert fault["line"] == line_with(BLOCK, "nothing_here")
        assert fault["step"] == "tell"
        assert fault["file"] == "recipe.yaml"
        assert recipe(BLOCK).bundle.main == "recipe.yaml"
