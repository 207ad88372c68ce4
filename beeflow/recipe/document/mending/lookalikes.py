"""Signs that look like those of YAML, as word processors and other keyboards write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.recipe.document.mending.guess import Broken, Edit, Guess, Line
from beeflow.recipe.document.unseen import DASHES

if TYPE_CHECKING:
    from collections.abc import Iterator

_DASHED: Final = re.compile(rf"\s*([{DASHES}])[ \t]+(?=\S)")
_WIDE: Final = {
    "\uff1a": ":",
    "\uff0c": ",",
    "\uff5b": "{",
    "\uff5d": "}",
    "\uff3b": "[",
    "\uff3d": "]",
    "\uff02": '"',
    "\uff07": "'",
    "\uff0d": "-",
}
"""Signs as wide as a Chinese or Japanese letter, and what they are to be."""

_SIGNS: Final = re.compile(
    rf"""\{{\{{.*?\}}\}}|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?P<sign>[{"".join(_WIDE)}])(?P<gap>\s*)"""
)


def dashes(broken: Broken) -> Iterator[Guess]:
    """Guess that lines which begin with another dash are items of a list."""
    for line in broken.suspects():
        found = _DASHED.match(line.text)
        if found is None:
            continue
        beside = [line, *_beside(broken, line, found[1])]
        at = line.begin + found.start(1)
        edits = tuple(_dashed(one) for one in beside)
        code = f" (U+{ord(found[1]):04X})" if ord(found[1]) > ord("~") else ""
        message = f"an item of a list begins with a `-`, not with `{found[1]}`{code}"
        yield Guess(message, at, at + 1, edits)


def _dashed(line: Line) -> Edit:
    at = line.begin + len(line.text) - len(line.text.lstrip())
    return Edit(at, at + 1, "-")


def _beside(broken: Broken, line: Line, sign: str) -> Iterator[Line]:
    """Yield the other lines of the file that begin with the same sign."""
    last = broken.source.position(len(broken.source.text)).line
    for number in range(1, last + 1):
        one = broken.line(number)
        found = _DASHED.match(one.text)
        if number != line.number and found and found[1] == sign and one.indent == line.indent:
            yield one


def wide(broken: Broken) -> Iterator[Guess]:
    """Guess that signs as wide as two letters are meant as YAML's."""
    for line in broken.suspects():
        found = [one for one in _SIGNS.finditer(line.text) if one["sign"]]
        if not found:
            continue
        edits = tuple(
            Edit(line.begin + one.start(), line.begin + one.end(), _narrow(one)) for one in found
        )
        at = line.begin + found[0].start()
        sign = found[0]["sign"]
        message = f"`{sign}` (U+{ord(sign):04X}) is no `{_WIDE[sign]}` to YAML"
        yield Guess(message, at, at + 1, edits)


def _narrow(found: re.Match[str]) -> str:
    sign = _WIDE[found["sign"]]
    return f"{sign} " if sign in ":,-" else sign + found["gap"]
