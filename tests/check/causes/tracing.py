"""Recipes from texts, and their graph."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from beeflow.actions.definitions import describe_actions
from beeflow.beestreamed.lazy import LazyMapping
from beeflow.check.causes import Graph, trace
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.actions.definition import Definition
    from beeflow.recipe.model import Recipe

_REGISTRY = describe_actions(entries=())


def _definition(name: str) -> Definition:
    found = _REGISTRY.definition(name)
    assert found is not None
    return found


ACTIONS: Mapping[str, Definition] = LazyMapping(_REGISTRY.names(), _definition)


def recipe(text: str, name: str = "one") -> Recipe:
    """Return the recipe that a text is; `name` is its id."""
    parsed = parse_recipe(dedent(text), path=f"{name}.yaml")
    assert parsed.recipe is not None, parsed.problems
    return parsed.recipe


def graph(**texts: str) -> Graph:
    """Return the graph of recipes, by their ids."""
    return trace([recipe(text, name) for name, text in texts.items()], ACTIONS)


def says(text: str) -> str:
    """Return a recipe that is triggered as `text` says, and sets the event's status to done."""
    return (
        f"{dedent(text)}\n"
        "actions:\n"
        "  - action: events.set_status\n"
        "    with: {event_ref: '{{ trigger.data.event_ref }}', status: done}\n"
    )
