from __future__ import annotations

import pytest
from recipe.parsing import only, parse

from beeflow.recipe.model import ActionStep

WRITE = "write `action: log.write`, and its parameters below `with:`"


@pytest.mark.parametrize(
    "step",
    [
        "{log.write: {message: x}, as: y}",
        "{name: n, log.write: null, message: x}",
        "{log.write: null, with: {message: x}}",
    ],
)
def test_an_action_as_a_key_is_told_once_and_read(step: str) -> None:
    text = f"actions: [{step}]"
    found = only(text)
    assert (found.rule, found.at, found.help) == ("missing-key", "log.write", WRITE)
    draft = parse(text).draft
    assert draft is not None
    (read,) = draft.actions
    assert isinstance(read, ActionStep)
    assert (read.call.action, read.call.args) == ("log.write", {"message": "x"})


def test_an_action_as_a_key_without_parameters_is_told_and_gives_its_name() -> None:
    text = "actions: [{log.write: hi, as: x}, {log.write: {message: '{{ x }}'}}]"
    assert [one.help for one in parse(text).problems] == [WRITE] * 2


def test_an_actions_name_alone_is_told_with_the_line() -> None:
    assert only("actions: [log.write]").help == "write it as - action: log.write"
