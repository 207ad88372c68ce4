"""A template: text with `{{ }}` in it, parsed once and rendered often."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from jinja2 import nodes

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.access import follow
from beeflow.recipe.templates.evaluator import Compiler
from beeflow.recipe.templates.expression import CACHED
from beeflow.recipe.templates.limits import DEFAULT, Context, Frame
from beeflow.recipe.templates.references import Reference, references
from beeflow.recipe.templates.shortcuts import found, names_of
from beeflow.recipe.templates.statements import TemplateCompiler, Write, assigned, written
from beeflow.recipe.templates.syntax import Syntax, parse
from beeflow.recipe.templates.values import measure, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.recipe.templates.closures import Evaluate
    from beeflow.types import Json

_MOST_OPERANDS = 20
_WHOLE = frozenset({bool, int, float})
"""Kinds of values that are given as they are, whatever they are."""


class TemplateText:
    """A template that is ready to be rendered. Made by `parse_template`."""

    __slots__ = ("_cost", "_found", "_value", "_write", "assigned", "names", "references", "text")
    COMPILER: ClassVar[type[Compiler]] = Compiler
    FRAME: ClassVar[type[Frame]] = Frame

    def __init__(self, syntax: Syntax) -> None:
        self.text = syntax.text
        self.references: tuple[Reference, ...] = references(syntax)
        """All paths it reads, with their places and whether they are guarded."""
        self.names: frozenset[str] = frozenset(one.path[0] for one in self.references)
        """The names it reads."""
        self.assigned: frozenset[str] = assigned([syntax.node]) - {"loop"}
        """The names that `{% set %}` and `{% for %}` give within it."""
        self._cost = syntax.size
        self._value: Evaluate | None = None
        self._found: Callable[[Mapping[str, object]], object] | None = None
        self._write: Write | None = None
        only = only_expression(syntax)
        if only is None:
            assert isinstance(syntax.node, nodes.Template)  # noqa: S101 - for the type checker
            self._write = TemplateCompiler(syntax, self.COMPILER(syntax)).body(syntax.node.body)
        else:
            self._value = self.COMPILER(syntax).compile(only)
            names = names_of(only)
            self._found = None if names is None else found(names)

    @property
    def syntax(self) -> Syntax:
        """Its tree, parsed anew: kept by none but whoever checks it."""
        return parse(self.text, "template")

    def render(self, scope: Mapping[str, object], context: Context = DEFAULT) -> object:
        """Return its text, or the value of its one expression; raises `ExpressionError`.

        In a dry run the result may be an `Unknown`, or hold some.
        """
        if self._found is not None and context.escape is None and context.taint is None:
            quick = self._found(scope)
            if type(quick) in _WHOLE or (
                type(quick) is str and len(quick) <= context.limits.result
            ):
                return quick
        frame = self.FRAME(self.text, scope, context)
        frame.ticks -= self._cost
        try:
            if self._value is not None:
                value = self._value(frame)
                if isinstance(value, str):
                    value = value if frame.escape is None else frame.escape(value)
                    frame.write(value)
                elif isinstance(value, list | tuple | dict):
                    measure(frame, value, frame.limits.result)
                    value = value if frame.escape is None else _escaped(value, frame.escape)
                return value
            if self._write is not None:
                self._write(frame)
            return self._finished(frame)
        except ExpressionError as error:
            self._failed(error, frame, context)
            raise

    def _finished(self, frame: Frame) -> object:
        """Return what was written."""
        return written(frame)

    def _failed(self, error: ExpressionError, frame: Frame, _context: Context) -> None:
        """Complete what is said of an error: with the values that were read, and its place."""
        error.operands = error.operands or self._operands(frame)
        error.length = error.length or len(self.text)

    def _operands(self, frame: Frame) -> tuple[tuple[str, Json], ...]:
        read = {}
        for one in self.references[:_MOST_OPERANDS]:
            text = self.text[one.offset : one.offset + one.length]
            read[text] = self._shown(one, follow(frame.scope, one.path), frame)
        return tuple(read.items())

    def _shown(self, _one: Reference, value: object, _frame: Frame) -> Json:
        return shorten(value)


def _escaped(value: object, escape: Callable[[str], str]) -> object:
    """Return a value with every text in it escaped, but for the names in mappings."""
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, dict):
        return {name: _escaped(item, escape) for name, item in value.items()}
    return [_escaped(item, escape) for item in value] if isinstance(value, list | tuple) else value


def only_expression(syntax: Syntax) -> nodes.Expr | None:
    """Return the expression that the template is, if it is one and nothing else."""
    assert isinstance(syntax.node, nodes.Template)  # noqa: S101 - for the type checker
    tokens = syntax.lexed.tokens
    if not tokens or tokens[0].type != "variable_begin" or len(syntax.node.body) != 1:
        return None
    if not syntax.text.startswith("{{") or syntax.text.removesuffix("\n")[-2:] != "}}":
        return None
    output = syntax.node.body[0]
    if not isinstance(output, nodes.Output):
        return None
    parts = [
        each
        for each in output.nodes
        if not (isinstance(each, nodes.TemplateData) and each.data == "\n")
    ]
    return parts[0] if len(parts) == 1 else None


@lru_cache(maxsize=CACHED)
def parse_template(text: str) -> TemplateText:
    """Return the template that `text` is; raises `ExpressionError` with place and mend."""
    return TemplateText(parse(text, "template"))
