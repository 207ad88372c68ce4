from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.recipe import limits
from beeflow.recipe.document import decode, read_document
from beeflow.recipe.document.source import Source


def test_a_utf8_mark_at_the_beginning_is_no_part_of_the_text() -> None:
    source, problem = decode(b"\xef\xbb\xbfname: a", "a.yaml")
    assert problem is None
    assert source.text == "name: a"


def test_bytes_that_are_not_utf8_are_named_with_their_place() -> None:
    source, problem = decode(b"a: 1\nb: caf\xe9\n", "a.yaml")
    assert problem is not None
    assert problem.rule == "yaml-encoding"
    assert "0xE9" in problem.message
    assert source.position(problem.span.start) == (2, 7)


def test_the_place_of_a_wrong_byte_does_not_count_the_mark() -> None:
    source, problem = decode(b"\xef\xbb\xbfa: \xff", "a.yaml")
    assert problem is not None
    assert source.position(problem.span.start) == (1, 4)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_is_refused_with_the_mend(encoding: str) -> None:
    data = "\ufeffname: a".encode(encoding)
    _, problem = decode(data, "a.yaml")
    assert problem is not None
    assert problem.help is not None
    assert "UTF-8" in problem.help


@pytest.mark.parametrize(
    ("data", "message", "mend"),
    [
        (b"a: caf\xe9\n", "the byte 0xE9 here is not UTF-8", "Windows-1252, where it is `\u00e9`: save"),
        (b"a: \x93b\x94\n", "the byte 0x93 here is not UTF-8", "Windows-1252, where it is `\u201c`: save"),
        (b"a: \xc3\xa9 \xe9\n", "the byte 0xE9 here is not UTF-8", "save the file as UTF-8"),
        (b"a: \x81\n", "the byte 0x81 here is not UTF-8", "save the file as UTF-8"),
        ("a: b\n".encode("utf-16"), "the file is UTF-16", "save the file as UTF-8"),
        ("a: b\n".encode("utf-16-le"), "the file is UTF-16", "save the file as UTF-8"),
        ("a: b\n".encode("utf-16-be"), "the file is UTF-16", "save the file as UTF-8"),
        ("a: b\n".encode("utf-32"), "the file is UTF-32", "save the file as UTF-8"),
    ],
)  # fmt: skip
def test_another_encoding_is_named(data: bytes, message: str, mend: str) -> None:
    source, problem = decode(data, "a.yaml")
    assert problem is not None
    assert problem.message.startswith(message)
    assert mend in (problem.help or "")
    assert source.text.startswith("a: ")


def test_an_empty_file_is_no_encoding() -> None:
    assert decode(b"", "a.yaml")[1] is None


def test_a_file_that_is_too_large_is_refused() -> None:
    _, problem = decode(b"#" * (limits.FILE_BYTES + 1), "a.yaml")
    assert problem is not None
    assert problem.rule == "limit"
    assert str(limits.FILE_BYTES) in problem.message


def test_a_text_that_is_too_large_is_refused() -> None:
    document = read_document(Source("a.yaml", "#" * (limits.FILE_BYTES + 1)))
    assert document.root is None
    assert document.problems[0].rule == "limit"


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\ufeff", "\ud800", "\ufffe"])
def test_characters_that_cannot_be_seen_are_refused(char: str) -> None:
    document = read_document(Source("a.yaml", f"a: b{char}c"))
    assert [problem.rule for problem in document.problems] == ["yaml-encoding"]
    assert document.problems[0].span.start == 4


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    source, problem = decode(data, "a.yaml")
    if problem is None:
        read_document(source)


@given(st.text(alphabet=" \t\n\r-?:,[]{}#&*!|>'\"%@`ab01~\\", max_size=60))
def test_no_text_raises(text: str) -> None:
    document = read_document(Source("a.yaml", text))
    for problem in document.problems:
        start, end = map(document.source.place, (problem.span.start, problem.span.end))
        assert 0 <= start <= end <= len(text)


@pytest.mark.parametrize("text", ['|\n"', '|\na"-', "|\n\n&-b >"])
def test_what_is_mended_is_read_as_it_was_mended(text: str) -> None:
    """Lines and columns of the mended text are not those of the file."""
    assert read_document(Source("a.yaml", text)).problems
