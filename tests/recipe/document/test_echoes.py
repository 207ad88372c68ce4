from __future__ import annotations

import pytest

from beeflow.recipe.parser import parse_recipe


def rules(text: str) -> list[tuple[int, str]]:
    parsed = parse_recipe(text, path="a.yaml")
    source = parsed.document.source
    return [(source.position(one.span.start).line, one.rule) for one in parsed.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("actions: {{ x }} y\n", [(1, "yaml-syntax")]),
        ("actions:\n  - action: a.b\n    with: !include x\n", [(3, "yaml-tag")]),
        ("actions:\n  - action: a.b\n    with: *x\n", [(3, "yaml-alias")]),
        ("actions:\n  - wait: @5\n  - wiat: 1m\n", [(2, "yaml-syntax"), (3, "unknown-key")]),
        ("conditions:\n  - {{ now }}\nactions: [{stop: x}]\n", [(2, "braces-in-expression")]),
        ("actions:\n  - if: {{ now }}\n    stop: x\n", [(2, "braces-in-expression")]),
        ("trigger: {webhook: a.b}\n  ]x\nmode: lvie\n", [(2, "yaml-syntax"), (3, "bad-value")]),
        ("actions:\n  - &x stop: y\n", [(2, "yaml-alias")]),
    ],
)
def test_one_cause_is_one_problem(text: str, expected: list[tuple[int, str]]) -> None:
    assert rules(text) == expected
