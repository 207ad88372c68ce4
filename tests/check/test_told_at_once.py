"""All mistakes of one text are told at once, each once, at its very characters.

What stands between « and » is what the findings must point at, in their order.
"""

from __future__ import annotations

import re

import pytest

from beeflow.check import Facts, check_text

RECIPE = """\
trigger: {{webhook: event.updated}}
conditions:
  - {condition}
actions:
  - action: log.write
    with:
      message: |
        {text}
"""

TEXTS = [
    "{{ range(3) | «uper» }} {{ «nw» }} {{ trigger.data.«event_titel» }}",
    "{{ trigger.data.«event_titel» | «uper» }}",
    "{{ trigger.data.«event_titel».«startsWith»('x') }}",
    "{{ «foo»(trigger.data.«event_titel») }}",
    "{{ trigger.data.event_title «=» 'x' }} {{ «nw» }} {{ trigger.data.«event_titel» }}",
    "{{ trigger.data«.» }} {{ trigger.data.«event_titel» | upper }}",
    "{% if trigger.data.event_title «=» 'x' %}{{ «nw» }}{% endif %}",
    "{% for one in trigger.data.keys + «%}»{{ one.x }}{{ «nw» }}{% endfor %}{{ trigger.data.«event_titel» }}",
    "{% «macro» f(x) %}{{ x.y }}{% endmacro %}{{ f(1) }}{{ trigger.data.«event_titel» }}",
    "{{ trigger.data.event_title | «defualt»('x') }} {{ «nw» | «defualt»(«nx») }}",
]  # fmt: skip


def marked(text: str) -> tuple[str, list[str]]:
    return re.sub("[«»]", "", text), re.findall("«(.*?)»", text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_template_is_told_of_as_a_whole(text: str, facts: Facts) -> None:
    bare, wanted = marked(text)
    recipe = RECIPE.format(condition="trigger.data.event_id > 1", text=bare)
    assert pointed_at(recipe, facts) == wanted


def test_so_is_a_condition(facts: Facts) -> None:
    bare, wanted = marked("trigger.data.«event_titel» | «uper» == «nw» and trigger.data is «foo»")
    recipe = RECIPE.format(condition=bare, text="hello")
    assert pointed_at(recipe, facts) == wanted


def test_so_is_what_must_be_known_before_a_run_starts(facts: Facts) -> None:
    bare, wanted = marked(
        "inputs: {a: {type: duration, default: 1h}}\n"
        'trigger: {event_start: "{{ inputs.a | «uper» }}{{ inputs.a | «lwer» }}{{ «x» }}"}\n'
        "actions: [{wait: '{{ inputs.a }}'}]\n"
    )
    assert pointed_at(bare, facts) == wanted


def pointed_at(recipe: str, facts: Facts) -> list[str]:
    found = check_text(recipe, facts).findings
    return [recipe[one.range.start.offset : one.range.end.offset] for one in found]
