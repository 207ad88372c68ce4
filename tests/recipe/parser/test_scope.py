from __future__ import annotations

import pytest
from recipe.parsing import only, parse, recipe, said

RIGHT = [
    "actions: [{if: a, then: [{set: {x: 1}}], else: [{set: {x: 2}}]}]",
    "actions: [{choose: [{when: a, then: [{set: {x: 1}}]}], else: [{set: {x: 2}}]}]",
    "actions: [{parallel: [[{set: {x: 1}}], [{set: {x: 2}}]]}, {set: {x: 3}}]",
    "actions: [{for_each: a, do: [{set: {x: 1}}]}, {for_each: a, do: [{set: {x: 1}}]}]",
    "actions: [{repeat: {times: 1}, do: [{set: {x: 1}}]}, {set: {x: 2}}]",
    "actions: [{action: a.b, as: x, on_error: [{set: {x: 1}}]}]",
    "actions: [{set: {x: 1}}]\non_error: [{set: {x: 2}}]",
    "actions: [{for_each: a, as: i, do: [{for_each: i, do: []}]}]",
]


@pytest.mark.parametrize("text", RIGHT)
def test_names_in_branches_of_their_own_are_fine(text: str) -> None:
    assert recipe(text).id == "recipe"


@pytest.mark.parametrize(
    "text",
    [
        "actions: [{set: {x: 1}}, {set: {x: 2}}]",
        "actions: [{action: a.b, as: x}, {wait_for: {webhook: a, timeout: 1h}, as: x}]",
        "actions: [{action: a.b, as: x}, {run: r, as: x}]",
        "fetch: {x: {action: a.b}}\nactions: [{action: a.b, as: x}]",
        "inputs: {x: {type: string}}\nfetch: {x: {action: a.b}}\nactions: []",
        "actions: [{set: {x: 1}}, {if: a, then: [{set: {x: 2}}]}]",
        "actions: [{if: a, then: [{set: {x: 2}}]}, {set: {x: 1}}]",
        "actions: [{set: {x: 1}}, {for_each: a, as: x, do: []}]",
        "actions: [{for_each: a, do: [], into: x}, {set: {x: 1}}]",
        "actions: [{for_each: a, as: x, do: [{for_each: b, as: x, do: []}]}]",
        "fetch: {x: {action: a.b}}\nactions: []\non_error: [{set: {x: 1}}]",
    ],
)
def test_a_name_given_twice_in_one_sequence_is_a_problem(text: str) -> None:
    found = only(text)
    assert (found.rule, found.at) == ("duplicate-name", "x")


def test_both_places_are_named() -> None:
    (problem,) = parse("actions: [{set: {x: 1}}, {set: {x: 2}}]").problems
    (note,) = problem.notes
    assert note.span is not None
    assert note.span.start < problem.span.start


def test_a_loop_in_a_loop_needs_a_name_of_its_own() -> None:
    found = only("actions: [{for_each: a, do: [{for_each: b, do: []}]}]")
    assert (found.rule, found.at) == ("duplicate-name", "for_each")
    assert "with `as`" in found.help


@pytest.mark.parametrize("name", ["trigger", "secrets", "loop", "error", "none", "True", "in"])
def test_words_of_the_language_are_taken(name: str) -> None:
    found = only(f"actions: [{{set: {{'{name}': 1}}}}]")
    assert found.rule == "shadowed-name"


@pytest.mark.parametrize("name", ["my-poll", "1x", "_x", "æ", "a b", ""])
def test_names_are_letters_digits_and_underscores(name: str) -> None:
    found = only(f"actions: [{{action: a.b, as: '{name}'}}]")
    assert found.rule == "bad-name"


def test_what_is_no_text_is_no_name() -> None:
    assert [one.rule for one in said("actions: [{action: a.b, as: [x]}]")] == ["wrong-type"]
