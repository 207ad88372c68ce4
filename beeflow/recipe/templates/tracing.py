"""Expressions and templates that tell what they compute from secrets.

A secret's value is known, so it can be kept from readers wherever it stands. Once a recipe has
changed it (`secrets.TOKEN | upper`, a slice, a join of parts), it looks like any other text. So
what is evaluated here hands each text that it makes of a secret to a `Taint`, which knows it from
then on.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from jinja2 import nodes

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.evaluator import Compiler
from beeflow.recipe.templates.expression import CACHED, Expression
from beeflow.recipe.templates.references import path_of
from beeflow.recipe.templates.syntax import parse
from beeflow.recipe.templates.taint import CLEAR, KNOWN, LOOSE, TracedFrame, conceal, told
from beeflow.recipe.templates.template import TemplateText

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.recipe.templates.closures import Evaluate
    from beeflow.recipe.templates.limits import Context, Frame
    from beeflow.recipe.templates.references import Reference
    from beeflow.types import Json

_SECRETS: Final = "secrets"
_JOINS: Final = frozenset({"join", "string", "json"})
_PARTS: Final = frozenset(
    {
        "batch", "default", "d", "dictsort", "first", "get", "groupby", "items", "keys", "last",
        "list", "max", "min", "reject", "rejectattr", "select", "selectattr", "slice", "sort",
        "unique", "values",
    }
)  # fmt: skip
"""What only picks or orders parts of a value, and leaves each as it is."""

_TELLING_NOTHING: Final = frozenset({"mask", "length", "count", "wordcount"})
_ANSWERS: Final = (nodes.Compare, nodes.Test, nodes.Not)
_MAKERS: Final = (nodes.Filter, nodes.Call, nodes.BinExpr, nodes.UnaryExpr, nodes.Concat)
_CHOICES: Final = (nodes.And, nodes.Or)


class TracingCompiler(Compiler):
    """Makes the closures of `Compiler`, with those that make new values of secrets watched."""

    _on_a_path = False

    def compile(self, node: nodes.Node) -> Evaluate:
        """Return what evaluates `node`, and sets the level of its value."""
        if self._on_a_path:
            return super().compile(node)
        if path_of(node) is not None:
            return self._path(node, super().compile)
        inner = super().compile(node)
        if isinstance(node, _ANSWERS):
            return _silent(inner)
        if isinstance(node, nodes.Getitem):
            return _worked(inner, _item if not isinstance(node.arg, nodes.Slice) else _made)
        if isinstance(node, _MAKERS) and not isinstance(node, _CHOICES):
            return _worked(inner, _judging(node), always=_name(node) == "get")
        return inner

    def lenient(self, node: nodes.Node) -> Evaluate:
        """As `compile`, giving `UNDEFINED` where something is missing."""
        if not self._on_a_path and path_of(node) is not None:
            return self._path(node, super().lenient)
        return super().lenient(node)

    def condition(self, node: nodes.Node) -> Evaluate:
        """Return what evaluates a condition: its value goes nowhere."""
        return _silent(self.compile(node))

    def shown(self, node: nodes.Node) -> Evaluate:
        """Return what evaluates a value that is written; counts those that are loose."""

        def count(frame: TracedFrame, value: object) -> int:
            level = frame.level or frame.judge(value)
            frame.pieces += level == LOOSE
            return level

        return _worked(self.compile(node), count, always=True)

    def bound(self, node: nodes.Node, names: frozenset[str]) -> Evaluate:
        """Return what evaluates a value that names are set to."""

        def remember(frame: TracedFrame, _value: object) -> int:
            if frame.level == LOOSE:
                frame.loose |= names
            return frame.level

        return _worked(self.compile(node), remember)

    def _path(self, node: nodes.Node, make: Callable[[nodes.Node], Evaluate]) -> Evaluate:
        """Return what reads a path: only where it leads to counts, not what lies beside."""
        self._on_a_path = True
        try:
            inner = make(node)
        finally:
            self._on_a_path = False
        root = (path_of(node) or ("",))[0]
        return _read(inner, root, secret=root == _SECRETS and root not in self.local)


def _read(inner: Evaluate, root: str, *, secret: bool) -> Evaluate:
    def read(frame: Frame) -> object:
        value = inner(frame)
        assert isinstance(frame, TracedFrame)  # noqa: S101 - for the type checker
        level = frame.judge(value)
        if level == CLEAR and secret:
            level = frame.note(value) or KNOWN
        if root in frame.loose:
            level = LOOSE
        frame.level = max(frame.level, level)
        return value

    return read


def _silent(inner: Evaluate) -> Evaluate:
    """Return what evaluates a part whose value tells nothing of a secret."""
    return _worked(inner, lambda _frame, _value: CLEAR)


def _worked(
    inner: Evaluate, judge: Callable[[TracedFrame, object], int], *, always: bool = False
) -> Evaluate:
    """Return what evaluates a part, and has `judge` say the level of a value made of secrets."""

    def work(frame: Frame) -> object:
        assert isinstance(frame, TracedFrame)  # noqa: S101 - for the type checker
        before, frame.level = frame.level, CLEAR
        value = inner(frame)
        level = judge(frame, value) if frame.level or always else CLEAR
        frame.level = max(before, level)
        return value

    return work


def _judging(node: nodes.Node) -> Callable[[TracedFrame, object], int]:
    """Return how the level of what a node makes is found."""
    name = _name(node)
    if name in _TELLING_NOTHING:
        return lambda _frame, _value: CLEAR
    if name in _PARTS or (name == "map" and _by_attribute(node)):
        return _picked
    if name in _JOINS or isinstance(node, nodes.Concat) or _is_query(node):
        return _joined
    return _ordered if name == "reverse" else _made


def _name(node: nodes.Node) -> str:
    if isinstance(node, nodes.Call):
        return node.node.attr if isinstance(node.node, nodes.Getattr) else ""
    return node.name if isinstance(node, nodes.Filter) else ""


def _by_attribute(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Filter) and any(one.key == "attribute" for one in node.kwargs)


def _is_query(node: nodes.Node) -> bool:
    """Whether a mapping is written as a query: each value in it can be recognised."""
    if not isinstance(node, nodes.Filter):
        return False
    return node.name == "urlencode" and isinstance(node.node, nodes.Dict)


def _made(frame: TracedFrame, value: object) -> int:
    """Judge what is new: nobody would recognise a secret in it."""
    return frame.note(value)


def _picked(frame: TracedFrame, value: object) -> int:
    """Judge what is a part of what was there; of a text, its characters."""
    if frame.level == LOOSE or _is_split(value):
        return LOOSE
    return frame.judge(value)


def _ordered(frame: TracedFrame, value: object) -> int:
    return frame.note(value) if isinstance(value, str) else _picked(frame, value)


def _item(frame: TracedFrame, value: object) -> int:
    """Judge `value[key]`: of a text, one character."""
    if isinstance(value, str) and len(value) == 1:
        return LOOSE
    return _picked(frame, value)


def _joined(frame: TracedFrame, value: object) -> int:
    """Judge what is put together of parts that can be recognised, if they are long enough."""
    quoted = isinstance(value, str) and value.startswith('"')
    return frame.note(value) if frame.level == LOOSE or quoted else frame.judge(value)


def _is_split(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, str) and len(item) == 1 for item in value)
    )


# --- what is evaluated ------------------------------------------------------------------------


def _unquoted(error: ExpressionError, frame: Frame) -> None:
    """Take out of an error what it quotes of secrets."""
    assert isinstance(frame, TracedFrame)  # noqa: S101 - for the type checker
    error.message = conceal(error.message, frame.seen)
    error.args = (error.message,)


class TracedExpression(Expression):
    """An expression that tells what it computes from secrets; its context has a `taint`."""

    __slots__ = ()
    COMPILER = TracingCompiler
    FRAME = TracedFrame

    def _failed(self, error: ExpressionError, frame: Frame, context: Context) -> None:
        super()._failed(error, frame, context)
        _unquoted(error, frame)

    def _shown(self, part: Evaluate, frame: Frame) -> Json:
        assert isinstance(frame, TracedFrame)  # noqa: S101 - for the type checker
        frame.level = CLEAR
        try:
            value = part(frame)
        except ExpressionError:
            return "(not evaluated)"
        return told(frame.level, value)


class TracedTemplate(TemplateText):
    """A template that tells what it computes from secrets; its context has a `taint`."""

    __slots__ = ()
    COMPILER = TracingCompiler
    FRAME = TracedFrame

    def _failed(self, error: ExpressionError, frame: Frame, context: Context) -> None:
        super()._failed(error, frame, context)
        _unquoted(error, frame)

    def _finished(self, frame: Frame) -> object:
        assert isinstance(frame, TracedFrame)  # noqa: S101 - for the type checker
        value = super()._finished(frame)
        if frame.pieces > 1:
            frame.note(value)
        return value

    def _shown(self, one: Reference, value: object, frame: Frame) -> Json:
        assert isinstance(frame, TracedFrame)  # noqa: S101 - for the type checker
        level = frame.judge(value)
        return told(LOOSE if one.path[0] == _SECRETS else level, value)


@lru_cache(maxsize=CACHED)
def trace_expression(text: str) -> TracedExpression:
    """Return the expression that `text` is, watching where secrets go."""
    return TracedExpression(parse(text, "expression"))


@lru_cache(maxsize=CACHED)
def trace_template(text: str) -> TracedTemplate:
    """Return the template that `text` is, watching where secrets go."""
    return TracedTemplate(parse(text, "template"))
