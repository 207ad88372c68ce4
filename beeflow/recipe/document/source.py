"""The text of a file, and where in it a character stands."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from beeflow.recipe.problem import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_BREAK = re.compile(r"\r\n|\n|\r")


class Position(NamedTuple):
    """Line and column of a character, both from 1; columns count characters, not bytes."""

    line: int
    column: int


class Source(msgspec.Struct, frozen=True, dict=True):
    """A file's text under the name that messages give it.

    Lines end where editors end them: at a line feed, a carriage return, or both.

    Where mistakes in its YAML were mended so that it can be read on (`mending`), `text` is the
    mended text, and all offsets and spans are offsets in that; `written` is what stands in the
    file, and `origins` says for each character of the text where in the file it came from. Lines
    and columns are those of the file.
    """

    path: str
    text: str
    written: str | None = None
    origins: Sequence[int] | None = None

    def __hash__(self) -> int:
        """Return the hash of name and text: `origins` follows from what is written."""
        return hash((self.path, self.text))

    def position(self, offset: int) -> Position:
        """Return line and column of the character at `offset`; the end of the text is a place."""
        starts = self._line_starts
        place = self.place(offset)
        line = bisect_right(starts, place)
        return Position(line, place - starts[line - 1] + 1)

    def place(self, offset: int) -> int:
        """Return where in the file the character at `offset` stands."""
        offset = max(0, min(offset, len(self.text)))
        return offset if self.origins is None else self.origins[offset]

    def line(self, number: int) -> str:
        """Return line `number` (from 1) of the file without its end; empty past the last."""
        starts = self._line_starts
        if not 1 <= number <= len(starts):
            return ""
        text = self._file()
        begin = starts[number - 1]
        match = _BREAK.search(text, begin)
        return text[begin : match.start() if match else len(text)]

    def offset_of_line(self, number: int) -> int:
        """Return where line `number` (from 1) begins."""
        starts = self._line_starts
        begin = starts[min(max(number, 1), len(starts)) - 1]
        return begin if self.origins is None else bisect_left(self.origins, begin)

    def comment_after(self, offset: int) -> str:
        """Return the comment that follows on the line, where nothing else does; else nothing."""
        number, column = self.position(offset)
        rest = self.line(number)[column - 1 :].strip()
        return rest if rest.startswith("#") else ""

    def span(self, start: int, end: int) -> Span:
        """Return a span of this file, kept within its text."""
        size = len(self.text)
        start = min(max(start, 0), size)
        return Span(self.path, start, min(max(end, start), size))

    def _file(self) -> str:
        return self.text if self.written is None else self.written

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in _BREAK.finditer(self._file()))]
