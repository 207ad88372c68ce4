"""Characters that cannot be seen, and look-alikes of those that YAML is made of.

Both come from word processors, chats and web pages. What cannot be seen is told and read as if it
were not there; look-alikes are told where they stand in the place of YAML's own.
"""

from __future__ import annotations

import re
from typing import Final

from beeflow.recipe import limits
from beeflow.recipe.document.source import Source
from beeflow.recipe.problem import Problem

# Not as all that may stand there, turned round: that takes ten times as long to compile.
_REFUSED: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
    "\ufeff\ufffe\uffff]"
)
"""Control characters, byte order marks within the text, and marks that turn its direction."""

_NONE: Final = "\u2064"
"""What stands in the place of a character that is told of, and read as if it were not there."""

EDGE: Final = "\u00a0\u2003\u2009\u202f\u3000\u200b\u2060\u2064\u00ad"
"""Spaces that are none, and what has no width: nothing that a word begins or ends with."""

DASHES: Final = "\u2014\u2013\u2212\u2010\u2011\u2022\u00b7*+"
"""What stands for the `-` of a list in texts."""

_EDGES: Final = f"^[{EDGE}]+|[{EDGE}]+$"
_NOWHERE: Final = "[\u200b\u2060\u2064\u00ad]"

_ESCAPES: Final = {"\x1b": "\\e", "\x07": "\\a", "\x08": "\\b", "\x0b": "\\v", "\x0c": "\\f"}


def without_refused(source: Source) -> tuple[Source, list[Problem]]:
    """Return a text without what may not stand in it, each kind of which is told once."""
    text = source.text
    found = list(_REFUSED.finditer(text))
    if not found:
        return source, []
    counts: dict[str, int] = {}
    for one in found:
        counts[one[0]] = counts.get(one[0], 0) + 1
    problems = [
        _refused(source, one.start(), one[0], count)
        for one in found
        if (count := counts.pop(one[0], 0))
    ]
    clean = _REFUSED.sub(_NONE, text)
    return Source(source.path, clean, text), problems[: limits.PROBLEMS]


def _refused(source: Source, at: int, char: str, count: int) -> Problem:
    code = ord(char)
    more = f" (it stands {count} times in the file)" if count > 1 else ""
    escape = _ESCAPES.get(char, f"\\u{code:04x}")
    meant = f'; if it is meant, write it as "{escape}", in double quotes' if char != "\0" else ""
    return Problem(
        "yaml-encoding",
        f"the character U+{code:04X} cannot be seen and is not allowed here{more}",
        source.span(at, at + 1),
        help=f"remove it{meant}",
    )


def cleaned(text: str, *, key: bool) -> str:
    """Return a text without quotes as it was meant: without what cannot be seen at its ends.

    A `key` has it nowhere.
    """
    if text.isascii():
        return text
    clean = re.sub(_EDGES, "", text)
    return re.sub(_NOWHERE, "", clean) if key else clean


def not_seen(source: Source, start: int, text: str, clean: str) -> Problem | None:
    """Return what is told of a text that holds what cannot be seen; None where it is told."""
    at = next(place for place, char in enumerate(f"{text}\n") if f"{clean}\n"[place] != char)
    char = text[at]
    if char == _NONE:
        return None
    number, column = source.position(start)
    line = source.line(number)
    mended = line[: column - 1] + line[column - 1 :].replace(text, clean, 1)
    what = "a space that is none to YAML" if char.isspace() else "a character without width"
    return Problem(
        "yaml-encoding",
        f"{what} (U+{ord(char):04X}) stands here",
        source.span(start + at, start + at + 1),
        help=f"remove it: write {mended.strip()}",
    )
