"""Tens of thousands of characters, each found where an independent writer has put it."""

from __future__ import annotations

import re

import pytest
from recipe.document.writing import write_file

from beeflow.recipe.document import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Source,
    locate,
    read_document,
)

FILES = 900


def find(root: Node | None, text: str) -> ScalarNode:
    """Return the scalar that was written."""
    waiting = [root] if root is not None else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, MappingNode):
            waiting.extend(entry.value for entry in node)
        elif isinstance(node, SequenceNode):
            waiting.extend(node.items)
        elif node.text.rstrip("\n") == text:
            return node
    pytest.fail(f"{text!r} was not read")


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Count as an editor does."""
    before = text[:offset].replace("\r\n", "\n\n")
    ends = [at for at, char in enumerate(before) if char in "\r\n"]
    lines = len(text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return lines, offset - (ends[-1] + 1 if ends else 0) + 1


def check(seed: int) -> int:
    """Check the characters of one file; returns how many they were."""
    writer, value, _ = write_file(seed)
    source = Source("a.yaml", writer.text)
    document = read_document(source)
    assert document.problems == (), (seed, writer.text)
    node = find(document.root, value)
    checked = 0
    for at, (char, (start, end)) in enumerate(zip(value, writer.places, strict=True)):
        if char.isspace():
            continue
        span = locate(source, node, at)
        assert (span.start, span.end) == (start, end), (seed, at, char, writer.text)
        if not at % 4:
            assert tuple(source.position(start)) == line_and_column(writer.text, start)
        checked += 1
    return checked


def test_every_character_is_found_where_it_was_written() -> None:
    assert sum(check(seed) for seed in range(FILES)) > 20_000


@pytest.mark.parametrize(
    "form",
    [
        r"\|[+-]?[1-4]", r">[1-4][+-]?", r"[|>]\+", r"[|>]-  # note", r"\\e", r"\\L", r"\\U0001", "\\t\\w",
        "''", r"\\\r?\n", "\r\n", "\r[^\n]", "&a-1 [|>]", r"\*a-1", " # é", "\U00010348", r"\n +\n",
    ],
)  # fmt: skip
def test_every_way_of_writing_is_among_them(form: str) -> None:
    assert any(re.search(form, write_file(seed)[0].text) for seed in range(FILES))


def test_a_stretch_ends_where_its_last_character_does() -> None:
    for seed in range(0, FILES, 9):
        writer, value, _ = write_file(seed)
        source = Source("a.yaml", writer.text)
        node = find(read_document(source).root, value)
        words = value.split()
        at, size = value.rindex(words[-1]), len(words[-1])
        span = locate(source, node, at, size)
        assert (span.start, span.end) == (writer.places[at][0], writer.places[at + size - 1][1])
