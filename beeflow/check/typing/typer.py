"""The type of an expression, and what is remarkable about it on the way.

It follows the evaluator node by node (`beeflow.recipe.templates.evaluator`): what fails there for
certain is remarked on here. What is not known is `ANYTHING`, and whatever touches it is fine.
After a remark the part that it is about counts as not known, so that one cause is told once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from jinja2 import nodes

from beeflow.check.typing import applying, fields, operators
from beeflow.check.typing.narrowing import narrowed
from beeflow.check.typing.relations import falsy, truthy
from beeflow.check.typing.remarks import AlwaysTrue, MaybeUnset, WrongOperand
from beeflow.recipe.templates.references import path_of
from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    MAPPING,
    NUMBER,
    TEXT,
    Boolean,
    ListOf,
    Never,
    Null,
    Number,
    Record,
    Store,
    Text,
    Type,
    listing,
    literal,
    members,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.check.typing.env import Env
    from beeflow.check.typing.remarks import Remark
    from beeflow.recipe.templates.syntax import Place, Syntax

Infer: TypeAlias = "Callable[[nodes.Node, Env], Type]"


class Typer:
    """Infers the types of one text's nodes; `tell` is given what is remarkable."""

    def __init__(self, syntax: Syntax, tell: Callable[[Remark], None]) -> None:
        self.syntax = syntax
        self.tell = tell

    def type_of(self, node: nodes.Node, env: Env) -> Type:
        """Return the type of a node's value."""
        if isinstance(node, nodes.BinExpr) and type(node) not in self._KINDS:
            return operators.arithmetic(self, node, env)
        infer = self._KINDS.get(type(node))
        return ANYTHING if infer is None else infer(self, node, env)

    def condition(self, node: nodes.Node, env: Env, beside: str | None = None) -> None:
        """Infer what is asked as a condition; remarks on parts that are no question.

        `beside` is what stands on the other side of an `or`.
        """
        if isinstance(node, nodes.Not):
            self.condition(node.node, env)
        elif isinstance(node, nodes.And | nodes.Or):
            self._chain(node, env)
        else:
            self._question(node, self.type_of(node, env), beside)

    def _chain(self, node: nodes.And | nodes.Or, env: Env) -> None:
        """Infer all parts of `a or b or c`: each knows what the parts before it came to."""
        joints = _joints(node)
        part: nodes.Node = joints[0].left
        self.condition(part, env)
        for joint in joints:
            env = self.holding(part, env) if isinstance(node, nodes.And) else env
            env = env.knowing(narrowed(part, env, holds=isinstance(node, nodes.And)))
            part = joint.right
            beside = self.syntax.source(joint.left) if isinstance(node, nodes.Or) else None
            self.condition(part, env, beside)

    def _question(self, node: nodes.Node, type_: Type, beside: str | None) -> None:
        if isinstance(node, nodes.Const) and (beside is None or not isinstance(node.value, str)):
            return
        certain = all(_always_true(member) for member in members(type_))
        if certain:
            self.tell(AlwaysTrue(self.source(node), type_, self.place(node), beside))

    def holding(self, test: nodes.Node, env: Env) -> Env:
        """Return what is known where a test holds, of names that are set where it does."""
        if not env.doubts:
            return env
        parts = [test]
        while parts:
            part = parts.pop()
            env = env.holding(self.source(part))
            if isinstance(part, nodes.And):
                parts += [part.left, part.right]
        return env

    def place(self, node: nodes.Node) -> Place:
        """Return where a node stands."""
        return self.syntax.place(node)

    def source(self, node: nodes.Node) -> str:
        """Return a node as it is written."""
        return self.syntax.source(node)

    # --- names and literals ------------------------------------------------------------------

    def _name(self, node: nodes.Name, env: Env) -> Type:
        if node.name in env.doubts and (node.name,) not in env.facts:
            self.tell(MaybeUnset(node.name, env.doubts[node.name], self.place(node)))
        return env.at((node.name,))

    def _const(self, node: nodes.Const, _env: Env) -> Type:
        return literal(node.value)

    def _list(self, node: nodes.List | nodes.Tuple, env: Env) -> Type:
        return listing(tuple(self.type_of(part, env) for part in node.items))

    def _dict(self, node: nodes.Dict, env: Env) -> Type:
        values = {}
        known = True
        for pair in node.items:
            value = self.type_of(pair.value, env)
            if isinstance(pair.key, nodes.Const):
                values[str(pair.key.value)] = value
            else:
                self.type_of(pair.key, env)
                known = False
        return Record(values, required=frozenset(values)) if known else MAPPING

    # --- fields and items --------------------------------------------------------------------

    def _getattr(self, node: nodes.Getattr, env: Env) -> Type:
        known = env.facts.get(path_of(node) or ()) if env.facts else None
        if known is not None:
            return known
        return fields.field(self, node, self.type_of(node.node, env), node.attr)

    def _getitem(self, node: nodes.Getitem, env: Env) -> Type:
        known = env.facts.get(path_of(node) or ()) if env.facts else None
        if known is not None:
            return known
        owner = self.type_of(node.node, env)
        if isinstance(node.arg, nodes.Slice):
            for bound in (node.arg.start, node.arg.stop, node.arg.step):
                if bound is not None:
                    self.type_of(bound, env)
            return fields.sliced(self, node, owner)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return fields.field(self, node, owner, node.arg.value)
        return fields.item(self, node, owner, self.type_of(node.arg, env))

    # --- calls -------------------------------------------------------------------------------

    def _call(self, node: nodes.Call, env: Env) -> Type:
        if isinstance(node.node, nodes.Getattr):
            return applying.method(self, node, node.node, env)
        return applying.function(self, node, env)

    def _filter(self, node: nodes.Filter, env: Env) -> Type:
        return applying.filtered(self, node, env)

    def _test(self, node: nodes.Test, env: Env) -> Type:
        return applying.tested(self, node, env)

    # --- operators ---------------------------------------------------------------------------

    def _concat(self, node: nodes.Concat, env: Env) -> Type:
        for part in node.nodes:
            self.written(part, env)
        return TEXT

    def written(self, node: nodes.Node, env: Env) -> Type:
        """Infer what is written into text; remarks on what cannot be."""
        type_ = self.type_of(node, env)
        if isinstance(type_, Store):
            why = f"`{self.source(node)}` cannot be written: it is a store of names"
            self.tell(WrongOperand(why, self.place(node), "name one of its values"))
            return ANYTHING
        return type_

    def _compare(self, node: nodes.Compare, env: Env) -> Type:
        left: nodes.Node = node.expr
        left_type = self.type_of(left, env)
        for step in node.ops:
            right_type = self.type_of(step.expr, env)
            asked = operators.Asked(step.op, (left, step.expr), (left_type, right_type), env)
            operators.comparison(self, asked)
            if step.op in {"in", "notin"} and _is_documented(right_type):
                fields.guarded_key(self, left, right_type, step.expr)
            left, left_type = step.expr, right_type
        return BOOLEAN

    def _conditional(self, node: nodes.CondExpr, env: Env) -> Type:
        self.condition(node.test, env)
        held = self.holding(node.test, env)
        yes = self.type_of(node.expr1, held.knowing(narrowed(node.test, env, holds=True)))
        if node.expr2 is None:
            return ANYTHING
        no = self.type_of(node.expr2, env.knowing(narrowed(node.test, env, holds=False)))
        return union(yes, no)

    def _either(self, node: nodes.And | nodes.Or, env: Env) -> Type:
        """Infer `a or b or c`: one of the parts; each knows what those before it came to."""
        joint = isinstance(node, nodes.And)
        side = falsy if joint else truthy
        joints = _joints(node)
        part: nodes.Node = joints[0].left
        types = [self.type_of(part, env)]
        for one in joints:
            env = self.holding(part, env) if joint else env
            env = env.knowing(narrowed(part, env, holds=joint))
            part = one.right
            types.append(self.type_of(part, env))
        return union(*map(side, types[:-1]), types[-1])

    def _not(self, node: nodes.Not, env: Env) -> Type:
        self.condition(node.node, env)
        return BOOLEAN

    def _unary(self, node: nodes.UnaryExpr, env: Env) -> Type:
        type_ = self.type_of(node.node, env)
        if isinstance(node.node, nodes.Const) and isinstance(node.node.value, int | float):
            return literal(-node.node.value if isinstance(node, nodes.Neg) else +node.node.value)
        if any(isinstance(member, _RECKONED) for member in members(type_)):
            return NUMBER
        why = f"a sign belongs to a number; `{self.source(node.node)}` {operators.is_a(type_)}"
        self.tell(WrongOperand(why, self.place(node.node)))
        return ANYTHING

    _KINDS: ClassVar[Mapping[type[nodes.Node], Callable[[Typer, Any, Env], Type]]] = {
        nodes.Name: _name,
        nodes.Const: _const,
        nodes.List: _list,
        nodes.Tuple: _list,
        nodes.Dict: _dict,
        nodes.Getattr: _getattr,
        nodes.Getitem: _getitem,
        nodes.Call: _call,
        nodes.Filter: _filter,
        nodes.Test: _test,
        nodes.Concat: _concat,
        nodes.Compare: _compare,
        nodes.CondExpr: _conditional,
        nodes.And: _either,
        nodes.Or: _either,
        nodes.Not: _not,
        nodes.Neg: _unary,
        nodes.Pos: _unary,
    }


_RECKONED = (Number, Boolean, type(ANYTHING), Never)


def _always_true(type_: Type) -> bool:
    """Whether all values of a type count as true, so that asking is in vain."""
    match type_:
        case Text(values=values):
            return values is not None and "" not in values
        case Record(required=required):
            return bool(required)
        case ListOf(parts=parts):
            return bool(parts)
        case Boolean() | Null() | Number() | Never():
            return False
        case _:
            return type_ is not ANYTHING and not isinstance(type_, Store | type(ANYTHING))


def _is_documented(type_: Type) -> bool:
    """Whether a value may have fields beyond those that are documented; without, `in` is false."""
    records = [member for member in members(type_) if isinstance(member, Record)]
    return any(record.extent == "documented" for record in records)


def _joints(node: nodes.And | nodes.Or) -> list[nodes.And | nodes.Or]:
    """Return the nodes of one chain of `and`, or of `or`, the innermost first."""
    joints = [node]
    while isinstance(joints[-1].left, type(node)):
        joints.append(joints[-1].left)
    return joints[::-1]
