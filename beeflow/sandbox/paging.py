"""Pages of a list: `maxResults`, `page`, `indexStart`, and the rows' numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = TypeVar("Row")
Numbering = Literal["down", "up"]


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list was asked for. `start` is the `…_id` of the entry to begin with."""

    size: int = 10
    number: int = 1
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Numbered(Generic[Row]):
    """A row with its number in the whole list (`row_num`)."""

    row_num: int
    row: Row


def numbered(rows: Sequence[Row], numbering: Numbering) -> list[Numbered[Row]]:
    """Give each row of a whole list its number.

    Down is from the total to 1, as in chat, log, videos and signups, so that the first row tells
    how many there are; up is from 1, as in connections.
    """
    total = len(rows)
    if numbering == "up":
        return [Numbered(index + 1, row) for index, row in enumerate(rows)]
    return [Numbered(total - index, row) for index, row in enumerate(rows)]


def cut(rows: Sequence[Row], page: Page) -> Sequence[Row]:
    """Return the rows of one page; beyond the last it is empty."""
    first = (page.number - 1) * page.size
    return rows[first : first + page.size]
