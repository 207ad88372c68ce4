"""Brackets that are not closed, closed twice, or lack a comma between their items."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.recipe.document.mending.guess import Broken, Edit, Guess, Line

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIRS: Final = {"{": "}", "[": "]"}
_NAMES: Final = {"{": "a mapping in { }", "[": "a list in [ ]"}
_SKIPPED: Final = re.compile(
    r"""\{\{.*?\}\}|\{%.*?%\}|(?<=[\s:,{\[])"(?:[^"\\]|\\.)*"|(?<=[\s:,{\[])'(?:[^']|'')*'"""
)
_VALUE: Final = re.compile(r"[\w.-]+:\s+(?=[^\s{\[\"'])")
_INSIDE: Final = {"{": re.compile(r"\w:\s"), "[": re.compile(r",")}
"""What stands within brackets of a kind, so that they are missed and not too many."""

_NEXT_KEY: Final = re.compile(r",\s*(?=[\w.-]+:\s)")
_SIDE_BY_SIDE: Final = re.compile(
    r"""[{,]\s*[a-z_]\w*:\s+[^\s,{}\[\]"':]+(?P<gap>\s+)(?=[a-z_]\w*:\s)"""
    r"""|(?<=["'])(?P<gap2>\s+)(?=["'])"""
)
_NO_COMMA: Final = re.compile(
    r"""(?<=[^\s,{\[:-])(?P<gap>\s+)(?=[\w.-]+:\s)|(?<=["'\]}])(?P<gap2>\s+)(?=["'\[{\w])"""
)


def brackets(broken: Broken) -> Iterator[Guess]:
    """Guess what is wrong with the brackets of a line."""
    for line in broken.suspects():
        opened, extra = _balance(line.text)
        yield from _commas(broken, line)
        if extra is not None:
            at = line.begin + extra
            char = line.text[extra]
            edit = Edit(at, at + 1, " ")
            yield Guess(f"this `{char}` closes nothing", at, at + 1, (edit,))
        if opened:
            yield from _unclosed(line, opened)


def openers(broken: Broken) -> Iterator[Guess]:
    """Guess where a bracket was to be opened that is closed at the end of a line."""
    for line in broken.suspects():
        _, extra = _balance(line.text)
        if extra is None:
            continue
        close = line.text[extra]
        char = next(one for one, other in _PAIRS.items() if other == close)
        inside = _INSIDE[char]
        places = [found.end() for found in _VALUE.finditer(line.text, 0, extra)]
        for place in reversed([one for one in places if inside.search(line.text, one, extra)]):
            at = line.begin + place
            message = f"this `{close}` closes nothing: its `{char}` is missing"
            here = line.begin + extra
            yield Guess(message, here, here + 1, (Edit(at, at, char),))


def commas(broken: Broken) -> Iterator[Guess]:
    """Guess that a comma is missing where two items surely stand side by side."""
    for line in broken.suspects():
        for found in _SIDE_BY_SIDE.finditer(line.text):
            gap = "gap" if found["gap"] else "gap2"
            at = line.begin + found.start(gap)
            yield _comma(at, line.begin + found.end(gap) + 1)


def _balance(text: str) -> tuple[list[int], int | None]:
    """Return the brackets of a line that are not closed, and the first that closes nothing."""
    opened: list[int] = []
    bare = _SKIPPED.sub(lambda found: "\0" * len(found[0]), text)
    for at, char in enumerate(bare):
        if char == "#" and (at == 0 or bare[at - 1].isspace()):
            break
        if char in _PAIRS and (opened or re.search(r"(?:^|[:\-]\s)\s*$", bare[:at])):
            opened.append(at)
        elif char in "}]":
            if opened and _PAIRS[text[opened[-1]]] == char:
                opened.pop()
            elif not opened or not any(_PAIRS[text[one]] == char for one in opened):
                return opened, at
            else:
                break
    return opened, None


def _unclosed(line: Line, opened: list[int]) -> Iterator[Guess]:
    """Guess where the innermost open bracket was to be closed."""
    at = opened[-1]
    char = line.text[at]
    close = _PAIRS[char]
    whole = line.text.rstrip()
    places = [] if char == "{" else [found.start() for found in _NEXT_KEY.finditer(whole, at)]
    mismatch = re.search(r"[}\]][}\]\s]*$", whole)
    places.extend([mismatch.start()] if mismatch and mismatch.start() > at else [])
    places.append(len(whole))
    if mismatch and mismatch.start() > at:
        here = line.begin + mismatch.start()
        message = f"`{char}` is closed by a `{mismatch[0][0]}`"
        yield Guess(message, here, here + 1, (Edit(here, here + 1, close),))
    for place in dict.fromkeys(places):
        here = line.begin + place
        rest = "".join(_PAIRS[line.text[one]] for one in reversed(opened[:-1]))
        for closing in dict.fromkeys((close, close + rest)):
            yield Guess(
                f"{_NAMES[char]} is not closed",
                line.begin + at,
                line.begin + at + 1,
                (Edit(here, here, closing),),
                early=True,
            )


def _commas(broken: Broken, line: Line) -> Iterator[Guess]:
    """Guess that a comma is missing, between two items of a line or at the end of one."""
    above = next(broken.above(line.number), None)
    inside = above is not None and above.text.rstrip()[-1:] in {",", "{", "["}
    for found in _NO_COMMA.finditer(line.text):
        if not inside and not set(line.text[: found.start()]) & {"{", "["}:
            continue
        at = line.begin + found.start()
        yield _comma(at, at + len(found[0]) + 1)
    before = above
    if before is not None and before.text.rstrip()[-1:] not in {",", "{", "[", ":"}:
        at = before.begin + len(before.text.rstrip())
        yield _comma(at, at, at - 1)


def _comma(at: int, end: int, start: int | None = None) -> Guess:
    message = "a comma is missing between two items in brackets"
    start = at if start is None else start
    return Guess(message, start, max(end - 1, start + 1), (Edit(at, at, ","),))
