from __future__ import annotations

from beeflow.check import RULES


def test_every_rule_is_described_with_an_example() -> None:
    for name, rule in RULES.items():
        assert rule.name == name
        assert rule.description.endswith((".", "`)."))
        assert rule.wrong
        assert rule.right
        assert rule.wrong != rule.right
