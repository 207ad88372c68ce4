"""The commonest shapes, evaluated in one call: a path of names, and its comparison with a constant.

`trigger.data.status`, and `trigger.data.status == 'live'`, are most of what recipes ask. A shortcut
follows plain mappings and knows plain values; at anything else it gives up, and the closures of the
evaluator, which know everything, say what it is. So it can be quick, but never give another answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from jinja2 import nodes

from beeflow.recipe.templates.closures import SHORT

if TYPE_CHECKING:
    from beeflow.recipe.templates.closures import Evaluate
    from beeflow.recipe.templates.limits import Frame
    from beeflow.recipe.templates.syntax import Syntax

Scope: TypeAlias = Mapping[str, Any]
Operands: TypeAlias = tuple[tuple[str, Any], ...]

Explained: TypeAlias = Callable[[Scope], "tuple[object, Operands] | None"]
"""Gives a value and the operands for the record, None where it takes more to tell."""

_SCALARS: Final = frozenset({bool, int, str})
_LARGEST: Final = 10**15
"""A number that is written out as it is, well within what arithmetic may give."""


def names_of(node: nodes.Node) -> tuple[str, ...] | None:
    """Return the names of a path that is written with dots alone, None for all else."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        owner = names_of(node.node)
        return None if owner is None else (*owner, node.attr)
    return None


def straight(names: tuple[str, ...], careful: Evaluate) -> Evaluate:
    """Return what follows names through mappings; where that leads nowhere, `careful` is asked."""
    first, rest = names[0], names[1:]

    def get(frame: Frame) -> object:
        try:
            value: Any = frame.scope[first]
            for name in rest:
                value = value[name]
        except (KeyError, TypeError):
            return careful(frame)
        return value

    return get


def found(names: tuple[str, ...]) -> Callable[[Scope], object]:
    """Return what follows names through mappings; None for what is not there, or is null."""
    first, rest = names[0], names[1:]

    def get(scope: Scope) -> object:
        try:
            value = scope[first]
            for name in rest:
                value = value[name]
        except (KeyError, TypeError):
            return None
        return value

    return get


def explained(syntax: Syntax) -> Explained | None:
    """Return what evaluates and explains an expression of such a shape, None for any other."""
    node = syntax.node
    if not isinstance(node, nodes.Compare):
        names = names_of(node)
        return None if names is None else _path(found(names), syntax.source(node))
    names, step = names_of(node.expr), node.ops[0]
    if names is None or len(node.ops) > 1 or step.op not in {"eq", "ne"}:
        return None
    if not isinstance(step.expr, nodes.Const) or type(step.expr.value) not in _SCALARS:
        return None
    wanted = step.op == "eq"
    return _compared(found(names), syntax.source(node.expr), step.expr.value, wanted=wanted)


def _path(get: Callable[[Scope], object], text: str) -> Explained:
    def explain(scope: Scope) -> tuple[object, Operands] | None:
        value = get(scope)
        return (value, ((text, value),)) if _is_plain(value) else None

    return explain


def _compared(
    get: Callable[[Scope], object], text: str, constant: object, *, wanted: bool
) -> Explained:
    kind = type(constant)

    def explain(scope: Scope) -> tuple[object, Operands] | None:
        value = get(scope)
        if type(value) is not kind:
            return None
        if len(value) >= SHORT if kind is str else not _is_plain(value):  # type: ignore[arg-type]  # a text has a length
            return None
        return (value == constant) is wanted, ((text, value),)

    return explain


def _is_plain(value: object) -> bool:
    """Whether a value is put on record just as it is."""
    kind = type(value)
    if kind is str:
        return len(value) < SHORT  # type: ignore[arg-type]  # a text has a length
    return kind is bool or (kind is int and -_LARGEST < value < _LARGEST)  # type: ignore[operator]  # so it is a number
