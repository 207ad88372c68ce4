from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.check.typing import standing
from beeflow.recipe.model import ForEachStep, Template, WaitForStep
from beeflow.recipe.parser import parse_recipe
from beeflow.recipe.problem import Span
from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    LIST,
    MAPPING,
    NEVER,
    NULL,
    NUMBER,
    TEXT,
    WHOLE,
    ListOf,
    Record,
    Type,
    described,
    field_of,
    literal,
    members,
    union,
)

if TYPE_CHECKING:
    from beeflow.check import Facts
    from beeflow.recipe.model import Recipe, Step, Value


def recipe(text: str) -> Recipe:
    parsed = parse_recipe(text, path="r.yaml")
    assert parsed.draft is not None
    return parsed.draft


def step(text: str) -> Step:
    return recipe(f"actions:\n  - {text}").actions[0]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("type: string", "a text"),
        ("type: integer", "a number"),
        ("type: boolean", "true or false"),
        ("type: list", "a list"),
        ("type: secret", "a text"),
        ("type: duration", "a text"),
        ("type: choice, options: [a, 1]", "the text 'a' or the number 1"),
    ],
)
def test_inputs_have_types(said: str, words: str) -> None:
    names = standing.standing_types(recipe(f"inputs: {{x: {{{said}}}}}\nactions: []"), ANYTHING)
    assert described(field_of(names["inputs"], "x").type) == words
    assert field_of(names["inputs"], "nope").type == ANYTHING


def test_loops_know_their_length_where_it_is_known() -> None:
    assert "length" in standing.loop_type(counted=True).fields
    assert "length" not in standing.loop_type(counted=False).fields


def test_what_a_wait_comes_to(facts: Facts) -> None:
    fails = step("{wait_for: {webhook: poll.created, timeout: 1h}, as: x}")
    goes_on = step("{wait_for: {webhook: poll.created, timeout: 1h}, as: x, on_timeout: continue}")
    strange = step("{wait_for: {webhook: no.such, timeout: 1h}, as: x, on_timeout: continue}")
    assert isinstance(fails, WaitForStep)
    assert isinstance(goes_on, WaitForStep)
    assert isinstance(strange, WaitForStep)
    assert len(members(standing.waited_type(fails, facts))) == 1
    assert len(members(standing.waited_type(goes_on, facts))) == 2
    assert standing.waited_type(strange, facts) == ANYTHING


@pytest.mark.parametrize(
    ("do", "more", "words"),
    [
        ("{action: events.get, with: {event_ref: a}}", "", "a mapping"),
        ("{action: events.get, with: {event_ref: a}}", "on_error: continue", "a mapping or null"),
        ("{action: events.get, on_error: continue, with: {event_ref: a}}", "", "any value"),
        ("{if: now.hour == 1, action: events.get, with: {event_ref: a}}", "", "any value"),
        ("{wait: 1m}", "", "any value"),
    ],
)
def test_what_turns_come_to(do: str, more: str, words: str, facts: Facts) -> None:
    loop = step(f"{{for_each: '[1]', into: x, {more or 'parallel: 1'}, do: [{do}]}}")
    assert isinstance(loop, ForEachStep)
    found = standing.collected_type(loop, facts)
    assert isinstance(found, ListOf)
    assert described(found.item) == words


def test_an_empty_loop_collects_what_is_not_known(facts: Facts) -> None:
    loop = step("{for_each: '[1]', into: x, do: []}")
    assert isinstance(loop, ForEachStep)
    assert standing.collected_type(loop, facts) == LIST


@pytest.mark.parametrize(
    ("type_", "item"),
    [
        (ListOf(TEXT), TEXT),
        (union(ListOf(TEXT), NULL), TEXT),
        (ANYTHING, ANYTHING),
        (WHOLE, NEVER),
    ],
)
def test_what_a_turn_has(type_: Type, item: Type) -> None:
    assert standing.turn_type(type_) == item


def test_a_turn_of_a_mapping_has_key_and_value() -> None:
    turn = standing.turn_type(Record({"a": WHOLE}))
    assert isinstance(turn, Record)
    assert dict(turn.fields) == {"key": TEXT, "value": WHOLE}
    assert field_of(standing.turn_type(MAPPING), "value").type == ANYTHING


@pytest.mark.parametrize(
    ("value", "exact", "type_"),
    [
        ("a", False, TEXT),
        ("a", True, literal("a")),
        (1, False, WHOLE),
        (1.5, False, NUMBER),
        (True, False, BOOLEAN),
        (None, False, NULL),
        (Template("{{ x }}", Span("", 0, 0)), False, WHOLE),
    ],
)
def test_values_that_are_written_down(value: Value, exact: bool, type_: Type) -> None:
    assert standing.value_type(value, lambda _: WHOLE, exact=exact) == type_


def test_lists_and_mappings_that_are_written_down() -> None:
    made = standing.value_type({"a": [1, "x"]}, lambda _: WHOLE, exact=False)
    assert isinstance(made, Record)
    inner = made.fields["a"]
    assert isinstance(inner, ListOf)
    assert inner.parts == (WHOLE, TEXT)
    assert standing.widened(LIST) == LIST


def test_answers_are_those_of_the_actions(facts: Facts) -> None:
    calls = recipe(
        "fetch:\n  a: {action: events.list, pages: all}\n"
        "  b: {action: analytics.views, pages: 2, with: {event_ref: a}}\n"
        "  c: {action: no.such}\nactions: []"
    ).fetch
    found = [standing.answer_type(one.call, facts) for one in calls]
    assert isinstance(found[0], ListOf)
    assert found[1:] == [ANYTHING, ANYTHING]
