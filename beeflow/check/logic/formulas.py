"""Conditions as formulas over terms: what must be equal, less, or true.

A term is whatever is compared with constants or stands as a truth of its own: a path, a filter's
result, a call. Two terms with the same text have the same value, so that
`status == 'live' and status == 'done'` is seen to be false without knowing any status.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec
from jinja2 import nodes
from msgspec.structs import replace

from beeflow.errors import ExpressionError
from beeflow.recipe.templates import parse_expression, salvage
from beeflow.recipe.templates.evaluator import Compiler
from beeflow.recipe.templates.limits import DEFAULT, Frame
from beeflow.recipe.templates.operators import COMPARISON
from beeflow.recipe.templates.references import path_of

if TYPE_CHECKING:
    from beeflow.recipe.templates.syntax import Place, Syntax

Values: TypeAlias = Mapping[str, object]
"""A value for each term, by its text."""

Holds: TypeAlias = Callable[[Values], "bool | None"]
"""Whether a formula holds for some values; None where it fails instead."""

_ORDERS: Final = frozenset({"lt", "lteq", "gt", "gteq"})
_COUNTS: Final = frozenset({"length", "count", "wordcount"})


class Term(msgspec.Struct):
    """What is asked of a term: constants it is compared with, and in what way.

    `others` are terms it is compared with. `counts`: it is a number of things.
    """

    constants: list[object] = msgspec.field(default_factory=list)
    ordered: bool = False
    bare: bool = False
    counts: bool = False
    others: set[str] = msgspec.field(default_factory=set)


class Formula(msgspec.Struct, frozen=True):
    """A condition: whether it holds, its terms, and the parts that it joins by and, or, not.

    `place` is where it stands in its text.
    """

    holds: Holds
    terms: Mapping[str, Term]
    place: Place
    parts: tuple[Formula, ...] = ()
    reads: frozenset[str] = frozenset()


def formula(text: str) -> Formula | None:
    """Return the formula that an expression is; None where it is not well-formed."""
    read = salvage(text, "expression")
    if read.syntax is None or read.faults:
        return None
    syntax, names = read.syntax, parse_expression(text).names
    built = _Builder(syntax).build(syntax.node)
    return Formula(built.holds, built.terms, (0, len(text)), built.parts, names)


class _Builder(msgspec.Struct, frozen=True):
    syntax: Syntax

    def build(self, node: nodes.Node) -> Formula:
        if isinstance(node, nodes.And | nodes.Or):
            return self._joined(node)
        if isinstance(node, nodes.Not):
            inner = self.build(node.node)
            return Formula(_negation(inner.holds), inner.terms, self.syntax.place(node), (inner,))
        value = self._constant(node)
        if value is not None:
            truth = bool(value[0])
            return Formula(lambda _: truth, {}, self.syntax.place(node))
        return self._comparison(node) or self._bare(node)

    def _joined(self, node: nodes.And | nodes.Or) -> Formula:
        left, right = self.build(node.left), self.build(node.right)
        decides = isinstance(node, nodes.Or)

        def holds(values: Values) -> bool | None:
            first = left.holds(values)
            return first if first is None or first is decides else right.holds(values)

        terms = merged(left.terms, right.terms)
        return Formula(holds, terms, self.syntax.place(node), (left, right))

    def _comparison(self, node: nodes.Node) -> Formula | None:
        """Return a comparison of terms and constants, or `is none`; None for all else."""
        if isinstance(node, nodes.Test) and node.name == "none":
            return self._compared(node, node.node, "eq", nodes.Const(None))
        if not isinstance(node, nodes.Compare) or len(node.ops) != 1:
            return None
        return self._compared(node, node.expr, node.ops[0].op, node.ops[0].expr)

    def _compared(
        self, node: nodes.Node, left: nodes.Expr, sign: str, right: nodes.Expr
    ) -> Formula | None:
        sides = [(self._constant(side), side) for side in (left, right)]
        known = [value[0] for value, _ in sides if value is not None]
        if not _comparable(sign, known, right_known=sides[1][0] is not None):
            return None
        names = [None if value is not None else self._name(side) for value, side in sides]
        terms = {
            name: Term(
                _listed(sign, known),
                sign in _ORDERS,
                counts=isinstance(side, nodes.Filter) and side.name in _COUNTS,
                others={other for other in names if other is not None} - {name},
            )
            for name, (_, side) in zip(names, sides, strict=True)
            if name is not None
        }
        first, second = (
            _reader(name, value) for name, (value, _) in zip(names, sides, strict=True)
        )

        def holds(values: Values) -> bool | None:
            return _compare(sign, first(values), second(values))

        return Formula(holds, terms, self.syntax.place(node))

    def _bare(self, node: nodes.Node) -> Formula:
        name = self._name(node)
        return Formula(
            lambda values: bool(values[name]), {name: Term(bare=True)}, self.syntax.place(node)
        )

    def _name(self, node: nodes.Node) -> str:
        path = path_of(node)
        return ".".join(path) if path is not None else self.syntax.source(node)

    def _constant(self, node: nodes.Node) -> tuple[object] | None:
        """Return the value of what reads nothing, as the only item of a tuple."""
        if any(True for _ in node.find_all(nodes.Name)) or isinstance(node, nodes.Name):
            return None
        if isinstance(node, nodes.Const):
            return (node.value,)
        try:
            value = Compiler(self.syntax).compile(node)(Frame(self.syntax.text, {}, DEFAULT))
        except ExpressionError:
            return None
        return (value,)


def contrary(one: Formula) -> Formula:
    """Return the formula that holds where another does not."""
    return replace(one, holds=_negation(one.holds), parts=(one,))


def merged(one: Mapping[str, Term], other: Mapping[str, Term]) -> dict[str, Term]:
    """Return the terms of two formulas, each with all that is asked of it."""
    terms = dict(one)
    for name, term in other.items():
        first = terms.get(name)
        terms[name] = term if first is None else _both(first, term)
    return terms


def _both(one: Term, other: Term) -> Term:
    return Term(
        [*one.constants, *other.constants],
        one.ordered or other.ordered,
        one.bare or other.bare,
        one.counts or other.counts,
        one.others | other.others,
    )


def _comparable(sign: str, known: list[object], *, right_known: bool) -> bool:
    """Whether a comparison can be followed: any equality, order among numbers, a constant list."""
    if sign in _ORDERS:
        return len(known) == 1 and isinstance(known[0], int | float)
    if sign in {"in", "notin"}:
        return right_known and isinstance(known[-1], list)
    return True


def _listed(sign: str, known: list[object]) -> list[object]:
    if sign in {"in", "notin"} and isinstance(known[-1], list):
        return list(known[-1])
    return known


def _reader(name: str | None, value: tuple[object] | None) -> Callable[[Values], object]:
    if name is None:
        constant = value[0] if value is not None else None
        return lambda _: constant
    return lambda values: values[name]


def _compare(sign: str, left: object, right: object) -> bool | None:
    try:
        return bool(COMPARISON[sign](Frame("", {}, DEFAULT), left, right))
    except ExpressionError:
        return None


def _negation(holds: Holds) -> Holds:
    def negated(values: Values) -> bool | None:
        value = holds(values)
        return None if value is None else not value

    return negated
