from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from beeflow.check.typing.flow import read_recipe
from beeflow.recipe.parser import parse_recipe
from beeflow.recipe.typing import described

if TYPE_CHECKING:
    from beeflow.check import Facts

LOG = "{action: log.write, with: {message: '{{ x }}'}}"


def types(text: str, facts: Facts, name: str = "x") -> list[str]:
    """Return what `name` is wherever it is in scope and `{{ x }}` is read, in words."""
    parsed = parse_recipe(textwrap.dedent(text), path="r.yaml")
    assert parsed.draft is not None, parsed.problems
    reading = read_recipe(parsed.draft, facts)
    return [
        described(use.names[name].type) + (" perhaps" if use.names[name].unless else "")
        for use in reading.uses
        if use.text.text == "{{ x }}" and name in use.names
    ]


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("[{set: {x: a}}, LOG]", ["a text"]),
        ("[{set: {x: '{{ now }}'}}, LOG]", ["a time"]),
        ("[{action: events.get, as: x, with: {event_ref: a}}, LOG]", ["a mapping"]),
        ("[{if: now.hour == 1, set: {x: 1}}, LOG]", ["a number perhaps"]),
        ("[{if: now.hour == 1, then: [{set: {x: 1}}], else: [{set: {x: a}}]}, LOG]", ["a number or a text"]),
        ("[{if: now.hour == 1, then: [{set: {x: 1}}], else: [{stop: no}]}, LOG]", ["a number"]),
        ("[{if: now.hour == 1, then: [{stop: no}], else: [{stop: no}]}, LOG]", []),
        ("[{choose: [{when: now.hour == 1, then: [{set: {x: 1}}]}], else: [{stop: no}]}, LOG]", ["a number"]),
        ("[{choose: [{when: now.hour == 1, then: [{set: {x: 1}}]}]}, LOG]", ["a number perhaps"]),
        ("[{for_each: '[1, 2]', as: x, do: [LOG]}, LOG]", ["a number"]),
        ("[{for_each: '[1]', into: x, do: [{wait: 1m}]}, LOG]", ["a list"]),
        ("[{run: other, as: x}, LOG]", ["a mapping"]),
        ("[{wait_for: {webhook: poll.created, timeout: 1h}, as: x}, LOG]", ["a mapping"]),
        ("[{action: slack.post, as: x, once: run.id, with: {text: a}}, LOG]", ["a mapping perhaps"]),
        ("[{action: slack.post, as: x, on_unknown: continue, with: {text: a}}, LOG]", ["a mapping perhaps"]),
        ("[{action: events.get, as: x, on_error: continue, with: {event_ref: a}}, LOG]", ["a mapping perhaps"]),
        ("[{action: events.get, as: x, on_error: [{set: {x: 1}}], with: {event_ref: a}}, LOG]", ["a mapping or a number"]),
        ("[{action: events.get, as: x, on_error: [{stop: no}], with: {event_ref: a}}, LOG]", ["a mapping"]),
        ("[{parallel: [[{set: {x: 1}}, LOG], [{wait: 1m}]]}, LOG]", ["a number"]),
        ("[{repeat: {times: 2}, do: [{set: {x: 1}}, LOG]}, LOG]", ["a number"]),
    ],
)  # fmt: skip
def test_names_have_types_as_the_recipe_runs(steps: str, found: list[str], facts: Facts) -> None:
    assert types(f"actions: {steps.replace('LOG', LOG)}", facts) == found


def test_reads_with_a_default_may_be_either(facts: Facts) -> None:
    text = f"""\
        fetch:
          x: {{action: events.get, on_error: continue, default: none at all, with: {{event_ref: a}}}}
        actions: [{LOG}]
        """
    assert types(text, facts) == ["a mapping or a text"]


def test_a_handler_sees_what_may_be_there(facts: Facts) -> None:
    text = f"""\
        fetch: {{event: {{action: events.get, with: {{event_ref: a}}}}}}
        actions: [{{set: {{x: 1}}}}]
        on_error: [{LOG}]
        """
    assert types(text, facts) == ["a number perhaps"]
    assert types(text, facts, "event") == ["a mapping"]
    assert types(text, facts, "error") == ["a mapping"]


def test_an_error_within_an_error_is_the_inner_one(facts: Facts) -> None:
    text = f"""\
        actions: [{{wait: 1m}}]
        on_error:
          - action: events.get
            with: {{event_ref: a}}
            on_error: [{LOG}]
          - {LOG}
        """
    assert types(text, facts, "error") == ["a mapping", "a mapping"]


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        ("['x == 1']", "the number 1"),
        ("[{not: 'x != 1'}]", "the number 1"),
        ("[{any: ['x == 1', 'x == 2']}]", "a number"),
        ("[{any: [{all: ['x == 1']}, {not: {any: ['x != 1']}}]}]", "the number 1"),
        ("[{not: {all: ['x != 1', 'x != 1']}}]", "the number 1"),
        ("[{all: []}]", "a number"),
        ("[{any: []}]", "a number"),
    ],
)
def test_conditions_narrow_for_all_that_follows(conditions: str, found: str, facts: Facts) -> None:
    text = f"""\
        inputs: {{x: {{type: integer, default: 1}}}}
        conditions: {conditions.replace("x ", "inputs.x ")}
        throttle: {{key: inputs.x, once_within: 1h}}
        actions: [{{stop: '{{{{ inputs.x }}}}'}}]
        """
    parsed = parse_recipe(textwrap.dedent(text), path="r.yaml")
    assert parsed.draft is not None
    reading = read_recipe(parsed.draft, facts)
    assert [described(type_) for type_ in reading.types.values()][-1] == found


def test_what_an_arm_left_over_is_known_in_the_next(facts: Facts) -> None:
    text = """\
        trigger: {webhook: event.updated.status}
        actions:
          - choose:
              - {when: trigger.data.status == 'live', then: [{wait: 1m}]}
              - {when: trigger.data.status == 'idle', then: [{stop: '{{ trigger.data.status }}'}]}
            else: [{stop: '{{ trigger.data.status }}'}]
          - {stop: '{{ trigger.data.status }}'}
        """
    parsed = parse_recipe(textwrap.dedent(text), path="r.yaml")
    assert parsed.draft is not None
    reading = read_recipe(parsed.draft, facts)
    assert [described(type_) for type_ in reading.types.values()] == [
        "the text 'idle'",
        "one of 'done', 'force_live', 'video'",
        "the text 'live'",
    ]
