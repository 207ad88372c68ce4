from __future__ import annotations

import pytest
from recipe.parsing import only, parse

from beeflow.recipe.document.mending.words import WORDS
from beeflow.recipe.parser import vocabulary


@pytest.mark.parametrize(
    ("step", "at", "steps"),
    [
        ("action: a.b\n    as: c\n    if: now\n    stop: '{{ c }}'", "stop", 2),
        ("wait: 1m\n    action: a.b\n    with: {c: 1}", "action", 2),
    ],
)
def test_two_steps_in_one_are_told_once_and_read(step: str, at: str, steps: int) -> None:
    text = f"actions:\n  - {step}\n"
    first = parse(text).problems[0]
    parsed = parse(text)
    assert (first.rule, text[first.span.start : first.span.end]) == ("conflicting-keys", at)
    assert parsed.draft is not None
    assert len(parsed.draft.actions) == steps


def test_a_dash_too_many_is_told_and_its_step_is_read() -> None:
    text = "actions:\n  - - set: {a: 1}\n  - stop: '{{ a }}'\n"
    found = only(text)
    assert (found.rule, found.at) == ("wrong-type", "set")
    assert found.help == "one `-` begins a step: write - set: {a: 1}"


def test_an_item_that_lacks_its_dash_is_told_once_and_read() -> None:
    text = "actions:\n  - action: a.b\n    with: {c: 1}\n    action: d.e\n    with: {f: 1}\n"
    found = only(text)
    assert (found.rule, found.at) == ("duplicate-key", "action")
    assert found.help == "keep one of the two, or begin another item with it: write - action: d.e"
    draft = parse(text).draft
    assert draft is not None
    assert len(draft.actions) == 2


def test_a_key_that_only_stands_twice_begins_no_item() -> None:
    for text in ("name: a\nid: b\nname: c\n", "actions:\n  - stop: a\n    stop: b\n"):
        found = [one for one in parse(text).problems if one.rule == "duplicate-key"]
        assert [one.help for one in found] == ["keep one of the two"]


def test_the_words_by_which_slips_are_known_are_those_of_the_language() -> None:
    kinds = [one for one in vars(vocabulary).values() if isinstance(one, vocabulary.Vocabulary)]
    assert {key for one in kinds for key in one.keys} == WORDS
