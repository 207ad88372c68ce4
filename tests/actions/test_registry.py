from __future__ import annotations

import pytest

from beeflow.actions.definition import Definition, DescribedAction
from beeflow.actions.registry import Definitions, More, Registry


def action(name: str) -> DescribedAction:
    return DescribedAction(Definition(name=name, summary=name, effect="once"))


class Shelf:
    """Further actions, and how often they were looked for."""

    def __init__(self) -> None:
        self.looked = 0

    def __call__(self) -> More:
        self.looked += 1
        return More({"crm.note": lambda: action("crm.note")}, ("x is broken",))


def test_what_is_ours_is_found_without_looking_further() -> None:
    shelf = Shelf()
    registry = Registry({"log.write": lambda: action("log.write")}, more=shelf)

    assert registry.get("log.write") is registry.get("log.write")
    assert "log.write" in registry
    assert shelf.looked == 0


def test_further_actions_are_looked_for_once() -> None:
    shelf = Shelf()
    registry = Registry({"log.write": lambda: action("log.write")}, ("y is broken",), shelf)

    assert "crm.note" in registry
    assert registry.get("crm.note") is registry.get("crm.note")
    assert registry.get("crm.notes") is None
    assert registry.names() == ["crm.note", "log.write"]
    assert registry.problems == ("y is broken", "x is broken")
    assert shelf.looked == 1


def test_the_definitions_are_a_mapping() -> None:
    definitions = Definitions(Registry({}, more=Shelf()))

    assert "crm.note" in definitions
    assert "crm.notes" not in definitions
    assert [*definitions] == ["crm.note"]
    assert len(definitions) == 1
    assert definitions["crm.note"].summary == "crm.note"
    with pytest.raises(KeyError):
        definitions["crm.notes"]
