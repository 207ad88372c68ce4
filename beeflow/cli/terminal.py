"""What people read: text on stdout, colour only on a terminal, tables that keep their columns.

`rich` decides about colour: none without a terminal, with `NO_COLOR`, or with `TERM=dumb`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from beeflow.types import Json

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""Characters that steer a terminal or turn the direction of text."""

Style: TypeAlias = str | Callable[[str], str]
"""A style of `rich`, or what gives one for a cell's text."""


class _Terminal(Console):
    """A console that lets the end of the command line say what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        """Pass the error on; `rich` would exit with 1 here."""
        raise BrokenPipeError


def console(*, err: bool = False) -> Console:
    """Return the console on stdout (or stderr); never wraps, marks up or highlights.

    Raises `BrokenPipeError` when whoever reads the output has stopped.
    """
    return _Terminal(stderr=err, highlight=False, markup=False, emoji=False, soft_wrap=True)


def printable(text: str) -> str:
    """Return text with what could steer the terminal written as an escape.

    Much of what is shown came in with webhooks: it must not be able to colour, hide or overwrite.
    """
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def one_line(text: str, width: int = 100) -> str:
    """Return text on one line, at most `width` characters."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= width else line[: width - 1] + "…"


def counted(number: int, noun: str) -> str:
    """Return `1 event`, `1,204 events`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def print_table(
    out: Console, titles: Sequence[str], rows: Iterable[Sequence[str]], styles: Sequence[Style] = ()
) -> None:
    """Print a table whose columns are as wide as their widest cell, two spaces between."""
    cells = [[one_line(cell) for cell in row] for row in rows]
    widths = [
        max(cell_len(title), *(cell_len(row[index]) for row in cells), 0)
        for index, title in enumerate(titles)
    ]
    out.print(_row([title.upper() for title in titles], widths, ["bold"] * len(titles)))
    for row in cells:
        out.print(_row(row, widths, styles))


def _row(cells: Sequence[str], widths: Sequence[int], styles: Sequence[Style]) -> Text:
    line = Text()
    for index, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        style = styles[index] if index < len(styles) else ""
        line.append(cell, style if isinstance(style, str) else style(cell))
        line.append(" " * (width - cell_len(cell) + 2))
    line.rstrip()
    return line


def print_json(value: Json) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=not _writes_utf8()) + "\n")


def print_json_line(value: Json) -> None:
    """Print one JSON document on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=not _writes_utf8()) + "\n")


def _writes_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
