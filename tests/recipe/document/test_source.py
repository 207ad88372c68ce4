from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from beeflow.recipe.document import Position, Source


def test_lines_and_columns_count_from_one_in_characters() -> None:
    source = Source("a.yaml", "é😀x\nsecond")
    assert source.position(0) == Position(1, 1)
    assert source.position(2) == Position(1, 3)
    assert source.position(4) == Position(2, 1)
    assert source.position(10) == Position(2, 7)


def test_a_line_ends_at_any_kind_of_break() -> None:
    source = Source("a.yaml", "one\r\ntwo\rthree\n")
    assert [source.line(number) for number in (1, 2, 3, 4)] == ["one", "two", "three", ""]
    assert source.position(5) == Position(2, 1)
    assert source.offset_of_line(3) == 9


def test_a_line_that_is_not_there_is_empty() -> None:
    assert Source("a.yaml", "one").line(0) == ""
    assert Source("a.yaml", "one").line(9) == ""


def test_a_span_stays_within_the_text() -> None:
    span = Source("a.yaml", "abc").span(-4, 99)
    assert (span.file, span.start, span.end) == ("a.yaml", 0, 3)


@given(st.text(alphabet="ab\r\n😀"), st.integers(0, 50))
def test_a_position_leads_back_to_its_offset(text: str, offset: int) -> None:
    source = Source("a.yaml", text)
    offset = min(offset, len(text))
    line, column = source.position(offset)
    assert source.offset_of_line(line) + column - 1 == offset
