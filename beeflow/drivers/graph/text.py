"""How wide text is, about, and lines that are not too long: there is no font to ask."""

from __future__ import annotations

import unicodedata
from typing import Final

LINE: Final = 16
"""Pixels from one line of text to the next."""

LONGEST: Final = 46
"""Characters of a line that are shown."""

_NARROW: Final = frozenset("ijlt.,:;'|!()[]{}` ")
_WIDE: Final = frozenset("mwMW@%…—")


BOLD: Final = 1.13
"""So much wider is bold text."""

TITLE: Final = 1.42
"""So much wider is a title: larger, and bold."""


def width(text: str, by: float = 1.0) -> int:
    """Return about how many pixels a line of text takes, at 13 pixels a letter's height."""
    return round(sum(_letter(char) for char in text) * by)


def _letter(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 13.5
    if char in _NARROW:
        return 4.4
    if char in _WIDE:
        return 11.5
    return 8.6 if char.isupper() else 7.3


def cut(text: str, most: int = LONGEST) -> str:
    """Return text on one line, with `…` where it goes on."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
