"""YAML's own complaints, said so that somebody who only wanted to write a recipe can mend them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from beeflow.recipe.document.nodes import Node, ScalarNode
from beeflow.recipe.problem import Problem, Span

if TYPE_CHECKING:
    import yaml

    from beeflow.recipe.document.source import Source

_BRACES: Final = re.compile(r"(?:^|[:\[,{-])\s*(\{[{%].*)$")
_MARKED: Final = re.compile(r"(?:^|[:\[,-])\s+([*&!@`%|>][^\s].*)$")
_AFTER_QUOTE: Final = re.compile(r"""[:-]\s+("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*[^\s,#\]}]""")
_TWO_COLONS: Final = re.compile(r"^\s*(?:-\s+)*([^\s:][^:]*):\s+(\S.*?:(?:\s.*)?)$")


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

_LONGEST_LINE: Final = 2_000
"""Lines longer than this were not written by hand, and are not searched for what was meant."""


def explain(source: Source, error: yaml.MarkedYAMLError) -> Problem:
    """Return the problem that stopped the YAML parser."""
    mark = error.problem_mark or error.context_mark
    offset = mark.index if mark else 0
    said = str(error.problem or "")
    if error.context_mark and any(words in said for words in _BEGINS_EARLIER):
        offset = error.context_mark.index
    line, _ = source.position(offset)
    for look in (_tab, _quoting, _second_colon):
        for number in (line, line - 1):
            if len(source.line(number)) > _LONGEST_LINE:
                continue
            if (found := look(source, number, offset)) is not None:
                return found
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


def bad_key(source: Source, node: Node, path: str) -> Problem | None:
    """Return what is wrong with a key that is not plain text, or None."""
    if isinstance(node, ScalarNode):
        if is_merge(node):
            message = "merge keys (`<<`) are not part of the recipe language"
            return Problem("yaml-merge", message, node.span, help="write the keys out", path=path)
        if isinstance(node.value, str):
            return None
        shown = node.text or "nothing"
        help_ = f'write it in quotes: "{node.text}"' if node.text else "write a name before the `:`"
        message = f"a key must be text, and `{shown}` is not"
        return Problem("yaml-key", message, node.span, help=help_, path=path)
    for start in (node.span.start, node.span.start - 1):
        if start >= 0 and source.text.startswith("{{", start):
            line, _ = source.position(start)
            return _braces(source, source.span(start, _line_end(source, line)))
    return Problem("yaml-key", "a key must be text, not a list or mapping", node.span, path=path)


def tag(source: Source, span: Span, path: str) -> Problem:
    """Return the problem of a value with a YAML tag."""
    word = source.text[span.start : span.end].split(maxsplit=1)
    return Problem(
        "yaml-tag",
        f"`{word[0] if word else '!'}` is a YAML tag, which the recipe language does not have",
        Span(span.file, span.start, span.start + len(word[0] if word else "!")),
        help="text that begins with ! must be quoted; otherwise remove the tag",
        path=path,
    )


def _tab(source: Source, number: int, offset: int) -> Problem | None:
    line = source.line(number)
    indent = line[: len(line) - len(line.lstrip())]
    begin = source.offset_of_line(number)
    if "\t" not in indent or number != source.position(offset).line:
        return None
    at = begin + indent.index("\t")
    return Problem(
        "yaml-syntax",
        "a tab indents this line, and YAML takes only spaces",
        source.span(at, begin + len(indent)),
        help="replace the tab by spaces",
    )


def _quoting(source: Source, number: int, _offset: int) -> Problem | None:
    line = source.line(number)
    begin = source.offset_of_line(number)
    if (found := _BRACES.search(line)) and not _inside_quotes(line, found.start(1)):
        return _braces(source, source.span(begin + found.start(1), begin + len(line.rstrip())))
    if (found := _MARKED.search(line)) and not _inside_quotes(line, found.start(1)):
        span = source.span(begin + found.start(1), begin + len(line.rstrip()))
        message = f"a value that begins with `{found[1][0]}` must be quoted"
        return Problem("yaml-syntax", message, span, help=_quoted(found[1]))
    if found := _AFTER_QUOTE.search(line):
        span = source.span(begin + found.end() - 1, begin + len(line.rstrip()))
        message = "there is more text after the closing quote"
        help_ = "put all of the value into one pair of quotes; a ' in single quotes is written ''"
        return Problem("yaml-syntax", message, span, help=help_)
    return None


def _second_colon(source: Source, number: int, offset: int) -> Problem | None:
    found = _TWO_COLONS.match(source.line(number))
    begin = source.offset_of_line(number)
    if found is None or not found.start(2) <= offset - begin <= found.end(2):
        return None
    if found[2][0] in "'\"[{":
        return None
    span = source.span(begin + found.start(2), begin + found.end(2))
    message = "a value with `: ` in it must be quoted"
    help_ = f"{_quoted(found[2])}; a mapping begins on a line of its own"
    return Problem("yaml-syntax", message, span, help=help_)


def _braces(source: Source, span: Span) -> Problem:
    message = "a value that begins with `{{` or `{%` must be quoted"
    value = _alone(source.text[span.start : span.end])
    span = source.span(span.start, span.start + len(value))
    return Problem("yaml-syntax", message, span, help=_quoted(value))


def _alone(rest: str) -> str:
    """Leave out what follows a value in the { } or [ ] around it, and closes them."""
    value = rest.rstrip()
    while value and any(
        value.endswith(closing) and value.count(closing) > value.count(opening)
        for opening, closing in ("{}", "[]")
    ):
        value = value[:-1].rstrip()
    end = value.find(",", value.find("}}"))
    return value if len(value) == len(rest.rstrip()) or end < 0 else value[:end].rstrip()


def _quoted(value: str) -> str:
    text = value.rstrip()
    mark = "'" if '"' in text else '"'
    if mark == "'":
        text = text.replace("'", "''")
    return f"write {mark}{text}{mark}"


def _inside_quotes(line: str, at: int) -> bool:
    before = line[:at]
    return before.count('"') % 2 == 1 or before.count("'") % 2 == 1


def _line_end(source: Source, number: int) -> int:
    return source.offset_of_line(number) + len(source.line(number).rstrip())


def _visible(source: Source, offset: int) -> Span:
    """Return the word at `offset`, or the last visible character before it."""
    text = source.text
    rest = re.compile(r"\S+").match(text, offset)
    if rest:
        return source.span(offset, rest.end())
    end = len(text[:offset].rstrip())
    return source.span(max(end - 1, 0), max(end, 1))
