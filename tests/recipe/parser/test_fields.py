from __future__ import annotations

import pytest
from recipe.parsing import only, said, with_actions


def test_an_unknown_key_is_named_with_the_nearest_and_all_allowed() -> None:
    found = only(with_actions("timezome: UTC"))
    assert (found.rule, found.at, found.path) == ("unknown-key", "timezome", "timezome")
    assert found.help.startswith("did you mean `timezone`? (allowed: actions, batch,")


def test_a_misspelt_key_is_taken_as_what_was_meant() -> None:
    found = said("feth: {event: {action: events.get}}\nconditions: [event.x]\nactions: []\n")
    assert [one.rule for one in found] == ["unknown-key"]


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("on: {webhook: x}\nactions: []", "what starts a recipe is its `trigger`"),
        ("actions: [{action: a.b, message: hi}]", "parameters of the action go below `with`"),
        ("trigger: {webhook: a, conditions: []}\nactions: []", "at the top of the recipe"),
        ("actions: [{action: a.b, throttle: {}}]", "at the top of the recipe"),
        ("actions: [{repeat: {times: 1, max: 3}, do: []}]", "beside `repeat`"),
        ("actions: [{wait_for: {webhook: a, timeout: 1h, as: x}}]", "beside `wait_for`"),
        ("actions: [{delay: 10m}]", "did you mean `wait`?"),
    ],
)
def test_a_key_that_belongs_elsewhere_is_told_where(text: str, mend: str) -> None:
    assert mend in only(text).help


def test_a_misspelt_key_is_not_taken_where_the_right_one_is() -> None:
    assert only("name: a\nnmae: [1]\nactions: []\n").rule == "unknown-key"


def test_a_missing_key_is_named_at_the_mappings_first_key() -> None:
    found = only("name: x\ntrigger: {webhook: event.created}\n")
    assert (found.rule, found.at) == ("missing-key", "name")
    assert found.help == "add `actions`: The steps."


def test_what_is_no_mapping_says_what_it_is() -> None:
    assert (
        only("- a\n").message
        == "the recipe must be a mapping of keys to values, and this is a list"
    )
    found = only(with_actions("throttle: 3"))
    assert (
        found.message == "`throttle` must be a mapping of keys to values, and this is the number 3"
    )
    assert found.help == "write it as {once_within: 3}"


def test_a_value_lost_to_a_comment_is_said() -> None:
    found = only("actions:\n  - action: slack.post\n    as: #poll\n    with: {text: hi}\n")
    assert (found.rule, found.at) == ("wrong-type", "as")
    assert found.help == 'a # begins a comment: write it in quotes, as "#poll"'


def test_an_empty_item_of_a_list_is_shown_at_its_dash() -> None:
    found = only("conditions:\n  - now\n  -\nactions: []\n")
    assert found.at == "-"
    assert found.message == "an item of `conditions` must be an expression, and this is empty"


def test_a_letter_of_another_alphabet_is_named() -> None:
    found = next(one for one in said("\u0430ctions: [{stop: x}]\n") if one.rule == "unknown-key")
    assert "(the `\u0430` in it is U+0430, no letter from a to z)" in found.help
