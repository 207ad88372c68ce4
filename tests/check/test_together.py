from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.check import Facts
from beeflow.check.together import among, result_type
from beeflow.recipe.parser import parse_recipe
from beeflow.recipe.typing import described, field_of

if TYPE_CHECKING:
    from check.rules.telling import Tell

RUNS = """
# a.yaml
actions:
  - {run: b, as: made}
  - {action: log.write, with: {message: "{{ TEXT }}"}}
# b.yaml
actions: ACTIONS
"""
SETS = "[{set: {title: hello, count: 1, hour: '{{ now.hour }}'}}, {set: {more: '{{ now }}'}}]"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("made.result.titel", ["unknown-field error <titel>"]),
        ("made.result.titel | default('x')", ["unknown-field warning <titel>"]),
        ("made.result.count == '1'", ["never-equal error <'1'>"]),
        ("made.result.title + 1", ["wrong-operand error <made.result.title + 1>"]),
        ("made.result.title ~ made.result.hour.x ~ made.result.more", []),
        ("made.result | json", []),
        ("made.run_id.startswith('x')", []),
    ],
)
def test_the_result_of_a_run_is_what_the_other_recipe_sets(
    text: str, told: list[str], tell: Tell
) -> None:
    found = tell(RUNS.replace("TEXT", text).replace("ACTIONS", SETS))
    assert [line.partition(">")[0] + ">" for line in found] == told


@pytest.mark.parametrize("actions", ["[{set: {x: '{{ }}'}}]", "[{action: my.plugin, as: x}]"])
def test_nothing_is_told_of_what_is_not_known(actions: str, tell: Tell) -> None:
    found = tell(RUNS.replace("TEXT", "made.result.foo").replace("ACTIONS", actions))
    assert not any("foo" in line for line in found if "maybe-null" not in line)


def test_a_run_that_nobody_waits_for_has_no_result(tell: Tell) -> None:
    runs = RUNS.replace("as: made", "as: made, detach: true").replace("ACTIONS", SETS)
    (line,) = tell(runs.replace("TEXT", "made.result.title"))
    assert line.startswith("maybe-null warning <made.result>")


def test_what_a_recipe_comes_to() -> None:
    parsed = [
        parse_recipe(f"id: {name}\nactions: {actions}", path=f"{name}.yaml")
        for name, actions in (("one", SETS), ("two", "[{stop: x}]"), ("broken", "[{wait: 1}]"))
    ]
    facts = among(Facts(), parsed)
    assert facts.recipes == frozenset({"one", "two", "broken"})
    assert set(facts.results) == {"one", "two"}
    assert described(facts.results["two"]) == "null"
    assert parsed[0].recipe is not None
    made = result_type(parsed[0].recipe)
    assert described(made) == "a mapping or null"
    assert described(field_of(made, "title").type) == "a text"
    assert described(field_of(made, "hour").type) == "any value"
