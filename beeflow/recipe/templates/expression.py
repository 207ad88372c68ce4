"""An expression: parsed once, evaluated often, and explained when someone asks why."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

import msgspec
from jinja2 import nodes

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.evaluator import Compiler
from beeflow.recipe.templates.limits import DEFAULT, Context, Frame
from beeflow.recipe.templates.references import Reference, path_of, references
from beeflow.recipe.templates.shortcuts import explained
from beeflow.recipe.templates.syntax import Syntax, parse
from beeflow.recipe.templates.values import measure, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.recipe.templates.closures import Evaluate
    from beeflow.types import Json

CACHED = 4096
"""Expressions, and as many templates, that are kept ready by their text."""

Operands = tuple[tuple[str, "Json"], ...]

_MOST_OPERANDS = 20


class Explanation(msgspec.Struct, frozen=True, gc=False):
    """What an expression gave, and what went into it: source text and value of each part.

    Values are shortened to 200 characters and not masked: whoever shows them masks secrets.
    """

    value: object
    operands: Operands


class Expression:
    """An expression that is ready to be evaluated. Made by `parse_expression`."""

    __slots__ = (
        "_cost", "_evaluate", "_operands", "_passes", "_shortcut", "names", "references", "text",
    )  # fmt: skip
    COMPILER: ClassVar[type[Compiler]] = Compiler
    FRAME: ClassVar[type[Frame]] = Frame

    def __init__(self, syntax: Syntax) -> None:
        self.text = syntax.text
        self.references: tuple[Reference, ...] = references(syntax)
        """All paths it reads, with their places and whether they are guarded."""
        self.names: frozenset[str] = frozenset(one.path[0] for one in self.references)
        """The names it reads."""
        self._evaluate = self.COMPILER(syntax).compile(syntax.node)
        self._cost = syntax.size
        self._passes = path_of(syntax.node) is not None
        self._shortcut = explained(syntax)
        self._operands: tuple[tuple[str, Evaluate], ...] | None = None

    @property
    def syntax(self) -> Syntax:
        """Its tree, parsed anew: kept by none but whoever checks it."""
        return parse(self.text, "expression")

    def evaluate(self, scope: Mapping[str, object], context: Context = DEFAULT) -> object:
        """Return its value; raises `ExpressionError` with place and operands."""
        frame = self.FRAME(self.text, scope, context)
        frame.ticks -= self._cost
        try:
            value = self._evaluate(frame)
            if isinstance(value, list | dict) and not self._passes:
                measure(frame, value, frame.limits.text)
        except ExpressionError as error:
            self._failed(error, frame, context)
            raise
        return value

    def explain(self, scope: Mapping[str, object], context: Context = DEFAULT) -> Explanation:
        """Return its value and the values of its parts; raises as `evaluate` does."""
        if self._shortcut is not None and context.taint is None:
            quick = self._shortcut(scope)
            if quick is not None:
                return Explanation(*quick)
        value = self.evaluate(scope, context)
        return Explanation(value, self._read_operands(scope, context))

    def _failed(self, error: ExpressionError, frame: Frame, context: Context) -> None:
        """Complete what is said of an error: with the values of the parts, and its place."""
        if not error.operands:
            error.operands = self._read_operands(frame.scope, context)
        error.length = error.length or len(self.text)

    def _read_operands(self, scope: Mapping[str, object], context: Context) -> Operands:
        if self._operands is None:
            self._operands = _operands(self.syntax, self.COMPILER(self.syntax))
        frame = self.FRAME(self.text, scope, context)
        return tuple((text, self._shown(part, frame)) for text, part in self._operands)

    def _shown(self, part: Evaluate, frame: Frame) -> Json:
        try:
            return shorten(part(frame))
        except ExpressionError:
            return "(not evaluated)"


def _operands(syntax: Syntax, compiler: Compiler) -> tuple[tuple[str, Evaluate], ...]:
    """Return the parts a reader wants to see: the paths, and what is compared."""
    found: dict[str, Evaluate] = {}
    for node in _telling(syntax.node):
        text = syntax.source(node)
        if text not in found and len(found) < _MOST_OPERANDS:
            found[text] = compiler.lenient(node)
    return tuple(found.items())


def _telling(node: nodes.Node) -> list[nodes.Expr]:
    if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem) and path_of(node) is not None:
        return [node]
    found: list[nodes.Expr] = []
    for child in _children(node):
        found += _telling(child)
    if isinstance(node, nodes.Compare):
        sides = (node.expr, *(step.expr for step in node.ops))
        found += [side for side in sides if not _plain(side)]
    return found


def _children(node: nodes.Node) -> list[nodes.Node]:
    children = list(node.iter_child_nodes())
    if isinstance(node, nodes.Call):
        owner = [node.node.node] if isinstance(node.node, nodes.Getattr) else []
        return [*owner, *(child for child in children if child is not node.node)]
    return children


def _plain(node: nodes.Expr) -> bool:
    """Return whether there is nothing to show: a literal, or a path, which is listed already."""
    if isinstance(node, nodes.List | nodes.Tuple):
        return all(_plain(item) for item in node.items)
    return isinstance(node, nodes.Const) or path_of(node) is not None


@lru_cache(maxsize=CACHED)
def parse_expression(text: str) -> Expression:
    """Return the expression that `text` is; raises `ExpressionError` with place and mend."""
    return Expression(parse(text, "expression"))
