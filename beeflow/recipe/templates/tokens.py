"""From the text of a template to Jinja2's tokens, each with its exact place.

Jinja2's own lexer does the work. It reports lines only, so the places are found by laying its
tokens side by side: everything but the blanks that `{%-` strips is reported.
"""

from __future__ import annotations

import re
import sys
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec
from jinja2 import Environment, TemplateSyntaxError
from jinja2.lexer import Token, operators

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.limits import MAX_NESTING, MAX_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2.nodes import Node

Grammar: TypeAlias = Literal["expression", "template"]

ENVIRONMENT = Environment(keep_trailing_newline=True)  # noqa: S701 - only HTML is escaped: `escape`
_TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset")
_UNSEEN = {"whitespace", "comment_begin", "comment", "comment_end"}
_OPENING = {"lparen": "rparen", "lbracket": "rbracket", "lbrace": "rbrace"}
_LONGEST_NUMBER = 40
_SURROGATES = range(0xD800, 0xE000)
_MENDS = {
    "&": "write `and`",
    "!": "write `not`, or `!=` to compare",
    "?": "write `a if condition else b`",
    "'": "this text is not closed: put a ' at its end",
    '"': 'this text is not closed: put a " at its end',
    **dict.fromkeys("\u2018\u2019\u201a\u201b", "write plain quotes, as in 'live'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f", 'write plain quotes, as in "live"'),
    "#": "a comment is written {# so #}, outside of expressions",
}
_ESCAPE = r"(?s)\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\n)|(.))"
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "0": "\0"}
_ESCAPED |= {quote: quote for quote in "\\'\""}


class Lexed(msgspec.Struct, frozen=True):
    """A text and its tokens. The `lineno` of each token is its number in `tokens`."""

    text: str
    tokens: tuple[Token, ...]
    places: tuple[tuple[int, int], ...]
    """Start and end of each token, in characters of the text."""
    closing: dict[int, int]
    """For each opening bracket, the number of the token that closes it."""
    stretches: dict[Node, tuple[int, int]] = msgspec.field(default_factory=dict)
    """First and last token of the nodes that were asked for: long chains ask again and again."""


def lex(text: str, grammar: Grammar) -> Lexed:
    """Return the tokens of `text`; raises `ExpressionError` with the place and the mend."""
    if len(text) > MAX_SOURCE:
        raise ExpressionError(
            f"this is {len(text):,} characters long; at most {MAX_SOURCE:,} are read"
        )
    if grammar == "expression":
        _refuse_braces(text)
    tokens: list[Token] = []
    places: list[tuple[int, int]] = []
    for kind, raw, start in _pieces(text, grammar):
        if kind not in _UNSEEN:
            value = _value(kind, raw, start)
            name = operators[raw] if kind == "operator" else kind
            tokens.append(Token(len(tokens), name, value))
            places.append((start, start + len(raw)))
    closing = _closing(tokens, places)
    if grammar == "template":
        _refuse_tags(tokens, places)
    return Lexed(text, tuple(tokens), tuple(places), closing)


def _pieces(text: str, grammar: Grammar) -> Iterator[tuple[str, str, int]]:
    """Yield kind, text and offset of everything that Jinja2's lexer reports."""
    flat = text.replace("\r\n", " \n").replace("\r", "\n")  # as long as before
    state = "variable" if grammar == "expression" else None
    position = 0
    try:
        for _, kind, value in ENVIRONMENT.lexer.tokeniter(flat, None, None, state):
            while not flat.startswith(value, position):
                position += 1  # blanks that `{%-` stripped
            start, position = position, position + len(value)
            yield kind, text[start:position], start
    except TemplateSyntaxError as error:
        raise _lexer_error(text, position, str(error.message)) from None


def _lexer_error(text: str, position: int, message: str) -> ExpressionError:
    if message.startswith("Missing end of comment"):
        return ExpressionError(
            "this comment is not closed: write #}", offset=position - 2, length=2
        )
    if message.startswith("Missing end of raw"):
        return _raw_error(position)
    while position < len(text) - 1 and text[position].isspace():
        position += 1
    char = text[position : position + 1]
    mend = _MENDS.get(char) or _unclosed(text, position)
    if mend is None and char in ")]}":
        mend = "it closes nothing that was opened before it"
    return ExpressionError(
        f"`{char}` cannot stand here" + (f": {mend}" if mend else ""),
        offset=position,
        length=1,
        suggestion=mend,
    )


def _unclosed(text: str, position: int) -> str | None:
    """Say so where something stands in a {{ that is not closed before it."""
    begin = text.rfind("{{", 0, position)
    if begin < 0 or "}}" in text[begin:position]:
        return None
    if text[position] == "}":
        bracket = _open_bracket(text[begin + 2 : position])
        if bracket:
            return f"close the {bracket} before it"
        return "write }} to close the {{ before it"
    return None if "}}" in text[position:] else "the {{ before it is not closed: write }}"


