"""`# beeflow: ignore[rule] reason`: findings that somebody has looked at and wants to keep."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rules import RULES
from beeflow.recipe.document import Document, SequenceNode
from beeflow.recipe.document.nodes import MappingNode
from beeflow.recipe.problem import Problem, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_COMMENT: Final = re.compile(
    r"(?:^|(?<=\s))#\s*beeflow:\s*ignore\b[ \t]*(\[[^\]\r\n]*\])?([^\r\n]*)"
)


@dataclass(slots=True)
class Ignore:
    """A comment that silences rules on one line. `used` are those that it has silenced."""

    line: int
    span: Span
    rules: tuple[str, ...]
    reason: str
    used: set[str] = field(default_factory=set)


def apply_ignores(document: Document, problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems of one document that are not ignored, and those of the comments."""
    ignores = list(read_ignores(document))
    by_place = {(one.line, rule): one for one in ignores for rule in one.rules}
    for problem in problems:
        if problem.span.file != document.source.path:
            yield problem
            continue
        line = document.source.position(problem.span.start).line
        silenced = by_place.get((line, problem.rule))
        if silenced is None or not silenced.reason:
            yield problem
        else:
            silenced.used.add(problem.rule)
    for one in ignores:
        yield from _of_comment(one)


def read_ignores(document: Document) -> Iterator[Ignore]:
    """Yield the comments of a document; what looks like one within a text is none."""
    source = document.source
    if "beeflow:" not in source.text:
        return
    texts = _texts(document)
    for found in _COMMENT.finditer(source.text):
        if any(start <= found.start() < end for start, end in texts):
            continue
        line, column = source.position(found.start())
        alone = not source.line(line)[: column - 1].strip()
        rules = tuple(name.strip() for name in (found[1] or "[]")[1:-1].split(",") if name.strip())
        span = source.span(found.start(), found.start() + len(found[0].rstrip()))
        yield Ignore(line + 1 if alone else line, span, rules, found[2].strip())


def _texts(document: Document) -> list[tuple[int, int]]:
    """Return the stretches of texts that may hold a # that begins no comment."""
    waiting = [document.root] if document.root is not None else []
    found = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, MappingNode):
            waiting.extend(entry.value for entry in node)
        elif isinstance(node, SequenceNode):
            waiting.extend(node.items)
        elif node.style != "plain":
            found.append((node.span.start, node.span.end))
    return found


def _of_comment(one: Ignore) -> Iterator[Problem]:
    strangers = [name for name in one.rules if name not in RULES]
    if not one.rules:
        yield _bad(one, "this names no rule", "write # beeflow: ignore[rule] reason")
    elif strangers:
        near = nearest(strangers[0], RULES)
        help_ = did_you_mean(near) or "the rule stands in [ ] after error or warning"
        yield _bad(one, f"there is no rule `{strangers[0]}`", help_, near)
    elif not one.reason:
        yield _bad(one, "this gives no reason, and silences nothing", "add why after the ]")
    for name in one.rules:
        if name in RULES and one.reason and name not in one.used:
            yield _bad(one, f"there is no `{name}` here to ignore", "remove the comment")


def _bad(one: Ignore, message: str, help_: str, near: tuple[str, ...] = ()) -> Problem:
    return Problem(
        "bad-ignore", message, one.span, severity="warning", help=help_, suggestions=near
    )
