from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.actions.http.definition import REQUEST

if TYPE_CHECKING:
    from beeflow.types import Effect, Json


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({}, "`url` is missing (text): the address, http or https"),
        ({"url": "http://h", "methd": "GET"}, "did you mean `method`?"),
        ({"url": "http://h", "method": "get"}, "did you mean `GET`?"),
        ({"url": "http://h", "method": "TRACE"}, "allowed: GET, HEAD, OPTIONS, POST"),
        ({"url": "file:///etc/passwd"}, "write it as https://host/path"),
        ({"url": "example.com/x"}, "write it as https://host/path"),
        ({"url": "http://"}, "write it as https://host/path"),
        ({"url": "http://[::1"}, "write it as https://host/path"),
        ({"url": "http://h:0/"}, "write it as https://host/path"),
        ({"url": "http://h/a b"}, "write it as https://host/path"),
        ({"url": "http://h/\r\nX: y"}, "write it as https://host/path"),
        ({"url": 5}, "`url` is `5`; it must be text"),
        ({"url": "http://h", "json": 1, "body": "x"}, "`json` and `body` exclude each other"),
        ({"url": "http://h", "body": {"a": 1}}, "it must be text"),
        ({"url": "http://h", "headers": {"a b": "c"}}, "which no header can have"),
        ({"url": "http://h", "headers": {"A": "b\r\nC: d"}}, "line break or control character"),
        ({"url": "http://h", "headers": {"Host": "x"}}, "leave it out"),
        ({"url": "http://h", "headers": {"A": ["b"]}}, "it must be text"),
        ({"url": "http://h", "headers": {"A": None}}, "it must be text"),
        ({"url": "http://h", "headers": ["a"]}, "it must be a mapping"),
        ({"url": "http://h", "query": {"a": {"b": 1}}}, "`query` has"),
        ({"url": "http://h", "form": {"a": [{"b": 1}]}}, "`form` has"),
        ({"url": "http://h", "expect": 99}, "a status from 100 to 599"),
        ({"url": "http://h", "expect": []}, "a status from 100 to 599"),
        ({"url": "http://h", "expect": ["200"]}, "a status from 100 to 599"),
        ({"url": "http://h", "effect": "guarded"}, "allowed: read, idempotent, once"),
    ],
)
def test_wrong_arguments_are_told_before_anything_is_sent(
    args: dict[str, Json], expected: str
) -> None:
    assert expected in "; ".join(REQUEST.check(args))


def test_fitting_arguments_pass() -> None:
    args: dict[str, Json] = {
        "url": "https://example.com/x?y=1",
        "method": "PUT",
        "headers": {"X-A": "b", "X-N": 5},
        "query": {"a": [1, True, None]},
        "json": None,
        "expect": [200, 404],
        "effect": "once",
    }
    assert REQUEST.check(args) == []


def test_values_that_are_not_known_yet_are_not_judged() -> None:
    assert REQUEST.check({}, {"url", "headers", "query", "form"}) == []
    problems = REQUEST.check({"url": "http://h", "json": 1}, {"body"})
    assert "exclude each other" in problems[0]


@pytest.mark.parametrize(
    ("args", "effect"),
    [
        ({}, "read"),
        ({"method": "HEAD"}, "read"),
        ({"method": "PUT"}, "idempotent"),
        ({"method": "DELETE"}, "idempotent"),
        ({"method": "POST"}, "once"),
        ({"method": "PATCH"}, "once"),
        ({"method": "POST", "effect": "idempotent"}, "idempotent"),
        ({"method": "GET", "effect": "once"}, "once"),
        ({"method": "GET", "effect": "nonsense"}, "read"),
    ],
)
def test_the_effect_follows_the_method_unless_it_is_said(
    args: dict[str, Json], effect: Effect
) -> None:
    assert REQUEST.effect_of is not None
    assert REQUEST.effect_of(args) == effect
