from __future__ import annotations

from dataclasses import replace

import pytest

from beeflow.check import RULES, Facts, check_text, explain
from beeflow.errors import UsageError


def test_every_rule_is_described_with_an_example() -> None:
    for name, rule in RULES.items():
        assert rule.name == name
        assert rule.description.endswith(".")
        assert rule.wrong
        assert rule.right
        assert rule.wrong != rule.right


def test_a_rule_is_explained() -> None:
    text = explain("unknown-field")
    assert text.startswith("unknown-field: A field is read")
    assert "Wrong:\n    - action: polls.create" in text
    assert "Right:\n" in text


def test_a_rule_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean `unknown-field`"):
        explain("unknown-feild")


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.look is not None])
def test_the_examples_of_a_rule_are_wrong_and_right(name: str, facts: Facts) -> None:
    rule = RULES[name]
    known = replace(facts, secrets=frozenset(), recipes=frozenset({"notify-crew"}))
    if name == "missing-secret":
        known = replace(known, secrets=frozenset())
    assert name in {one.rule for one in check_text(_whole(rule.wrong), known).findings}
    right = replace(known, secrets=frozenset({"HOOK"}))
    assert name not in {one.rule for one in check_text(_whole(rule.right), right).findings}


def _whole(text: str) -> str:
    text = text.replace("{…}", "{event_ref: a, question: b, options: [c]}")
    if text.lstrip("# \n").startswith("- ") or "\n- " in text:
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        text = "actions:\n" + "\n".join(f"  {line}" for line in lines)
    return text if "actions:" in text else f"{text}\nactions: []\n"
