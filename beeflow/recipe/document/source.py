"""The text of a file, and where in it a character stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from beeflow.recipe.problem import Span

_BREAK = re.compile(r"\r\n|\n|\r")


class Position(NamedTuple):
    """Line and column of a character, both from 1; columns count characters, not bytes."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text under the name that messages give it.

    Lines end where editors end them: at a line feed, a carriage return, or both.
    """

    path: str
    text: str
    _starts: list[int] = field(default_factory=list, repr=False, compare=False)

    def position(self, offset: int) -> Position:
        """Return line and column of the character at `offset`; the end of the text is a place."""
        starts = self._line_starts()
        line = bisect_right(starts, max(0, min(offset, len(self.text))))
        return Position(line, offset - starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its end; empty past the last."""
        starts = self._line_starts()
        if not 1 <= number <= len(starts):
            return ""
        begin = starts[number - 1]
        match = _BREAK.search(self.text, begin)
        return self.text[begin : match.start() if match else len(self.text)]

    def offset_of_line(self, number: int) -> int:
        """Return where line `number` (from 1) begins."""
        starts = self._line_starts()
        return starts[min(max(number, 1), len(starts)) - 1]

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

    def _line_starts(self) -> list[int]:
        if not self._starts:
            self._starts.append(0)
            self._starts.extend(match.end() for match in _BREAK.finditer(self.text))
        return self._starts
