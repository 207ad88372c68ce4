"""Mistakes planted in recipes that are right: each is told once, at its very characters.

What stands between « and » is what a finding must point at; beside it is the rule.
"""

from __future__ import annotations

import textwrap

import pytest
from check.planted_whole import WHOLE

from beeflow.check import Facts, check_text

LIVE = """\
trigger: {webhook: event.updated.status}
fetch:
  event: {action: events.get, with: {event_ref: "{{ trigger.data.event_ref }}"}}
  people: {action: signups.list, with: {event_ref: "{{ trigger.data.event_ref }}"}}
conditions:
  - {condition}
actions:
  - action: slack.post
    with: {channel: "#x", text: "{text}"}
"""

VIDEO = """\
trigger: {webhook: video.updated}
conditions:
  - {condition}
actions:
  - action: log.write
    with: {message: "{text}"}
"""

BARE = "trigger.data.status == 'live'"

CONDITIONS = [
    # fields
    ("unknown-trigger-field", "trigger.data.«statu» == 'live'"),
    ("unknown-trigger-field", "trigger.«dta».status == 'live'"),
    ("unknown-field", "event.«title» == 'x'"),
    ("unknown-field", "people[0].signup_data is defined and people[0].«signup_dta» == 1"),
    ("unknown-field", "event['«event_titel»'] == 'x'"),
    ("unknown-field", "(people | first).«signup_reff» == 'x'"),
    (
        "unknown-field",
        "people | map(attribute='signup_data.email') | list and people.«signup_data»",
    ),
    ("unknown-field", "people | selectattr('«signup_visitd»') | list | length > 3"),
    ("unknown-field", "run.«atempt» == 1"),
    ("unknown-name", "«evnt».event_title == 'x'"),
    # fields that are asked for, and misspelt
    ("unknown-trigger-field", "trigger.data.«statsu» | default('x') == 'live'"),
    ("unknown-trigger-field", "trigger.data.«statsu» is not defined"),
    ("unknown-trigger-field", "trigger.data.get('«statsu»') == 'live'"),
    ("unknown-trigger-field", "trigger.data['«statsu»'] is defined"),
    ("unknown-trigger-field", "trigger.«event_ref» | default('x') == 'live'"),
    (
        "unknown-trigger-field",
        "trigger.data.«statsu».x is defined and trigger.data.statsu is defined",
    ),
    ("unknown-trigger-field", "'«statsu»' in trigger.data"),
    ("unknown-field", "event.«event_titel» | default('') == 'x'"),
    ("unknown-field", "event.get('«event_titel»', 'x') == 'x'"),
    ("unknown-field", "people | map(attribute='«signup_rfe»', default='') | list == []"),
    ("unknown-field", "people[0].«signup_rfe» is defined"),
    ("unknown-field", "(people | first).«signup_rfe» | default('x') == 'y'"),
    ("unknown-field", "run.«atempt» is defined"),
    ("unknown-field", "event.«title» | default('') == 'x'"),
    ("unknown-trigger-field", "trigger.data.«event_status» | default('') == 'x'"),
    ("unknown-field", "people.«signup_ref» == 'x'"),
    # comparisons
    ("never-equal", "trigger.data.status == «'ended'»"),
    ("never-equal", "event.event_date == «'tomorrow'»"),
    ("never-equal", "event.event_id in [«event.event_ref»]"),
    ("never-equal", "trigger.name == «'live'»"),
    ("wrong-operand", "«now > '09:00'»"),
    ("wrong-operand", "«trigger.timestamp > '2026-01-01'»"),
    ("wrong-operand", "«event.event_id < people * 2»"),
    ("wrong-operand", "«now.timestamp() - state.get('last', 0) > '1h'»"),
    ("wrong-argument", "«state.get('x').split(',')» | upper == 'A'"),
    ("unknown-name", "trigger.data.status == «live»"),
    ("unknown-input", "inputs['«chanel»'] == 'x'"),
    ("never-equal", "«'Live'» == trigger.data.status"),
    ("never-equal", "trigger.data.status in ['live', «'scheduled'»]"),
    ("never-equal", "trigger.data.status == «1»"),
    ("never-equal", "event.event_id == «'12'»"),
    ("never-equal", "people | length == «'0'»"),
    ("never-equal", "trigger.kind == «'webhok'»"),
    ("never-equal", "trigger.type == «'event.created'»"),
    ("never-equal", "«event.event_chat == event.event_ref»"),
    ("never-equal", "trigger.data.status is eq «'over'»"),
    ("never-equal", "people | selectattr('signup_visited', 'eq', «'yes'») | list | length > 1"),
    ("never-equal", "trigger.data.status == 'live' and trigger.data.status == «'done'»"),
    # conditions that are none
    ("no-question", "trigger.data.status == 'live' or «'force_live'»"),
    ("no-question", "«trigger.data.status»"),
    ("no-question", "«run.started_at» and trigger.data.status == 'live'"),
    # operators
    ("wrong-operand", "«event.event_id > '5'»"),
    ("wrong-operand", "«event.event_ref + 1» == 'x'"),
    ("wrong-operand", "«event.event_date - now» < 60"),
    ("wrong-operand", "'x' in «event.event_id»"),
    ("wrong-operand", "«5» in event.event_ref"),
    ("wrong-operand", "«event.event_id»[0] == 1"),
    ("wrong-operand", "-«event.event_ref» == 1"),
    # filters, methods, functions
    ("wrong-argument", "«people» | upper == 'X'"),
    ("wrong-argument", "now | between(«'9'», '17:00')"),
    ("wrong-argument", "now | local(«'Europe/Copenhagn'») | weekday"),
    ("wrong-argument", "(event.event_date | datetime | plus(«'15min'»)) > now"),
    ("wrong-argument", "event.event_id.«startswith»('1')"),
    ("expression", "«event.event_ref.startswith()»"),
    ("wrong-argument", "«event.event_chat» | length > 1"),
    ("wrong-argument", "people | map(«'uper'») | list | length > 1"),
    ("wrong-argument", "«event.event_ref» is divisibleby(2)"),
    ("wrong-argument", "range(«event.event_ref») | length > 1"),
    ("wrong-argument", "«event.event_chat» | datetime > now"),
    ("wrong-argument", "«'x'» | default(event.event_title) == 'x'"),
    ("wrong-argument", "«'%H'» | date(now) == '09'"),
    ("wrong-argument", "people | sort(«'signup_date'») | list == []"),
    ("wrong-operand", "people[«event.event_ref»] == 1"),
    ("unknown-field", "event.event_date.«hour» > 9"),
    ("never-equal", "«event.event_status == ['live', 'done']»"),
    ("expression", "event.event_title <«>» 'x'"),
    ("expression", "event.event_title «contains» 'x'"),
    ("expression", "event.event_status == 'live' «OR» event.event_chat"),
    ("expression", "event.event_title | «split»(',') | list == []"),
    ("expression", "now.«hour»() > 9"),
    # null
    ("maybe-null", "«event.event_password».startswith('x')"),
    ("maybe-null", "«event.event_password» < 'b'"),
    ("maybe-null", "«event.event_image» | upper == 'X'"),
]
TEXTS = [
    ("unknown-field", "{{ event.«event_titl» }}"),
    ("unknown-trigger-field", "{{ 1 }} and {{ trigger.data.«event_reff» }}"),
    ("unknown-field", "{% for one in people %}{{ one.«signup_rf» }}{% endfor %}"),
    ("unknown-field", "{% for one in people %}{{ one.signup_ref }}{{ loop.«indx» }}{% endfor %}"),
    ("unknown-field", "{% set first = people | first %}{{ first.«signup_mail» }}"),
    ("not-a-list", "{% for one in «event.event_id» %}{{ one }}{% endfor %}"),
    ("maybe-null", "{% for one in «event.event_signup» %}{{ one.title }}{% endfor %}"),
    ("wrong-operand", "{{ «secrets» }}"),
    ("wrong-operand", "{{ «'id ' + event.event_id» }}"),
    ("wrong-value", "{{ «event.event_id» }}"),
    ("wrong-value", "{{ «people | length» }}"),
    ("wrong-argument", "{{ event.event_date | date(«'YYYY'») }}"),
    ("unknown-field", "{{ now.«hours» }}"),
    ("wrong-argument", "{{ event.event_date | date(«'%Q'») }}"),
    ("wrong-argument", "{{ «event.event_title» | round }}"),
    ("maybe-undefined", "{% if event.event_chat %}{% set x = 1 %}{% endif %}{{ «x» }}"),
    ("unknown-name", "{% for one in people %}{% set x = 1 %}{% endfor %}{{ «x» }}"),
    ("unknown-name", "{% for one in people %}{% endfor %}{{ «one».signup_ref }}"),
    ("no-question", "{{ 'a' if «event.event_status» else 'b' }}"),
    ("no-question", "{% if «event.event_status» %}a{% endif %}"),
    ("never-equal", "{% if event.event_status == «'on'» %}a{% endif %}"),
]


