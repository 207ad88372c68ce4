"""Expressions and templates: compiled here once, so that a slip is found before anything runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.errors import ExpressionError
from beeflow.recipe.document import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    inner,
    locate,
)
from beeflow.recipe.model import Expr, Template, Value
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.templates.expression import parse_expression
from beeflow.recipe.templates.faults import salvage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.templates.faults import Salvage
    from beeflow.recipe.templates.references import Reference

_HINTS: Final = (
    r"(?s)(?P<message>.*?)"
    r"(?: — (?P<near>did you mean .*?\?))?"
    r"(?: (?P<known>\((?:there are|has): .*\)))?"
)
"""How the messages of templates name what is near and what there is."""

_BRACED: Final = r"\{\{\s*(.*?)\s*\}\}"
_MARK: Final = re.compile(r"\{[{%#]")


def is_template(text: str) -> bool:
    """Whether a text has anything in it that is rendered."""
    return "{" in text and _MARK.search(text) is not None


def expression(reading: Reading, place: Place) -> Expr | None:
    """Read a bare expression; None (reported) where there is none, or nothing of it can be read.

    One that is reported and can be read is kept, so that all that is wrong with it is told.
    """
    node = place.node
    if not isinstance(node, ScalarNode) or node.value is None:
        example = "one text, such as trigger.data.status == 'live'"
        if isinstance(node, SequenceNode) and "\n" not in (listed := _written(reading, node)):
            example = f'one text: "{listed}"'
        reading.wrong_type(place, "an expression", example)
        return None
    if "{{" in node.text or "{%" in node.text:
        _braces(reading, place, node)
        return None
    if not reading.count_text(place):
        return None
    if not _is_readable(reading, place, salvage(node.text, "expression")):
        return None
    return Expr(node.text, inner(reading.source, node))


def _written(reading: Reading, node: Node) -> str:
    return reading.source.text[node.span.start : node.span.end]


def value(reading: Reading, place: Place) -> Value:
    """Read JSON in which any text may be a template; what is wrong (reported) becomes None."""
    node = place.node
    if isinstance(node, MappingNode):
        read: dict[str, Value] = {}
        for entry in node.entries:
            name = entry.key.text
            if is_template(name):
                _template_key(reading, place.child(name, entry.key))
            read[name] = _part(reading, place, name, entry.value)
        return read
    if isinstance(node, SequenceNode):
        return [_part(reading, place, at, item) for at, item in enumerate(node.items)]
    if isinstance(node.value, str) and is_template(node.value):
        return template(reading, place, node)
    return node.value


def _part(reading: Reading, place: Place, part: str | int, node: Node) -> Value:
    """Read what is within a place; most of it is a plain value, of which nothing is told."""
    if isinstance(node, ScalarNode) and "{" not in node.text:
        return node.value
    return value(reading, place.child(part, node))


def template(reading: Reading, place: Place, node: ScalarNode) -> Template | None:
    """Read a text with `{{ }}` or `{% %}` in it; None (reported) where nothing of it can be read.

    One that is reported and can be read in parts is kept, as an expression is.
    """
    if not reading.count_text(place):
        return None
    if not _is_readable(reading, place, salvage(node.text, "template")):
        return None
    return Template(node.text, inner(reading.source, node))


def _is_readable(reading: Reading, place: Place, read: Salvage) -> bool:
    """Report all that is wrong with a text; whether anything of it can be read."""
    for fault in read.faults:
        expression_problem(reading, place, fault)
    reading.secrets.update(_secrets(read.references))
    return read.syntax is not None


def expression_problem(reading: Reading, place: Place, error: ExpressionError) -> None:
    """Report what is wrong within an expression or template, at its very characters."""
    node = place.node
    span = node.span
    if isinstance(node, ScalarNode):
        span = locate(reading.source, node, error.offset, error.length)
    reading.report(place, _said(error), span)


def _said(error: ExpressionError) -> Finding:
    """Part what is wrong from how to mend it, which the error says in one sentence."""
    message, mend = error.message, error.suggestion
    suggestions: tuple[str, ...] = ()
    found = re.fullmatch(_HINTS, message)
    if found and (found["near"] or found["known"]):
        message = found["message"]
        suggestions = (mend,) if mend else ()
        known = found["known"] or ""
        mend = f"{found['near']} {known}".strip() if found["near"] else known.strip("()")
    elif mend and message.endswith(f": {mend}"):
        message = message.removesuffix(f": {mend}")
    elif mend is None and ": write " in message:
        message, _, mend = message.partition(": ")
    # A filter that there is not is one cause, however often it is written.
    cause = message if message.startswith("there is no ") else ""
    return Finding("expression", message, mend, suggestions, cause=cause)


def _secrets(read: Iterable[Reference]) -> Iterator[str]:
    for one in read:
        if one.path[0] == "secrets" and len(one.path) > 1:
            yield one.path[1]


def _braces(reading: Reading, place: Place, node: ScalarNode) -> None:
    bare = node.text.strip()
    whole = bare.startswith("{{") and bare.endswith("}}") and bare.count("{{") == 1
    mend = bare[2:-2].strip() if whole else _without_braces(bare)
    at = min(node.text.find(mark) for mark in ("{{", "{%") if mark in node.text)
    length = len(bare) if whole else 2
    reading.report(
        place,
        Finding(
            "braces-in-expression",
            f"{place.title} is an expression, and takes no `{node.text[at : at + 2]}`",
            f"write it bare: {mend}" if mend else "write names bare, and join texts with ~",
            (mend,) if mend else (),
        ),
        locate(reading.source, node, at, length),
    )


def _without_braces(text: str) -> str | None:
    """Return an expression with its braces taken away, where it is one then."""
    bare = re.sub(_BRACED, r"\1", text)
    try:
        parse_expression(bare)
    except ExpressionError:
        return None
    return bare


def _template_key(reading: Reading, place: Place) -> None:
    message = "a key cannot be a template; only values can"
    reading.report(place, Finding("expression", message))
