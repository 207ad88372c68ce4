from __future__ import annotations

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.beestreamed.strict_json import DEEPEST, OversizeInteger, parse, parse_oversize

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(plain, st.booleans())
def test_what_json_writes_is_read_back(value: Any, escaped: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=escaped).encode()) == value


TWICE = [
    '{"k": "\\u00e6", "k": 2}',
    '{"a":1,"a":1}',
    '[{"b": {"a": [], "\\u0061": []}}]',
    '{"a":1,"b":"x\\u0022\\u0022","a":2}',
]


@pytest.mark.parametrize("text", TWICE)
def test_a_key_that_is_there_twice_is_noticed_among_escapes(text: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        parse(text.encode())


@settings(max_examples=50)
@given(plain, st.sampled_from([None, 1]), st.booleans(), st.sampled_from(TWICE))
def test_a_key_that_is_there_twice_is_noticed_anywhere(
    value: Any, indent: int | None, escaped: bool, twice: str
) -> None:
    text = json.dumps([value, 0], ensure_ascii=escaped, indent=indent)
    with pytest.raises(ValueError, match="twice"):
        parse(f"{text[:-1]}, {twice}]".encode())


@given(st.binary(max_size=60) | st.text('{}[]",:\\u0dD8e1.-+ntf \n', max_size=40).map(str.encode))
def test_rubbish_is_a_value_error_and_nothing_else(body: bytes) -> None:
    try:
        value = parse(body)
    except ValueError:
        return
    assert msgspec.json.decode(body) == value


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b"[1, 2",
        b"{} {}",
        b"{}x",
        b"\xef\xbb\xbf{}",
        b'{"a": 01}',
        b"+1",
        b".5",
        b"NaN",
        b"Infinity",
        b'{"a": -Infinity}',
        b"1e400",
        b"-1e999",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\xc0\xaf"',
        '"ä"'.encode("latin-1"),
        "{}".encode("utf-16"),
        b'"\x00"',
        b'"a\nb"',
        b'"\\x41"',
        b"18446744073709551616",
        b"-9223372036854775809",
        b"9" * 10_000,
        b'{"a": 1, "a": 1}',
        b'{"a": 1, "\\u0061": 2}',
        b'{"x": [{"b": 1, "c": 2, "b": 3}]}',
        b'"\\ud800"',
        b'"\\uDFFF x"',
        b'"\\udc00\\ud800"',
        b'{"\\uD83D": 1}',
        b'{"a": ["\\ud83d"]}',
    ],
)
def test_what_two_readers_could_understand_differently_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(body)


def test_what_is_unusual_but_right_is_read() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "😀"
    assert parse(b'"\\\\ud800"') == "\\ud800"
    assert parse(b'"\\u0000"') == "\0"
    assert parse(b"18446744073709551615") == 2**64 - 1
    assert parse(b"-9223372036854775808") == -(2**63)
    assert parse(b"-0") == 0
    assert parse(b"1e-400") == 0.0
    assert parse(b'{"a": {"a": 1}, "A": 2}') == {"a": {"a": 1}, "A": 2}


@pytest.mark.parametrize(
    ("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")]
)
def test_a_hundred_levels_are_read_and_one_more_is_not(opening: bytes, closing: bytes) -> None:
    per = opening.count(b"[") + opening.count(b"{")
    deep = DEEPEST // per
    parse(opening * deep + b"1" + closing * deep)
    with pytest.raises(ValueError, match="more than 100 levels deep"):
        parse(b"[" + opening * deep + b"1" + closing * deep + b"]")


def test_a_hundred_levels_are_read_beside_others() -> None:
    deep = b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1)
    parse(b"[" + deep + b", {}, " + deep + b"]")
    with pytest.raises(ValueError, match="more than 100 levels deep"):
        parse(b"[" + deep + b", [" + deep + b"]]")


def test_brackets_in_texts_and_side_by_side_are_not_depth() -> None:
    assert parse(json.dumps("[" * 500).encode()) == "[" * 500
    assert parse(json.dumps({'"[{\\"': ["[{", '\\"[['] * 200}).encode())
    assert parse(b"[" + b"[],{}," * 500 + b"[]]")
    assert parse(b"[" + b'"\\"[",' * 500 + b"[]]")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b"[]," * 300_000,
        b'"' * 1_000_000,
        b'"\\' * 500_000,
        b"[" + (b"[" * 98 + b"]" * 98 + b",") * 5_000 + b"[]]",
        b"[" * 101 + b"1" * 1_000_000,
        b"]" * 1_000_000,
    ],
)
@pytest.mark.timeout(30)
def test_a_mebibyte_made_to_hurt_comes_to_an_end(body: bytes) -> None:
    with contextlib.suppress(ValueError):
        parse(body)


def test_integers_without_measure_are_told_apart() -> None:
    with pytest.raises(OversizeInteger):
        parse(b'{"n": 100000000000000000000}')
    assert parse_oversize(b'{"n": 100000000000000000000, "m": 1}') == {"n": None, "m": 1}
