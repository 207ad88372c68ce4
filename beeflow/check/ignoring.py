"""`# beeflow: ignore[rule] reason`: findings that somebody has looked at and wants to keep."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rules import RULES
from beeflow.recipe.document import Document, SequenceNode, inner
from beeflow.recipe.document.nodes import MappingNode
from beeflow.recipe.problem import Problem, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from beeflow.recipe.document import Source

_COMMENT: Final = re.compile(
    r"(?:^|(?<=\s))#\s*beeflow:\s*ignore\b[ \t]*(\[[^\]\r\n]*\])?([^\r\n]*)"
)


_MOST: Final = 1_000
"""Comments of one file that are read: a bound for hostile files, far above what others have."""


class Ignore(msgspec.Struct):
    """A comment that silences rules from one line to another.

    `used` are the rules that it has silenced, `refused` those that cannot be.
    """

    first: int
    last: int
    span: Span
    rules: tuple[str, ...]
    reason: str
    used: set[str] = msgspec.field(default_factory=set)
    refused: set[str] = msgspec.field(default_factory=set)

    def covers(self, rule: str, line: int) -> bool:
        """Whether a finding of a rule on a line is meant."""
        return rule in self.rules and self.first <= line <= self.last


def apply_ignores(
    document: Document, problems: Iterable[Problem], unreadable: Collection[Problem] = ()
) -> Iterator[Problem]:
    """Yield the problems of one document that are not ignored, and those of the comments.

    `unreadable` are those without whose mend the recipe cannot be read: no comment makes it run.
    """
    ignores = list(read_ignores(document))
    kept = {(one.span, one.rule) for one in unreadable}
    for problem in problems:
        silenced = _silencing(ignores, document, problem)
        if silenced is None:
            yield problem
        elif (problem.span, problem.rule) in kept:
            silenced.refused.add(problem.rule)
            yield problem
        else:
            silenced.used.add(problem.rule)
    for one in ignores:
        yield from _of_comment(one)


def _silencing(ignores: list[Ignore], document: Document, problem: Problem) -> Ignore | None:
    if not ignores or problem.span.file != document.source.path:
        return None
    line = document.source.position(problem.span.start).line
    return next((one for one in ignores if one.reason and one.covers(problem.rule, line)), None)


def read_ignores(document: Document) -> Iterator[Ignore]:
    """Yield the comments of a document; what looks like one within a text is none.

    A comment alone is about the next line that is neither empty nor a comment; and where a text
    of several lines begins, it is about all of it.
    """
    source = document.source
    if "beeflow:" not in source.text:
        return
    texts = _texts(document)
    ends: dict[int, int] = {}
    for all_, _ in texts:
        first, last = source.position(all_.start).line, source.position(all_.end).line
        ends[first] = max(last, ends.get(first, 0))
    after: dict[int, int] = {}
    for found in islice(_COMMENT.finditer(source.text), _MOST):
        if any(inside.start <= found.start() < inside.end for _, inside in texts):
            continue
        line, column = source.position(found.start())
        if not source.line(line)[: column - 1].strip():
            line = _next_line(source, line, after)
        rules = tuple(name.strip() for name in (found[1] or "[]")[1:-1].split(",") if name.strip())
        span = source.span(found.start(), found.start() + len(found[0].rstrip()))
        yield Ignore(line, max(line, ends.get(line, 0)), span, rules, found[2].strip())


def _next_line(source: Source, line: int, after: dict[int, int]) -> int:
    """Return the next line that is neither empty nor a comment; `after` keeps what was found."""
    if line in after:
        return after[line]
    last = source.position(len(source.text)).line
    found = next(
        (
            after.get(one, one)
            for one in range(line + 1, last + 1)
            if one in after or source.line(one).split("#")[0].strip()
        ),
        last + 1,
    )
    after.update(dict.fromkeys(range(line, found), found))
    return found


def _texts(document: Document) -> list[tuple[Span, Span]]:
    """Return the texts that may hold a # that begins no comment: all of each, and its inside."""
    waiting = [document.root] if document.root is not None else []
    found = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, MappingNode):
            waiting.extend(entry.value for entry in node)
        elif isinstance(node, SequenceNode):
            waiting.extend(node.items)
        elif node.style != "plain":
            found.append((node.span, inner(document.source, node)))
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
        if name in one.refused:
            help_ = "mend what it is about: without that, the recipe cannot be read"
            yield _bad(one, f"`{name}` cannot be ignored here", help_)
        elif name in RULES and one.reason and name not in one.used:
            yield _bad(one, f"there is no `{name}` here to ignore", "remove the comment")


def _bad(one: Ignore, message: str, help_: str, near: tuple[str, ...] = ()) -> Problem:
    return Problem(
        "bad-ignore", message, one.span, severity="warning", help=help_, suggestions=near
    )
