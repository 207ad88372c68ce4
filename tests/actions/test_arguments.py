from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.actions.arguments import check_arguments
from beeflow.actions.parameter import Parameter

if TYPE_CHECKING:
    from beeflow.types import Json

PARAMETERS = (
    Parameter("name", {"type": "string"}, "The name.", required=True),
    Parameter("count", {"type": "integer", "minimum": 1, "maximum": 9}),
    Parameter("ratio", {"type": ["number", "null"]}),
    Parameter("mode", {"type": "string", "enum": ["fast", "slow"]}),
    Parameter("on", {"type": "boolean"}),
    Parameter("anything", {}),
    Parameter("code", {"type": "string", "pattern": "^[a-z]$", "x-allowed": "one small letter"}),
)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"name": "x"}, []),
        (
            {"name": "x", "count": 9, "ratio": None, "mode": "fast", "on": True, "anything": [1]},
            [],
        ),
        ({"name": "x", "count": 3.0, "ratio": 5, "code": "a"}, []),
        ({}, ["`name` is missing (text): the name"]),
        ({"name": 5}, ["`name` is `5`; it must be text"]),
        ({"name": "x", "count": True}, ["`count` is `true`; it must be a whole number"]),
        ({"name": "x", "count": 1.5}, ["`count` is `1.5`; it must be a whole number"]),
        ({"name": "x", "count": 10}, ["`count` is `10`; 10 is greater than the maximum of 9"]),
        ({"name": "x", "ratio": "1"}, ["`ratio` is `1`; it must be a number or null"]),
        ({"name": "x", "on": 1}, ["`on` is `1`; it must be true or false"]),
        ({"name": "x", "mode": "zzz"}, ["`mode` is `zzz`; allowed: fast, slow"]),
        ({"name": "x", "code": "AB"}, ["`code` is `AB`; one small letter"]),
        ({"name": ["x" * 100]}, ['`name` is `["' + "x" * 58 + "…`; it must be text"]),
    ],
)
def test_each_mistake_is_told_once(args: dict[str, Json], expected: list[str]) -> None:
    assert check_arguments(PARAMETERS, args) == expected


def test_an_unknown_name_gets_the_nearest() -> None:
    (problem,) = check_arguments(PARAMETERS, {"name": "x", "cuont": 1})
    assert problem.startswith("there is no parameter `cuont`; did you mean `count`? (has: any")
    assert check_arguments((), {"x": 1}) == ["there is no parameter `x`; it takes none"]


def test_what_is_not_known_yet_is_given_and_not_judged() -> None:
    assert check_arguments(PARAMETERS, {"count": "?"}, {"name", "count"}) == []


def test_the_kind_is_told_in_words() -> None:
    kinds = [parameter.kind for parameter in PARAMETERS]
    assert kinds[:3] == ["text", "whole number", "number or null"]
    assert kinds[5] == "any value"
    assert PARAMETERS[3].allowed == ("fast", "slow")
    assert PARAMETERS[0].allowed == ()


def test_a_parameter_that_does_not_exist_is_told_also_where_its_value_is_not_known() -> None:
    (problem,) = check_arguments((), {}, {"colour"})
    assert "colour" in problem
