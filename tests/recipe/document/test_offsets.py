from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.recipe.document import MappingNode, ScalarNode, Source, inner, locate, read_document


def scalar(text: str) -> tuple[Source, ScalarNode]:
    source = Source("a.yaml", text)
    document = read_document(source)
    assert document.problems == ()
    root = document.root
    assert isinstance(root, MappingNode)
    node = root.entries[0].value
    assert isinstance(node, ScalarNode)
    return source, node


def read_back(text: str) -> str:
    """Return what stands in the file at the place of each character of the value."""
    source, node = scalar(text)
    spans = [locate(source, node, at) for at in range(len(node.text))]
    return "".join(source.text[span.start] for span in spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k: plain text\n", "plain text"),
        ("k: two\n  lines\n", "two\nlines"),
        ("k: two\n\n  lines\n", "two\nlines"),
        ("k: 'it''s'\n", "it's"),
        ("k: 'a\n\n  b'\n", "a\nb"),
        ('k: "a\\tb\\u00e9\\x41\\U0001F600"\n', "a\\b\\\\\\"),
        ('k: "one \\\n   two"\n', "one two"),
        ('k: "one\\\n\n   two"\n', "one\ntwo"),
        ('k: "\\" \\\\"\n', "\\ \\"),
        ("k: |\n  one\n   two\n\n  three\n", "one\n two\n\nthree\n"),
        ("k: |2\n   one\n  two\n", " one\ntwo\n"),
        ("k: |-\n  one\n  two", "one\ntwo"),
        ("k: >\n  one\n  two\n\n  three\n    four\n  five\n", "one\ntwo\nthree\n  four\nfive\n"),
        ("k: >-\n\n  one\n\n\n  two\n", "\none\n\ntwo"),
        ("k: | # a comment\r\n  one\r\n  two\r\n", "one\rtwo\r"),
    ],
)
def test_each_character_of_a_value_has_its_place(text: str, expected: str) -> None:
    source, node = scalar(text)
    got = read_back(text)
    assert len(got) == len(node.text)
    assert got.rstrip("\r\n") == expected.rstrip("\r\n")
    assert source.text == text


def test_a_part_of_a_block_is_found_in_its_line() -> None:
    source, node = scalar("k: |\n  Hello\n  Vote! {{ poll.pol_ref }}\n")
    span = locate(source, node, node.text.index("pol_ref"), 7)
    assert source.text[span.start : span.end] == "pol_ref"
    assert source.position(span.start) == (3, 17)


def test_a_part_with_an_escape_in_it_spans_the_escape() -> None:
    source, node = scalar('k: "a\\u00e9b"\n')
    span = locate(source, node, 0, 3)
    assert source.text[span.start : span.end] == "a\\u00e9b"


def test_past_the_end_is_just_behind_the_last_character() -> None:
    source, node = scalar("k: 'abc'\n")
    assert source.text[locate(source, node, 3).start] == "'"


def test_the_inside_of_a_scalar_has_no_quotes_and_no_block_header() -> None:
    for text, expected in (
        ("k: 'a b'\n", "a b"),
        ('k: "a b"\n', "a b"),
        ("k: a b\n", "a b"),
        ("k: |\n  a b\n", "a b"),
        ("k: ''\n", ""),
        ("k: |\n", ""),
    ):
        source, node = scalar(text)
        span = inner(source, node)
        assert source.text[span.start : span.end].strip() in {expected, "|"}


WORDS = st.text(alphabet=st.sampled_from("ab {}'\"\\\n\té😀:#-"), min_size=1, max_size=40)


@settings(max_examples=300)
@given(WORDS, st.sampled_from(["'", '"', "|", ">", None]))
def test_every_letter_is_found_where_it_stands(text: str, style: str | None) -> None:
    dumped = yaml.dump({"k": text}, default_style=style, allow_unicode=True, width=20)
    source = Source("a.yaml", dumped)
    root = read_document(source).root
    assert isinstance(root, MappingNode)
    node = root.entries[0].value
    assert isinstance(node, ScalarNode)
    assert node.text == text
    for at, char in enumerate(text):
        span = locate(source, node, at)
        assert node.span.start <= span.start < span.end
        if char.isalpha() and char.isascii():
            assert source.text[span.start : span.end] == char
