"""All mistakes of one text are told at once, each once, at its very characters.

What stands between « and » is what the findings must point at, in their order.
"""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from beeflow.check import Facts, check_text
from beeflow.check.report import ALSO
from beeflow.check.reports import FORMATS

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
    "{{ trigger.data.event_title | «defualt»('x') }} {{ «nw» | «defalt»(«nx») }}",
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


REPEATED = [
    ("unknown-name", "{{ «nw» }}{{ «nw».x }}", ""),
    ("unknown-name", "{{ «nw» | default(1) }}{{ «nw» }}", ""),
    ("unknown-trigger-field", "{{ trigger.data.«event_titel» }}{{ trigger.data.«event_titel».x }}", ""),
    ("unknown-field", "{{ run.«idd» }}{% if run.«idd» == 'x' %}x{% endif %}", ""),
    ("unknown-input", "{{ inputs.«x» }}{{ inputs.«x» }}", ""),
    ("maybe-null", "{{ «trigger.data.event_signup» | length }}{{ «trigger.data.event_signup» | first }}", ""),
    ("maybe-undefined", "{{ «x» }}{{ «x» | upper }}", "{if: now.hour == 3, set: {x: a}}"),
    ("unknown-name", "{{ «x» }}{{ «x».y }}", "{for_each: '[1]', do: [{set: {x: 1}}, {stop: '{{ x }}'}]}"),
    ("expression", "{{ 'a' | «uper» }}{{ 'b' | «uper» }}", ""),
    ("missing-secret", "{{ «secrets.A» }}{{ «secrets.A» }}", ""),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "before"), REPEATED)
def test_one_cause_is_told_once_with_all_its_places(
    rule: str, text: str, before: str, facts: Facts
) -> None:
    bare, (first, second) = marked(text)
    recipe = RECIPE.format(condition="trigger.data.event_id > 1", text=bare)
    recipe = recipe.replace("actions:\n", f"actions:\n  - {before}\n" if before else "actions:\n")
    (found,) = check_text(recipe, replace(facts, secrets=frozenset())).findings
    place, other = found.range, found.related[-1].range
    assert other is not None
    assert (found.rule, found.related[-1].message) == (rule, ALSO)
    told = sorted((one.start.offset, one.end.offset) for one in (place, other))
    assert [recipe[start:end] for start, end in told] == [first, second]
    assert found.elsewhere == f"the same stands at 1 more place (line {other.start.line})"


def test_an_error_stands_before_a_warning_of_the_same_cause(facts: Facts) -> None:
    recipe = RECIPE.format(
        condition="trigger.data.event_id > 1", text="{{ x | default(1) }}\n        {{ x }}"
    )
    (found,) = check_text(recipe, facts).findings
    assert (found.severity, found.range.start.line) == ("error", 9)
    assert found.elsewhere == "the same stands at 1 more place (line 8)"


def test_what_is_meant_so_at_one_place_is_told_at_the_next(facts: Facts) -> None:
    recipe = RECIPE.format(
        condition="trigger.data.event_id > 1 or x  # beeflow: ignore[unknown-name] so",
        text="{{ x }}",
    )
    (found,) = check_text(recipe, facts).findings
    assert (found.range.start.line, found.elsewhere) == (8, None)


def test_names_with_other_mends_are_told_by_themselves(facts: Facts) -> None:
    recipe = "actions: [{stop: '{{ x }}', if: run.id == 'a'}, {set: {x: 1}, if: run.id == 'b'}]"
    (found,) = check_text(recipe, facts).findings
    assert found.elsewhere is None


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_report_tells_the_other_places(name: str, facts: Facts) -> None:
    text = "{{ x }}\n" + "        {{ x }}\n" * 25
    report = check_text(RECIPE.format(condition="trigger.data.event_id > 1", text=text), facts)
    rendered = FORMATS[name](report)
    lines = ", ".join(str(line) for line in range(9, 29)) + ", …"
    if name in {"json", "sarif"}:
        assert rendered.count(ALSO) == 25
    else:
        assert f"the same stands at 25 more places (lines {lines})" in rendered


