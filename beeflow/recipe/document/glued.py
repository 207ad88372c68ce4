"""Keys whose `:` lacks the space behind it, is a `=`, or is not there at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.recipe.document.nodes import Entry, Node, ScalarNode
from beeflow.recipe.document.scalars import resolve
from beeflow.recipe.problem import Problem, Span

if TYPE_CHECKING:
    from beeflow.recipe.document.source import Source

_GLUED: Final = re.compile(
    r"(?P<key>[A-Za-z_][\w.]*)(?P<sign>\s*[:\uff1a](?!//)\s*|\s*=\s*|\s+)(?P<value>\S.*)",
    re.DOTALL,
)
_GLUED_KEYS: Final = (
    r"""\{\{.*?\}\}|"(?:[^"\\]|\\.)*"|(?<![\w])'(?:[^']|'')*'"""
    r"""|(?<=[{,])\s*[A-Za-z_][\w.]*(?P<sign>[ \t]*[:\uff1a](?=[^ /])\s*|[ \t]*=[ \t]*(?=[^=]))"""
)
_SWALLOWED: Final = r"""[A-Za-z_]\w*(?:\s?[:\uff1a]\s?|\s*=\s*|\s+)[{\["']"""
_GLUED_LINE: Final = r"[a-z_]+\s?(?::(?! )|\uff1a)\s*[^\s:/]"

NO_SPACE: Final = "a `:` behind a key needs a space"
NO_EQUALS: Final = "a key is followed by a `:` and a space, not by `=`"


def glued_key(source: Source, key: ScalarNode, value: Node) -> tuple[Entry, Problem] | None:
    """Return what `{key:value}` was meant to be, which to YAML is a key without a value."""
    bare = key.style == "plain" and key.span.end - key.span.start == len(key.text)
    found = _GLUED.fullmatch(key.text) if bare else None
    if found is None or not isinstance(value, ScalarNode) or value.span.end > value.span.start:
        return None
    start = key.span.start
    name = found["key"]
    place = source.span(start + found.start("sign"), start + found.end("sign"))
    named = replace(key, text=name, value=name, span=source.span(start, place.start))
    span = source.span(place.end, key.span.end)
    meant = Entry(named, ScalarNode(span, found["value"], resolve(found["value"])))
    message = NO_EQUALS if "=" in found["sign"] else NO_SPACE
    if "\uff1a" in found["sign"]:
        message = "`\uff1a` (U+FF1A) is no `:` to YAML"
    if not found["sign"].strip():
        message, place = f"`{name}` lacks the `:` of a key", named.span
    return meant, Problem("yaml-syntax", message, place, help=f"write {_unglued(source, span)}")


def _unglued(source: Source, value: Span) -> str:
    """Return the line of a value with all of its keys as they must be written."""
    number, column = source.position(value.start)
    line = source.line(number)
    signs = set(glued_signs(line))
    before = len(line[: column - 1].rstrip(" \t\u00a0:=\uff1a"))
    signs.add((before, column - 1))
    for start, end in sorted(signs, reverse=True):
        line = f"{line[:start]}: {line[end:]}"
    return line.strip()


def glued_signs(line: str) -> list[tuple[int, int]]:
    """Return where in a line the sign between a key within { } and its value lacks its space."""
    return [one.span("sign") for one in re.finditer(_GLUED_KEYS, line) if one["sign"]]


def swallowed(text: str) -> bool:
    """Whether a key of a block has swallowed its value, as in `key:{a: b}`, `key {a: b}`."""
    return re.match(_SWALLOWED, text) is not None


def glued_line(source: Source, start: int, end: int) -> bool:
    """Whether a text below a key is itself a key and its value, without a space between."""
    line, column = source.position(start)
    if source.line(line)[: column - 1].strip():
        return False
    written = source.text[start:end].splitlines()
    return all(re.match(_GLUED_LINE, one.strip()) for one in written)
