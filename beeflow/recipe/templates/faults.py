"""All that is wrong with one text, and what is left of it: for whoever tells every mistake at once.

A text that cannot be parsed is read without the `{{ }}` at fault, and where its `{% %}` do not
hold together, without these: what they may have set is not known then.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import msgspec
from jinja2 import nodes

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.evaluator import Compiler
from beeflow.recipe.templates.expression import parse_expression
from beeflow.recipe.templates.references import Reference, references
from beeflow.recipe.templates.statements import TemplateCompiler, assigned
from beeflow.recipe.templates.syntax import Syntax, parse
from beeflow.recipe.templates.template import only_expression, parse_template

if TYPE_CHECKING:
    from collections.abc import Iterable

    from beeflow.recipe.templates.closures import Evaluate
    from beeflow.recipe.templates.limits import Frame
    from beeflow.recipe.templates.statements import Write
    from beeflow.recipe.templates.tokens import Grammar

_CACHED: Final = 2048
_MOST: Final = 20
"""Faults of one text that are told, so that the work on it is bounded."""

_WORK: Final = 200_000
"""Characters that are parsed, again and again, in search of faults."""

_GAP: Final = "\ua66e"
"""Stands where an expression could not be read. It is a name that nobody writes."""

_BLOCK: Final = r"(?s)\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)|\{#.*?(?:#\}|\Z)"
_HEAD: Final = (
    r"\{%[-+]?\s*(?:(?:el)?if\b|for\s+\w+(?:\s*,\s*\w+)*\s+in\b|set\s+\w+(?:\s*,\s*\w+)*\s*=(?!=))"
)
_END: Final = r"[-+]?%\}\Z"
_WORD: Final = r"[^\W\d]\w*"


class Salvage(msgspec.Struct, frozen=True, dict=True):
    """A text as far as it can be read. `syntax` is None where nothing of it can.

    `loose` are names that parts which could not be read may have set. `references` are all paths
    that are read, but for those from names of which nothing is known.
    """

    syntax: Syntax | None
    faults: tuple[ExpressionError, ...] = ()
    loose: frozenset[str] = frozenset()
    references: tuple[Reference, ...] = ()

    @cached_property
    def only(self) -> nodes.Expr | None:
        """The expression that a template is, if it is one and nothing else."""
        return None if self.syntax is None else only_expression(self.syntax)


@lru_cache(maxsize=_CACHED)
def salvage(text: str, grammar: Grammar) -> Salvage:
    """Return what can be read of an expression or template, and all that is wrong with it."""
    try:
        whole = parse_expression(text) if grammar == "expression" else parse_template(text)
    except ExpressionError as error:
        first = error
    else:
        return Salvage(whole.syntax, references=whole.references)
    found = _parsed(text) if grammar == "template" else _only(text)
    syntax, faults, loose = found.syntax, list(found.faults), found.loose
    if syntax is not None:
        faults += [one for one in compile_faults(syntax) if not _follows(one, text, loose)]
    faults = faults[:_MOST] or [first]
    read = () if syntax is None else references(syntax)
    return Salvage(
        syntax,
        tuple(sorted(faults, key=lambda one: one.offset)),
        loose,
        tuple(one for one in read if one.path[0] not in loose),
    )


def _follows(fault: ExpressionError, text: str, loose: frozenset[str]) -> bool:
    """Whether a fault is about a name that a part which could not be read may have set."""
    return text[fault.offset : fault.offset + fault.length] in loose


# --- what cannot be parsed -------------------------------------------------------------------


def _only(text: str) -> Salvage:
    try:
        return Salvage(parse(text, "expression"))
    except ExpressionError as error:
        return Salvage(None, (error,))


def _parsed(text: str) -> Salvage:
    """Parse a template, leaving out one part after the other that cannot be."""
    faults: list[ExpressionError] = []
    for _ in range(max(2, min(_MOST, _WORK // len(text)))):
        try:
            return Salvage(parse(text, "template"), tuple(faults), frozenset({_GAP}))
        except ExpressionError as error:
            faults.append(error)
            left = _without(text, error.offset)
        if left is None:
            return _without_tags(text, faults)
        text = left
    return Salvage(None, tuple(faults))


def _without_tags(text: str, faults: Iterable[ExpressionError]) -> Salvage:
    """Read what stands between statements that do not hold together."""
    tags = [one for one in re.finditer(_BLOCK, text) if one[0].startswith("{%")]
    loose = frozenset(word for one in tags for word in re.findall(_WORD, one[0]))
    for one in tags:
        text = _blank(text, *one.span())
    try:
        syntax = parse(text, "template")
    except ExpressionError:
        return Salvage(None, tuple(faults))
    return Salvage(syntax, tuple(faults), loose | {_GAP, "loop"})


def _without(text: str, offset: int) -> str | None:
    """Return a text, as long as before, without the part at fault; None where it is none."""
    block = next(
        (one for one in re.finditer(_BLOCK, text) if one.start() <= offset < one.end()), None
    )
    if block is None or block[0].startswith("{#"):
        return None
    if block[0].startswith("{{"):
        return _blank(text, *block.span()) if _fails(block[0], "template") else None
    head, end = re.match(_HEAD, block[0]), re.search(_END, block[0])
    if head is None or end is None or not _fails(block[0][head.end() : end.start()], "expression"):
        return None
    start, stop = block.start() + head.end(), block.start() + end.start()
    gap = f" {_GAP}".ljust(stop - start)
    return text[:start] + gap + text[stop:] if len(gap) == stop - start else None


def _fails(text: str, grammar: Grammar) -> bool:
    try:
        parse(text, grammar)
    except ExpressionError:
        return True
    return False


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


# --- what is parsed, and not there ----------------------------------------------------------


def compile_faults(syntax: Syntax) -> list[ExpressionError]:
    """Return all that is wrong with a tree: what is used that there is not, or not so."""
    compiler = _Collector(syntax)
    if isinstance(syntax.node, nodes.Template):
        body = _Body(syntax, compiler)
        body.body(syntax.node.body)
    else:
        compiler.compile(syntax.node)
    return list(compiler.faults.values())


class _Collector(Compiler):
    """Compiles all of a tree, also behind an error, and keeps the errors."""

    def __init__(self, syntax: Syntax) -> None:
        super().__init__(syntax)
        self.local = assigned([syntax.node])
        self.faults: dict[tuple[int, int, str], ExpressionError] = {}
        self.seen: set[int] = set()

    def note(self, error: ExpressionError) -> None:
        """Keep an error; the same at the same place is kept once."""
        self.faults.setdefault((error.offset, error.length, error.message), error)

    def compile(self, node: nodes.Node) -> Evaluate:
        """Compile a node and all within it, each once, until there are faults enough."""
        if id(node) not in self.seen and len(self.faults) < _MOST:
            self.seen.add(id(node))
            try:
                return super().compile(node)
            except ExpressionError as error:
                self.note(error)
                self.within(node)
        return _nothing

    def within(self, node: nodes.Node) -> None:
        """Compile what is within a node that is wrong itself."""
        for part in node.iter_child_nodes():
            if type(part) in self._table:
                self.compile(part)
            else:
                self.within(part)


class _Body(TemplateCompiler):
    """Compiles all statements of a template, also behind an error."""

    def __init__(self, syntax: Syntax, compiler: _Collector) -> None:
        super().__init__(syntax, compiler)
        self.compiler: _Collector = compiler

    def _statement(self, node: nodes.Node) -> Write:
        if id(node) not in self.compiler.seen:
            self.compiler.seen.add(id(node))
            try:
                return super()._statement(node)
            except ExpressionError as error:
                self.compiler.note(error)
                self._within(node)
        return _unwritten

    def _within(self, node: nodes.Node) -> None:
        for part in node.iter_child_nodes():
            if isinstance(part, nodes.Stmt):
                self._statement(part)
            elif isinstance(part, nodes.Filter) and part.node is None:
                continue  # of `{% set x | upper %}`: that is what is wrong
            elif type(part) in self.compiler._table:  # noqa: SLF001 - they belong together
                self.compiler.compile(part)


def _nothing(_frame: Frame) -> object:
    return None


def _unwritten(_frame: Frame) -> None:
    return None