ONE_CAUSE = [
    # a mapping in place of a list: each field that its turns lack is of one cause
    ("actions:\n  - {action: events.get, as: event, with: {event_ref: a}}\n  - for_each: event\n    do:\n"
     "      - {action: log.write, with: {message: '{{ item.x }} {{ item.y.z }} {{ item.x }}'}}\n"),
    # a wrong type, and the input that was meant in its place
    ("inputs: {a: {type: list, default: []}, b: {type: duration, default: 1h}}\n"
     "actions:\n  - {action: log.write, with: {message: '{{ now | plus(inputs.a) }}'}}\n"),
    ("inputs: {a: {type: string, default: x}, b: {type: number, default: 1}}\n"
     "actions:\n  - {action: log.write, with: {message: '{{ 1 - inputs.a }}'}}\n"),
    # what a filter does not take comes out as nothing that is known
    ("trigger: {webhook: event.created}\n"
     "actions:\n  - {action: log.write, with: {message: '{{ trigger.data.event_title | round }}'}}\n"),
    # a wait that timed out, whatever is read of it
    ("actions:\n  - {wait_for: {webhook: poll.created, timeout: 1h}, on_timeout: continue, as: poll}\n"
     "  - {action: log.write, with: {message: '{{ poll.data.poll_ref }} {{ poll.type }}'}}\n"),
    # what is read beforehand, among the steps
    ("trigger: {webhook: event.created}\nactions:\n"
     "  - fetch: {event: {action: events.get, with: {event_ref: '{{ trigger.data.event_ref }}'}}}\n"
     "  - {action: log.write, with: {message: '{{ event.event_title }} {{ event.event_ref }}'}}\n"),
]  # fmt: skip


@pytest.mark.parametrize("recipe", ONE_CAUSE)
def test_what_follows_from_one_mistake_is_not_told_as_well(recipe: str, facts: Facts) -> None:
    assert len(check_text(recipe, facts).findings) == 1


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        ("{{ trigger.event.event_title }}", "did you mean `event`, which this recipe has?"),
        ("{% for one in event %}{{ one }}{% endfor %}{{ people.signup_ref }}", "name one of its items, such as `people[0]`, or go through them"),
        ("{{ people | sort('signup_date') | length }}", "to name a field, write `attribute='signup_date'`"),
        ("{{ 'x' | default(event.event_title) }}", "write `event.event_title | default('x')`"),
        ("{{ event.event_date.hour }}", "make a time of the text: `(event.event_date | datetime).hour`"),
        ("{{ event.event_ref == event }}", "did you mean `event.event_ref`?"),
        ("{{ event.event_status == ['live'] }}", "to ask for one of several, write `in`"),
        ("{{ NOT event.event_chat }}", "write `not` in small letters"),
        ("{{ event.event_chat AND event.event_ref }}", "write `and` in small letters"),
        ("{{ event.event_ref <> 'x' }}", "write !="),
        ("{{ event.event_ref | split(',') }}", "write `.split(…)`"),
        ("{{ now.hour() }}", "it is a field of a time: write it behind a dot, without ()"),
        ("{% if trigger.data.event_lang == da %}{% endif %}", "a text stands in quotes: 'da' (in scope: event, inputs, now, people, run, secrets, state, trigger)"),
    ],
)  # fmt: skip
def test_the_mend_is_what_was_meant(text: str, help_: str, facts: Facts) -> None:
    recipe = (
        "trigger: {webhook: event.updated}\nfetch:\n"
        "  event: {action: events.get, with: {event_ref: a}}\n"
        "  people: {action: signups.list, with: {event_ref: a}}\n"
        f'actions: [{{action: log.write, with: {{message: "{text}"}}}}]\n'
    )
    found = [one for one in check_text(recipe, facts).findings if one.rule != "unused-name"]
    assert [one.help for one in found] == [help_]


def test_a_list_is_told_from_the_item_that_was_meant(facts: Facts) -> None:
    recipe = (
        "actions:\n  - {action: signups.list, as: people, with: {event_ref: a}}\n"
        "  - for_each: people\n    as: person\n"
        "    do: [{action: log.write, with: {message: '{{ people.signup_ref }} {{ person }}'}}]\n"
    )
    (found,) = check_text(recipe, facts).findings
    assert found.help == "did you mean `person.signup_ref`?"


def test_an_action_or_recipe_that_there_is_not_is_one_cause(facts: Facts) -> None:
    recipe = "actions: [{action: crm.put}, {run: nope}, {action: crm.put}, {run: nope}]"
    found = check_text(recipe, replace(facts, recipes=frozenset())).findings
    assert [one.rule for one in found] == ["unknown-action", "unknown-recipe"]
    assert all(one.elsewhere for one in found)
