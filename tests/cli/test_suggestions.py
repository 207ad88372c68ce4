from __future__ import annotations

import pytest

from beeflow.cli.suggestions import known_name, suggestion
from beeflow.errors import UsageError


def test_a_known_name_is_returned() -> None:
    assert known_name("action", "polls.create", ["polls.create"]) == "polls.create"


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no action `polls.creat`; did you mean `polls.create`"):
        known_name("action", "polls.creat", ["polls.create", "slack.post"])


def test_without_a_near_name_those_there_are_are_listed() -> None:
    assert suggestion("zzz", ["a", "b"]) == "there are: a, b"
    assert suggestion("zzz", []) == "there are: none"
    assert suggestion("zzz", [f"n{number:02}" for number in range(30)]).endswith("n19, …")
