from __future__ import annotations

from beeflow.actions.definitions import describe_actions
from beeflow.check.signatures import signature_of


def test_an_actions_parameters_are_sorted_out_once() -> None:
    action = describe_actions().definition("http.request")
    assert action is not None
    found = signature_of(action)
    assert list(found.parameters) == [one.name for one in action.parameters]
    assert [one.name for one in found.needed] == ["url"]
    assert [one.name for one in found.addresses] == ["url"]
    assert signature_of(action) is found
