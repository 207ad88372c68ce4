from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.beestreamed.catalog import load_catalog
from beeflow.sandbox.arguments import Sent, UnreadableBodyError, checked, read_body, read_pairs
from beeflow.sandbox.reply import Refusal

if TYPE_CHECKING:
    from beeflow.types import Json

BOUNDARY = "multipart/form-data; boundary=b"
PARTS = (
    b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nIda\r\n'
    b'--b\r\nContent-Disposition: form-data; name="options[]"\r\n\r\na\r\n'
    b'--b\r\nContent-Disposition: form-data; name="options[]"\r\n\r\nb\r\n'
    b"--b\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--b--\r\n"
)


def test_json_and_forms_are_read_alike() -> None:
    form = "application/x-www-form-urlencoded; charset=utf-8"
    expected = {"name": "Ida", "options": ["a", "b"]}
    assert read_body(json.dumps(expected).encode(), "text/plain") == expected
    assert read_body(b"name=Ida&options[]=a&options[]=b", form) == expected
    assert read_body(PARTS, BOUNDARY) == expected
    assert read_body(b" \n", "application/json") is None


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", ""),
        (b'{"a": 1, "a": 2}', ""),
        (b'{"a": 1e999}', ""),
        (b'"\\ud800"', ""),
        (b"a=%ff\xff", "application/x-www-form-urlencoded"),
        (b"&".join([b"a=b"] * 1001), "application/x-www-form-urlencoded"),
        (b"not parts", BOUNDARY),
        (b"x", "multipart/form-data"),
    ],
)
def test_what_cannot_be_read_says_so(body: bytes, kind: str) -> None:
    with pytest.raises(UnreadableBodyError, match="cannot be read"):
        read_body(body, kind)


@settings(deadline=None)
@given(
    st.binary(max_size=300), st.sampled_from(["", BOUNDARY, "multipart/form-data; boundary=\xff"])
)
def test_rubbish_is_read_or_refused(body: bytes, kind: str) -> None:
    try:
        read = read_body(body, kind)
    except UnreadableBodyError:
        return
    json.dumps(read).encode()


def test_a_field_and_a_list_of_the_same_name_do_not_mix() -> None:
    assert read_pairs([("a", "1"), ("a[]", "2")]) == {"a": "1"}


@pytest.mark.parametrize(
    ("given_value", "typed"),
    [
        ("true", True),
        ("1", True),
        (1, True),
        (True, True),
        ("false", False),
        ("0", False),
        (0, False),
    ],
)
def test_flags_have_many_spellings(given_value: str | int, typed: object) -> None:
    operation = load_catalog().operations["events.update"]
    path = {"event_ref": "E"}
    assert checked(operation, Sent(path, {}, {"chat": given_value})) == {"chat": typed}
    mistakes: list[Json] = ["null", None, 2, "yes", []]
    for wrong in mistakes:
        with pytest.raises(Refusal):
            checked(operation, Sent(path, {}, {"chat": wrong}))


def test_numbers_of_the_query_are_read_and_defaults_filled_in() -> None:
    operation = load_catalog().operations["chat.list"]
    read = checked(operation, Sent({"event_ref": "E"}, {"page": "3"}, None))
    assert read == {"maxResults": 10, "page": 3, "qa": False}
