"""Texts of the user's as they may be shown: nothing in a recipe may steer a terminal."""

from __future__ import annotations

import unicodedata


def visible(text: str) -> str:
    """Return a text whose characters all show."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _shown(char) for char in text)


def width(text: str) -> int:
    """Return the columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _shown(char: str) -> str:
    if char == "\t":
        return " "
    return char.encode("unicode_escape").decode() if ord(char) < 0x10000 else "\ufffd"  # noqa: PLR2004 - beyond it escapes are long


def _columns(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1
