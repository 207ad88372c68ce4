from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.actions.http.outgoing import Origin, prepare
from beeflow.errors import ActionError

if TYPE_CHECKING:
    from beeflow.types import Json


def lines(**args: Json) -> list[str]:
    return prepare({"url": "http://h/", **args}, 5.0).data.decode().split("\r\n")


def test_a_request_has_our_fields_and_no_others() -> None:
    first, host, *fields = lines()
    assert (first, host) == ("GET / HTTP/1.1", "Host: h")
    assert [field.partition(":")[0] for field in fields] == [
        "Accept", "Accept-Encoding", "User-Agent", "", "",
    ]  # fmt: skip


def test_what_the_recipe_gives_takes_the_place_of_ours() -> None:
    given = lines(
        method="POST", body="x", headers={"user-agent": "me", "CONTENT-TYPE": "t", "X": 5}
    )
    assert "user-agent: me" in given
    assert "X: 5" in given
    assert not [line for line in given if line.startswith(("User-Agent", "Content-Type"))]


@pytest.mark.parametrize(
    ("url", "origin", "host", "path"),
    [
        ("https://h", Origin("h", 443, tls=True), "h", "/"),
        ("http://h:8080/a?b=c#d", Origin("h", 8080, tls=False), "h:8080", "/a?b=c"),
        ("http://[::1]:81/", Origin("::1", 81, tls=False), "[::1]:81", "/"),
        ("http://bücher.example/ø", Origin("xn--bcher-kva.example", 80, tls=False),
         "xn--bcher-kva.example", "/%C3%B8"),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(url: str, origin: Origin, host: str, path: str) -> None:
    request = prepare({"url": url}, 5.0)
    head = request.data.decode().split("\r\n")
    assert request.origin == origin
    assert head[:2] == [f"GET {path} HTTP/1.1", f"Host: {host}"]


def test_user_and_password_of_the_address_go_into_a_field_and_into_no_message() -> None:
    request = prepare({"url": "http://me:s3cret@h/x?token=s3cret"}, 5.0)
    assert b"Authorization: Basic bWU6czNjcmV0" in request.data
    assert request.label == "GET http://h/x"
    own = prepare({"url": "http://me:x@h/", "headers": {"authorization": "Bearer y"}}, 5.0)
    assert b"Basic" not in own.data


@pytest.mark.parametrize(
    ("method", "length"), [("GET", None), ("POST", "Content-Length: 0"), ("DELETE", "Content-Length: 0")]
)  # fmt: skip
def test_a_request_that_might_have_a_body_says_that_it_has_none(
    method: str, length: str | None
) -> None:
    found = [line for line in lines(method=method) if line.startswith("Content-Length")]
    assert found == ([] if length is None else [length])


@pytest.mark.parametrize(
    "args",
    [
        {"headers": {"X": "a\r\nY: b"}},
        {"headers": {"X\r\nY": "b"}},
        {"headers": {"X": "a\nY: b"}},
        {"headers": {"X": "a\0"}},
        {"headers": {"X": "\ud800"}},
        {"method": "GET / HTTP/1.1\r\nX:"},
        {"url": "http://[::1"},
        {"url": "http://2130706433/"},
        {"url": "http://0x7f.1/"},
        {"url": "ftp://h/"},
        {"body": "\ud800"},
    ],
)
def test_what_would_be_read_as_something_else_is_not_sent(args: dict[str, Json]) -> None:
    with pytest.raises(ActionError, match="cannot be sent") as caught:
        prepare({"url": "http://h/", **args}, 5.0)
    assert not caught.value.failure.open


@pytest.mark.parametrize(("method", "repeatable"), [("GET", True), ("PUT", True), ("POST", False)])
def test_the_method_says_what_may_be_repeated(method: str, repeatable: bool) -> None:
    assert prepare({"url": "http://h/", "method": method}, 5.0).repeatable is repeatable
