from __future__ import annotations

import pytest
from recipe.parsing import only, parse

REST = "\nactions: [{stop: x}]\n"


@pytest.mark.parametrize(
    ("line", "trigger"),
    [
        ("on: event.created", "{webhook: event.created}"),
        ("on: 0 9 * * mon", "{schedule: 0 9 * * mon}"),
        ("on: [event.created, event.deleted]", "{webhook: [event.created, event.deleted]}"),
        ("on:\n  event.created:", "{webhook: event.created}"),
        ("on:\n  event.created:\n  event.deleted:", "{webhook: [event.created, event.deleted]}"),
    ],
)
def test_a_trigger_in_another_shape_is_told_once_and_read(line: str, trigger: str) -> None:
    found = only(line + REST)
    assert found.help == f"what starts a recipe is its `trigger`: write trigger: {trigger}"
    draft, right = parse(line + REST).draft, parse(f"trigger: {trigger}{REST}").draft
    assert draft is not None
    assert right is not None
    assert draft.triggers == right.triggers


@pytest.mark.parametrize("line", ["on:", "on: true", "on: []", "if:", "on: {schedule: 3}"])
def test_what_has_no_shape_of_a_trigger_or_condition_is_told_as_well(line: str) -> None:
    assert next(iter(parse(line + REST).problems)).rule == "unknown-key"


@pytest.mark.parametrize("wait", ["[1]", "{years: 1}", "now", "true"])
def test_what_is_no_wait_is_told_as_well(wait: str) -> None:
    assert len(parse(f"actions: [{{delay: {wait}}}]").problems) >= 2
