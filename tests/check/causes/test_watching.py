from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.check.causes import find_loops, trace
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from beeflow.check import Facts

LISTS = """
trigger:
  watch:
    every: 1m
    fetch: {found: {action: %s.list, with: {event_ref: abc}}}
    fires: each
    items: found
    key: item | string
actions:
  - action: %s.create
    with: {event_ref: %s, question: q, options: [a, b], name: n, email: a@example.com, message: m}
"""


@pytest.mark.parametrize(
    ("made", "listed", "ref", "loops"),
    [
        ("polls", "polls", "abc", 1),
        ("polls", "polls", "abd", 0),
        ("polls", "signups", "abc", 0),
        ("signups", "signups", "abc", 1),
        ("chat", "chat", "abc", 1),
        ("polls", "polls", "'{{ run.id }}'", 1),
    ],
)
def test_what_makes_an_item_of_what_is_watched(
    made: str, listed: str, ref: str, loops: int, facts: Facts
) -> None:
    parsed = parse_recipe(LISTS % (listed, made, ref), path="r.yaml")
    assert parsed.draft is not None
    found = find_loops(trace([parsed.draft], facts.actions))
    assert [one.links[0].by for one in found] == [f"a new item of {listed}.list"] * loops
