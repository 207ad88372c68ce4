"""YAML's own complaints, said so that somebody who only wanted to write a recipe can mend them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from beeflow.recipe.document.nodes import Node, ScalarNode
from beeflow.recipe.problem import Note, Problem, Span

if TYPE_CHECKING:
    from beeflow.recipe.document.source import Source


_PLAIN_KEY: Final = re.compile(r"\s*(?:- |#|\.\.\.|---|[\w.\"'-]+:(?:\s|$))")
_DASH_LINE: Final = re.compile(r"(?:\r\n|\n|\r) *(- )")


class _Advice(NamedTuple):
    message: str
    help: str


_SAID: Final[tuple[tuple[str, _Advice], ...]] = (
    (
        "unexpected end of stream",
        _Advice("the text that begins here is never closed", "add the closing quote"),
    ),
    (
        "unknown escape character",
        _Advice(
            "a backslash in double quotes begins an escape, and this one does not exist",
            "write the backslash twice, or use single quotes",
        ),
    ),
    (
        "mapping values are not allowed",
        _Advice(
            "a `:` is not expected here",
            "lines of one mapping begin in the same column; text with `: ` in it must be in quotes",
        ),
    ),
    (
        "could not find expected ':'",
        _Advice("a key without its `:`", "write `key: value`, with a space after the colon"),
    ),
    (
        "did not find expected ',' or ']'",
        _Advice("a list in [ ] is not closed, or lacks a comma", "write it as [one, two]"),
    ),
    (
        "did not find expected ',' or '}'",
        _Advice("a mapping in { } is not closed, or lacks a comma", "write it as {one: 1, two: 2}"),
    ),
    (
        "did not find expected key",
        _Advice(
            "this line does not fit the lines above it",
            "lines of one mapping begin in the same column; text with special signs needs quotes",
        ),
    ),
    (
        "did not find expected '-' indicator",
        _Advice(
            "this line does not fit the list above it",
            "items of one list begin with `- ` in the same column",
        ),
    ),
    (
        "cannot start any token",
        _Advice("a value cannot begin with this character", "put the whole value into quotes"),
    ),
    (
        "block sequence entries are not allowed",
        _Advice("a list item cannot begin here", "begin the list on a line of its own"),
    ),
    (
        "expected alphabetic or numeric",
        _Advice(
            "a value that begins with `*` or `&` must be quoted",
            "put the whole value into quotes",
        ),
    ),
    (
        "incompatible YAML document",
        _Advice("this version of YAML is not known", "remove the %YAML line"),
    ),
)


_BEGINS_EARLIER: Final = (
    "unexpected end of stream",
    "could not find expected ':'",
    "did not find expected ',' or",
)
"""What is found out late: the place at fault is where it began."""


def begins_earlier(said: str) -> bool:
    """Whether the parser's complaint is about where something began."""
    return any(words in said for words in _BEGINS_EARLIER)


def explain(source: Source, said: str, offset: int) -> Problem:
    """Return the problem that stopped the YAML parser, in the parser's own understanding."""
    advice = next((advice for words, advice in _SAID if words in said), None)
    span = _visible(source, offset)
    if advice is None:
        return Problem("yaml-syntax", f"this is not YAML: {said}", span)
    return Problem("yaml-syntax", advice.message, span, help=advice.help)


def unreadable(source: Source, said: str) -> Problem:
    """Return the problem of a text that YAML's reader refuses as a whole."""
    return Problem("yaml-syntax", f"this is not YAML: {said}", source.span(0, 1))


def is_merge(node: Node) -> bool:
    """Whether a key is YAML's merge key."""
    return isinstance(node, ScalarNode) and node.style == "plain" and node.text == "<<"


def braces_at(source: Source, node: Node) -> int | None:
    """Return where a template begins that YAML takes for a key in braces; else None."""
    if isinstance(node, ScalarNode):
        return None
    starts = (node.span.start, node.span.start - 1)
    return next((one for one in starts if one >= 0 and source.text.startswith("{{", one)), None)


def is_key(node: ScalarNode) -> bool:
    """Whether a value is text, as keys are, and not YAML's merge key."""
    return isinstance(node.value, str) and (node.text != "<<" or node.style != "plain")


def bad_key(node: Node, path: str) -> Problem:
    """Return what is wrong with a key that is none."""
    if isinstance(node, ScalarNode):
        if is_merge(node):
            message = "merge keys (`<<`) are not part of the recipe language"
            return Problem("yaml-merge", message, node.span, help="write the keys out", path=path)
        shown = node.text or "nothing"
        help_ = f'write it in quotes: "{node.text}"' if node.text else "write a name before the `:`"
        message = f"a key must be text, and `{shown}` is not"
        return Problem("yaml-key", message, node.span, help=help_, path=path)
    return Problem("yaml-key", "a key must be text, not a list or mapping", node.span, path=path)


def fallen_text(source: Source, value: str, start: int) -> int | None:
    """Return where the text of an empty block stands that is not indented as far as it must be."""
    line, _ = source.position(start)
    if value.strip():
        return None
    head = source.line(line)
    last, _ = source.position(len(source.text))
    number = next((one for one in range(line + 1, last + 1) if source.line(one).strip()), 0)
    if not number:
        return None
    below = source.line(number)
    indent = len(below) - len(below.lstrip())
    if indent != len(head) - len(head.lstrip(" -")) or _PLAIN_KEY.match(below):
        return None
    return source.offset_of_line(number) + indent


def slipped_dash(source: Source, start: int, end: int) -> Problem | None:
    """Return what is wrong with a text without quotes that has a line of a list in it."""
    found = _DASH_LINE.search(source.text, start, end)
    if found is None:
        return None
    line, _ = source.position(found.start(1))
    above = source.line(source.position(start).line)
    indent = len(above) - len(above.lstrip())
    return Problem(
        "bad-indentation",
        "this line belongs to the text that begins above it, and is no item of its own",
        source.span(found.start(1), found.end(1)),
        severity="warning",
        help=f"put {indent} spaces before it, like the `-` above it: "
        f"write {source.line(line).strip()}",
        notes=(Note("the text begins here", source.span(start, start + 1)),),
    )


def unused_mark(source: Source, node: ScalarNode, name: str) -> Problem:
    """Return what is wrong with a text that begins with & and is marked by it for nothing."""
    begin = source.text.rfind(f"&{name}", 0, node.span.start + 1)
    whole = source.text[begin : node.span.end]
    return Problem(
        "yaml-alias",
        f"`&{name}` marks this value for a `*{name}`, and there is none: it is not in the text",
        source.span(begin, begin + len(name) + 1),
        severity="warning",
        help=f'write "{whole}" where it is a text; else remove the mark',
    )


def tag(source: Source, span: Span, path: str) -> Problem:
    """Return the problem of a value with a YAML tag."""
    whole = source.text[span.start : span.end]
    word = whole.split(maxsplit=1)[0] if whole.strip() else "!"
    is_text = "\n" not in whole and '"' not in whole and whole != word
    write = f': write "{whole}"' if is_text else ""
    return Problem(
        "yaml-tag",
        f"`{word}` is a YAML tag, which the recipe language does not have",
        Span(span.file, span.start, span.start + len(word)),
        help=f"remove the tag, or quote the text that begins with !{write}",
        path=path,
    )


def _visible(source: Source, offset: int) -> Span:
    """Return the word at `offset`, or the last visible character before it."""
    text = source.text
    rest = re.compile(r"\S+").match(text, offset)
    if rest:
        return source.span(offset, rest.end())
    end = len(text[:offset].rstrip())
    return source.span(max(end - 1, 0), max(end, 1))
