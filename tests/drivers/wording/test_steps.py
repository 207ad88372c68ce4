from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.drivers.wording.steps import arms, step_facets, step_kind
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from beeflow.recipe.model import Step


def step_of(text: str) -> Step:
    parsed = parse_recipe(
        f"trigger: {{webhook: event.created}}\nactions:\n- {text}\n", path="r.yaml"
    )
    assert parsed.recipe is not None, parsed.problems
    return parsed.recipe.actions[0]


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        (
            (
                "{action: log.write, name: Say it, if: a, with: {message: 'x {{ b }}'}, as: c, "
                "on_error: continue, on_unknown: retry, once: d}"
            ),
            "log.write",
            {
                "name": "Say it",
                "if": "a",
                "action": "log.write",
                "with.message": "x {{ b }}",
                "as": "c",
                "on_error": "continue",
                "on_unknown": "retry",
                "once": "d",
            },
        ),
        ("{if: a, then: [{stop: b}]}", "if", {"if": "a"}),
        (
            "{choose: [{when: a, then: [{stop: b}]}, {when: c, then: [{stop: d}]}]}",
            "choose",
            {"choice 1": "a", "choice 2": "c"},
        ),
        (
            "{for_each: a, as: b, parallel: 2, into: c, on_error: continue, do: [{stop: d}]}",
            "for_each",
            {"for_each": "a", "as": "b", "parallel": "2", "into": "c", "on_error": "continue"},
        ),
        (
            "{repeat: {until: a}, every: 30s, max: 9, do: [{wait: 1s}]}",
            "repeat",
            {"until": "a", "every": "30s", "max": "9"},
        ),
        ("{repeat: {times: 3}, do: [{wait: 1s}]}", "repeat", {"times": "3"}),
        ("{repeat: {times: a}, do: [{wait: 1s}]}", "repeat", {"times": "a"}),
        (
            "{parallel: [[{wait: 1s}], [{wait: 2s}]]}",
            "parallel",
            {"parallel": "2 branches"},
        ),
        ("{wait: 10m}", "wait", {"wait": "10m"}),
        ('{wait: "{{ a }}"}', "wait", {"wait": "{{ a }}"}),
        ("{wait: {until: now}}", "wait", {"wait.until": "now"}),
        (
            (
                "{wait_for: {webhook: poll.created, match: {data.a: 1}, timeout: 2h, any_event: true},"
                " as: b, on_timeout: continue}"
            ),
            "wait_for",
            {
                "webhook": "poll.created",
                "timeout": "2h",
                "match.data.a": "1",
                "as": "b",
                "on_timeout": "continue",
                "any_event": "true",
            },
        ),
        ("{set: {a: 1, b: '{{ c }}'}}", "set", {"set.a": "1", "set.b": "{{ c }}"}),
        ("{state: {set: {a: b}}}", "state", {"set.a": "b"}),
        ("{state: {increment: {n: 1}}}", "state", {"increment.n": "1"}),
        ("{state: {delete: [x]}}", "state", {"delete.x": "deleted"}),
        (
            "{run: other, with: {a: 1}, as: b, detach: true}",
            "run",
            {"run": "other", "with.a": "1", "as": "b", "detach": "true"},
        ),
        ("{stop: over}", "stop", {"stop": "over"}),
        ("{stop: over, outcome: failed}", "stop", {"stop": "over", "outcome": "failed"}),
    ],
)
def test_a_step_says_what_was_written(text: str, kind: str, told: dict[str, str]) -> None:
    step = step_of(text)
    assert (step_kind(step), step_facets(step)) == (kind, told)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{if: a, then: [{stop: b}]}", ["then", "else"]),
        ("{choose: [{when: a, then: [{stop: b}]}], else: [{stop: c}]}", ["choice 1", "else"]),
        ("{for_each: a, do: [{stop: d}]}", ["do"]),
        ("{parallel: [[{wait: 1s}], [{wait: 2s}]]}", ["branch 1", "branch 2"]),
        ("{action: log.write, with: {message: x}, on_error: [{stop: d}]}", ["on_error"]),
        ("{action: log.write, with: {message: x}}", []),
        ("{wait: 1s}", []),
    ],
)
def test_what_is_inside_is_told_by_what_leads_there(text: str, names: list[str]) -> None:
    assert list(arms(step_of(text))) == names