def planted(form: str, **parts: str) -> str:
    for name, part in parts.items():
        form = form.replace(f"{{{name}}}", part)
    return form


CASES = [
    *((rule, planted(LIVE, condition=yaml, text="hi")) for rule, yaml in CONDITIONS),
    *((rule, planted(LIVE, condition=BARE, text=yaml)) for rule, yaml in TEXTS),
    *((rule, textwrap.dedent(yaml)) for rule, yaml in WHOLE),
]


@pytest.mark.parametrize(("rule", "marked"), CASES)
def test_a_mistake_is_told_once_at_its_characters(rule: str, marked: str, facts: Facts) -> None:
    if "actions:" not in marked:
        marked = marked.rstrip() + "\nactions: [{wait: 1m}]\n"
    if "  - " in marked and (line := next((x for x in marked.splitlines() if "«" in x), "")):
        marked = marked.replace(line, quoted(line))
    start, end = marked.index("«"), marked.index("»") - 1
    recipe = marked.replace("«", "").replace("»", "")
    found = list(check_text(recipe, facts).findings)
    found = [
        one for one in found if one.rule != "unused-name"
    ]  # the forms read more than each uses
    told = [(one.rule, recipe[one.range.start.offset : one.range.end.offset]) for one in found]
    assert told == [(rule, recipe[start:end])], [(one.message, one.help) for one in found]
    assert (found[0].range.start.offset, found[0].range.end.offset) == (start, end)


def quoted(line: str) -> str:
    """Quote a condition that YAML would read as something else."""
    bare = line.strip()
    if line.startswith("  - ") and bare[2:3] in "«'-[(" and "{" not in bare[:4]:
        return f'  - "{bare[2:]}"'
    return line


def test_there_are_mistakes_enough() -> None:
    assert len(CASES) >= 80


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("trigger.status == 'live'", "trigger.data.status"),
        ("trigger.event_ref == 'x'", "trigger.data.event_ref"),
        ("trigger.data.timestamp > 5", "trigger.timestamp"),
        ("trigger.data.type == 'x'", "trigger.type"),
        ("trigger.type.x == 'x'", None),
        ("trigger.data.nothing_like_it == 'x'", None),
    ],
)
def test_what_stands_elsewhere_in_the_webhook_is_found(
    wrong: str, right: str | None, facts: Facts
) -> None:
    recipe = f"trigger: {{webhook: event.updated.status}}\nconditions: [{wrong}]\nactions: []\n"
    (found,) = [one for one in check_text(recipe, facts).findings if "field" in one.rule]
    assert (found.help == f"did you mean `{right}`?") is (right is not None)
    assert right is None or found.severity == "error"
