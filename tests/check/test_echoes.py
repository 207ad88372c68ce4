from __future__ import annotations

import pytest

from beeflow.check import Facts, check_text


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("[{action: a.b, as: my-x}, {stop: '{{ my }} {{ my }}'}]", ["bad-name"]),
        ("[{set: {x: 1}}, {set: {x: 2}}, {stop: '{{ y }}'}]", ["duplicate-name"]),
        ("[{set: {run: 1}}, {stop: '{{ y }} {{ z }}'}]", ["shadowed-name", "unknown-name"]),
        ("[{stop: '{{ y }}'}, {set: {run: 1}}]", ["unknown-name", "shadowed-name"]),
    ],
)
def test_a_name_that_could_not_be_given_is_told_of_once(
    actions: str, expected: list[str], facts: Facts
) -> None:
    found = check_text(f"actions: {actions}", facts).findings
    skipped = {"unknown-action", "unreachable-step"}
    assert [one.rule for one in found if one.rule not in skipped] == expected


@pytest.mark.parametrize(
    "actions",
    [
        "[{if: 'a =', then: [{set: {x: 1}}], else: [{set: {x: 2}}]}, {stop: '{{ x }}'}]",
        "[{choose: [{when: 'a =', then: [{set: {x: 1}}]}], else: [{set: {x: 2}}]}, {stop: '{{ x }}'}]",
        "[{if: 'a =', stop: x}, {action: log.write, with: {message: x}}]",
        "[{for_each: 'a =', into: x, do: [{set: {y: 1}}]}, {stop: '{{ x }}'}]",
    ],
)
def test_steps_below_a_condition_that_cannot_be_read_are_read(actions: str, facts: Facts) -> None:
    found = check_text(f"actions: {actions}", facts).findings
    assert [one.rule for one in found] == ["expression"]


def test_what_nothing_uses_is_not_told_where_its_user_is_wrong(facts: Facts) -> None:
    fetch = "fetch: {event: {action: events.get, with: {event_ref: a}}}\n"
    step = "{action: log.write, with: {message: hello}}"
    idle = check_text(f"{fetch}actions: [{step}]", facts).findings
    assert [one.rule.partition("-")[0] for one in idle] == ["unused"]
    wrong = check_text(
        f"{fetch}actions: [{{action: log.write, with: {{mesage: x}}}}]", facts
    ).findings
    assert [one.rule for one in wrong] == ["unknown-parameter"]
    dead = check_text(f"{fetch}actions: [{{stop: x}}, {step}]", facts).findings
    assert [one.rule for one in dead] == ["unreachable-step"]
