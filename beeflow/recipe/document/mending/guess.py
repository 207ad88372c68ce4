"""What a mistake in a file's YAML may be: where it is, what to say, and the edits that mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.recipe.document.source import Source


class Edit(NamedTuple):
    """Characters `start` to `end` of the text become `text`."""

    start: int
    end: int
    text: str


class Guess(msgspec.Struct, frozen=True):
    """One way to understand a mistake. Whether it is right shows when the mended text is read.

    `start` and `end` are what is at fault. `help` is said before the mended line; `early` allows
    that another mistake follows before the place where the parser stopped.
    """

    message: str
    start: int
    end: int
    edits: tuple[Edit, ...]
    help: str = "write"
    early: bool = False
    moves: bool = False
    """Whether whole lines are moved, so that these must all be read."""
    drops: bool = False
    """Whether something is left out rather than mended."""
    shown: bool = True
    """Whether the mended line is shown behind `help`."""


class Line(msgspec.Struct, frozen=True):
    """A line of the text: its number from 1, where it begins, and its text without the break."""

    number: int
    begin: int
    text: str

    @property
    def indent(self) -> int:
        """How many characters of white space it begins with."""
        return len(self.text) - len(self.text.lstrip())

    @property
    def is_blank(self) -> bool:
        """Whether nothing, or only a comment, stands in it."""
        bare = self.text.strip()
        return not bare or bare.startswith("#")


class Broken(msgspec.Struct, frozen=True):
    """A text that the YAML parser stopped reading.

    `place` is where it stopped; `begins` is where that began which it was reading, where this is
    what is at fault.
    """

    source: Source
    said: str
    place: int
    begins: int | None = None

    def line(self, number: int) -> Line:
        """Return a line; an empty one past the last."""
        return Line(number, self.source.offset_of_line(number), self.source.line(number))

    @property
    def at(self) -> int:
        """Where the mistake most likely is."""
        return self.place if self.begins is None else self.begins

    @property
    def number(self) -> int:
        """The line of the most likely place."""
        return self.source.position(self.at).line

    def above(self, number: int) -> Iterator[Line]:
        """Yield the lines above a line that are not blank, upwards."""
        for one in range(number - 1, 0, -1):
            line = self.line(one)
            if not line.is_blank:
                yield line

    def suspects(self) -> tuple[Line, ...]:
        """Return the lines in which the mistake may be, the likeliest first."""
        numbers = [self.number, self.source.position(self.place).line]
        for number in tuple(numbers):
            before = next(self.above(number), None)
            numbers.extend([before.number] if before else [])
        return tuple(self.line(number) for number in dict.fromkeys(numbers))
