from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.sandbox.paging import Page, cut, numbered


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 15))
def test_pages_make_up_the_whole_list(total: int, size: int) -> None:
    rows = list(range(total))
    pages = [cut(rows, Page(size, number)) for number in range(1, total // size + 2)]
    assert [row for page in pages for row in page] == rows
    assert cut(rows, Page(size, len(pages) + 1)) == []


def test_rows_are_numbered_down_from_the_total_or_up_from_one() -> None:
    assert [(row.row_num, row.row) for row in numbered("ab", "down")] == [(2, "a"), (1, "b")]
    assert [(row.row_num, row.row) for row in numbered("ab", "up")] == [(1, "a"), (2, "b")]
