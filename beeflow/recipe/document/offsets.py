"""Where in the file each character of a scalar's value stands.

A value and its text differ: quotes escape, lines fold, blocks are indented. `places` reads the
text again, as YAML 1.1 says, and notes for each character of the value where it came from. The
result is compared with the value, so that a file that does something unforeseen gets the whole
scalar as its place and never a wrong one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from beeflow.recipe.document.nodes import ScalarNode
    from beeflow.recipe.document.source import Source
    from beeflow.recipe.problem import Span

_Chars = list[tuple[str, int]]

_LINE: Final = re.compile(r"([^\r\n]*)(\r\n|\n|\r|$)")
_HEADER: Final = re.compile(r"[|>][+\-0-9]*[^\r\n]*(?:\r\n|\n|\r|$)")
_ESCAPES: Final = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_HEX: Final = {"x": 2, "u": 4, "U": 8}


def inner(source: Source, node: ScalarNode) -> Span:
    """Return the place of the value itself: without quotes, without a block's first line."""
    span = node.span
    if node.style in {"single", "double"}:
        return source.span(span.start + 1, span.end - 1)
    if node.style in {"literal", "folded"}:
        header = _HEADER.match(source.text, span.start, span.end)
        start = header.end() if header else span.start
        while source.text.startswith(" ", start):
            start += 1
        return source.span(min(start, span.end), span.end)
    return span


def locate(source: Source, node: ScalarNode, start: int, length: int = 1) -> Span:
    """Return the place of `length` characters of the value, from its character `start` on.

    The whole scalar, where the value cannot be followed to its characters.
    """
    if node.style == "plain" and node.span.end - node.span.start == len(node.text):
        begin = node.span.start + start
        return source.span(begin, begin + max(length, 1))
    places = _places(source, node)
    if places is None:
        return node.span
    if start >= len(places):
        end = places[-1] + 1 if places else inner(source, node).start
        return source.span(end, end + 1)
    last = max(places[min(start + max(length, 1), len(places)) - 1], places[start])
    return source.span(places[start], last + _written(source, node, last))


def _written(source: Source, node: ScalarNode, place: int) -> int:
    """Return how many characters of the file the one at `place` is written with."""
    text = source.text
    if node.style == "single" and text.startswith("''", place):
        return 2
    if node.style == "double" and text[place] == "\\" and text[place + 1] not in "\r\n":
        return 2 + _HEX.get(text[place + 1], 0)
    return 1


@lru_cache(maxsize=4)
def _places(source: Source, node: ScalarNode) -> list[int] | None:
    """Return where each character stands; a long text is asked for many of its places."""
    raw = source.text[node.span.start : node.span.end]
    for chars in _readings(node, raw):
        text = "".join(char for char, _ in chars)
        if text.startswith(node.text) or text.rstrip("\n") == node.text.rstrip("\n"):
            base = node.span.start
            return [base + place for _, place in chars[: len(node.text)]]
    return None


def _readings(node: ScalarNode, raw: str) -> list[_Chars]:
    if node.style == "plain":
        return [_folded_flow(_plain(raw, 0, len(raw)))]
    if node.style == "single":
        return [_folded_flow(_single(raw))]
    if node.style == "double":
        return [_folded_flow(_double(raw))]
    lines = _block_lines(raw)
    indents = sorted({len(line) - len(line.lstrip(" ")) for line, _, _ in lines if line.strip()})
    read = _literal if node.style == "literal" else _folded_block
    return [read(lines, indent) for indent in range(indents[0], 0, -1)] if indents else []


# --- flow scalars: plain and quoted ----------------------------------------------------------


def _plain(raw: str, start: int, end: int) -> _Chars:
    return [(raw[place], place) for place in range(start, end)]


def _single(raw: str) -> _Chars:
    chars: _Chars = []
    place = 1
    while place < len(raw) - 1:
        chars.append((raw[place], place))
        place += 2 if raw.startswith("''", place) else 1
    return chars


def _double(raw: str) -> _Chars:
    """Unescape; an escaped character is marked by a leading NUL so that folding spares it."""
    chars: _Chars = []
    place = 1
    while place < len(raw) - 1:
        if raw[place] != "\\":
            chars.append((raw[place], place))
            place += 1
            continue
        sign = raw[place + 1]
        if sign in "\r\n":
            chars.append(("\0", place))
            place += 1
        elif sign in _HEX:
            digits = raw[place + 2 : place + 2 + _HEX[sign]]
            chars.append(("\0" + chr(int(digits, 16)), place))
            place += 2 + _HEX[sign]
        else:
            chars.append(("\0" + _ESCAPES.get(sign, sign), place))
            place += 2
    return chars


def _folded_flow(chars: _Chars) -> _Chars:
    """Fold lines: white space around a break goes, one break is a space, more are kept less one."""
    out: _Chars = []
    at = 0
    while at < len(chars):
        char, place = chars[at]
        if char not in {" ", "\t", "\r", "\n", "\0"}:
            out.append((char.removeprefix("\0") or "\0", place))
            at += 1
            continue
        end = at
        while end < len(chars) and chars[end][0] in {" ", "\t", "\r", "\n", "\0"}:
            end += 1
        out.extend(_fold(chars[at:end]))
        at = end
    return out


def _fold(blank: _Chars) -> _Chars:
    text = "".join(char for char, _ in blank)
    breaks = [match.start() for match in re.finditer(r"\r\n|\n|\r", text)]
    if not breaks:
        return blank
    if "\0" in text:
        joint = text.index("\0")
        kept = blank[:joint]
        return kept + [("\n", blank[place][1]) for place in breaks[1:]]
    if len(breaks) == 1:
        return [(" ", blank[breaks[0]][1])]
    return [("\n", blank[place][1]) for place in breaks[1:]]


# --- block scalars ---------------------------------------------------------------------------

_Line = tuple[str, int, int]
"""The text of a line, where it begins, where its break stands."""


def _block_lines(raw: str) -> list[_Line]:
    header = _HEADER.match(raw)
    place = header.end() if header else 0
    lines: list[_Line] = []
    while place < len(raw):
        match = _LINE.match(raw, place)
        if match is None or match.end() == place:
            break
        lines.append((match[1], match.start(), match.start(2)))
        place = match.end()
    return lines


def _literal(lines: list[_Line], indent: int) -> _Chars:
    chars: _Chars = []
    for text, start, end in lines:
        cut = indent if text[:indent].strip(" ") == "" else 0
        chars.extend((char, start + cut + at) for at, char in enumerate(text[cut:]))
        chars.append(("\n", end))
    return chars


def _folded_block(lines: list[_Line], indent: int) -> _Chars:
    chars: _Chars = []
    pending: _Chars = []
    previous_indented = True
    begun = False
    for text, start, end in lines:
        content = text[indent:]
        if not content:
            pending.append(("\n", end))
            continue
        indented = content[0] in " \t"
        chars.extend(_joined(pending, begun, keep=indented or previous_indented))
        chars.extend((char, start + indent + at) for at, char in enumerate(content))
        pending = [("\n", end)]
        previous_indented = indented
        begun = True
    return chars + pending


def _joined(pending: _Chars, begun: bool, *, keep: bool) -> _Chars:
    if not begun or keep:
        return pending
    if len(pending) == 1:
        return [(" ", pending[0][1])]
    return pending[1:]
