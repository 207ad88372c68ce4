"""The crowd: never empty where somebody is, whatever shares a counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.engine.journal.sqlite import crowd as crowd_module
from beeflow.engine.journal.sqlite.crowd import Crowd

if TYPE_CHECKING:
    import pytest


def test_who_joined_is_there_until_the_last_has_left() -> None:
    crowd = Crowd([("greet", "a"), ("greet", "a")])
    crowd.join("greet", "b")
    crowd.leave("greet", "a")
    assert crowd.may_hold("greet", "a")
    crowd.leave("greet", "a")
    crowd.leave("greet", "b")
    assert not any(crowd.may_hold("greet", group) for group in "ab")


def test_nobody_is_overlooked_where_groups_share_a_counter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crowd_module, "PLACES", 2)
    groups = [str(number) for number in range(9)]
    crowd = Crowd(("greet", group) for group in groups)
    for number, group in enumerate(groups):
        assert all(crowd.may_hold("greet", left) for left in groups[number:])
        crowd.leave("greet", group)
    assert not any(crowd.may_hold("greet", group) for group in groups)