def _open_bracket(text: str) -> str:
    """Return the innermost bracket that is open at the end of a text, quotes left out."""
    opened: list[str] = []
    for char in re.sub(r"'[^']*'|\"[^\"]*\"", "", text):
        if char in "([{":
            opened.append(char)
        elif char in ")]}" and opened:
            opened.pop()
    return opened[-1] if opened else ""


def _raw_error(offset: int) -> ExpressionError:
    return ExpressionError(
        "`raw` is not there: to write braces, write {{ '{{' }}", offset=offset, length=2
    )


def _value(kind: str, raw: str, start: int) -> str:
    """Return the value of a token; numbers stand in it as Python objects, as Jinja2 has them."""
    if kind == "raw_begin":
        raise _raw_error(start)
    if kind == "string":
        return _unescape(raw, start)
    if kind in {"integer", "float"}:
        return _number(kind, raw, start)  # type: ignore[return-value]  # so does Jinja2's lexer
    if kind == "name" and not raw.isidentifier():
        raise ExpressionError(f"`{raw}` is not a name", offset=start, length=len(raw))
    return raw


def _number(kind: str, raw: str, start: int) -> float:
    if len(raw) > _LONGEST_NUMBER:
        raise ExpressionError(
            f"this number is {len(raw)} characters long; at most {_LONGEST_NUMBER} are read",
            offset=start,
            length=len(raw),
        )
    if kind == "integer":
        return int(raw.replace("_", ""), 0)
    number = float(raw.replace("_", ""))
    if number in {float("inf"), float("-inf")}:
        raise ExpressionError("this number is too large", offset=start, length=len(raw))
    return number


def _unescape(raw: str, start: int) -> str:
    r"""Read the escapes of a text in quotes; an unknown one, such as `\d`, stays as written."""

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if match[4]:
            return ""
        if code is None:
            return _ESCAPED.get(match[5], match[0])
        number = int(code, 16)
        if number > sys.maxunicode or number in _SURROGATES:
            offset = start + 1 + match.start()
            raise ExpressionError(
                f"`{match[0]}` is not a character", offset=offset, length=len(match[0])
            )
        return chr(number)

    return re.sub(_ESCAPE, character, raw[1:-1]) if "\\" in raw else raw[1:-1]


# --- what is refused before anything is parsed -----------------------------------------------


def _refuse_braces(text: str) -> None:
    """Refuse braces around an expression, and within its quotes, where nothing renders them."""
    for mark, end in (("{{", "}}"), ("{%", "%}")):
        before, found, rest = text.partition(mark)
        inside, closed, _ = rest.partition(end)
        if found and (closed or not before.strip()):
            raise ExpressionError(
                f"`{mark} {end}` does not belong into an expression: write it bare, "
                f"without {mark} {end}",
                offset=len(before),
                length=len(mark + inside + closed),
                suggestion=inside.strip("- \n") or None,
            )
    if (start := text.find("}}")) >= 0 and "{" not in text:
        raise ExpressionError("`}}` does not belong into an expression", offset=start, length=2)


def _closing(tokens: list[Token], places: list[tuple[int, int]]) -> dict[int, int]:
    closing: dict[int, int] = {}
    open_ones: list[int] = []
    for number, token in enumerate(tokens):
        if token.type in _OPENING:
            open_ones.append(number)
            if len(open_ones) > MAX_NESTING:
                raise _too_deep(places[number])
        elif token.type in _OPENING.values() and open_ones:
            closing[open_ones.pop()] = number
    if open_ones:
        start, end = places[open_ones[-1]]
        raise ExpressionError(
            f"this `{tokens[open_ones[-1]].value}` is not closed", offset=start, length=end - start
        )
    return closing


def _too_deep(place: tuple[int, int]) -> ExpressionError:
    return ExpressionError(
        f"this is nested too deeply: at most {MAX_NESTING} levels are read",
        offset=place[0],
        length=place[1] - place[0],
    )


def _refuse_tags(tokens: list[Token], places: list[tuple[int, int]]) -> None:
    """Refuse all statements but if, for and set, and blocks that are nested too deeply."""
    depth = 0
    opened: list[str] = []
    for before, token in pairwise(tokens):
        if before.type != "block_begin":
            continue
        start, end = places[token.lineno]
        if token.value not in _TAGS:
            near = get_close_matches(str(token.value), _TAGS, 1)
            if str(token.value).startswith("end") and opened:
                near = [f"write {{% end{opened[-1]} %}}"]
            raise ExpressionError(
                f"`{token.value}` is not a statement of a template: only if, for and set are",
                offset=start,
                length=end - start,
                suggestion=near[0] if near else None,
            )
        if token.value in {"if", "for"}:
            opened.append(str(token.value))
        elif token.value in {"endif", "endfor"} and opened:
            opened.pop()
        depth += {"if": 1, "for": 1, "endif": -1, "endfor": -1}.get(str(token.value), 0)
        if depth > MAX_NESTING:
            raise _too_deep((start, end))
