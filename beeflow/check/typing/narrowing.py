"""What is known once a condition holds, or does not: guards, as people write them.

`x is defined`, `x` itself, `x is not none`, `x == 'live'`, `x in [...]`, `x | default(false)`,
and what `and`, `or` and `not` make of them. Of a value with alternatives (a trigger that may be
one of several) those stay that fit what was asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jinja2 import nodes

from beeflow.check.typing.env import Env, Path, in_common, on_top
from beeflow.check.typing.relations import (
    equal_part,
    falsy,
    is_single,
    may_equal,
    truthy,
    unequal_part,
)
from beeflow.recipe.templates.references import path_of
from beeflow.recipe.templates.signatures import COMPARISONS
from beeflow.recipe.typing import (
    ANYTHING,
    NULL,
    Anything,
    Boolean,
    ListOf,
    Never,
    Null,
    Number,
    OneOf,
    Record,
    Store,
    Text,
    Type,
    literal,
    members,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_KINDS: Final[Mapping[str, type | tuple[type, ...]]] = {
    "none": Null,
    "boolean": Boolean,
    "integer": Number,
    "float": Number,
    "number": Number,
    "string": Text,
    "mapping": Record,
    "sequence": (ListOf, Text, Record),
    "iterable": (ListOf, Text, Record),
}
_ONLY: Final = {"integer", "float"}
"""Tests that some values of the kind pass and others do not."""


_DEEPEST: Final = 8
"""`and` within `or` within `and`: beyond it nothing is learnt, so that the work is bounded."""


def narrowed(node: nodes.Node, env: Env, *, holds: bool, depth: int = 0) -> dict[Path, Type]:
    """Return what is known once `node` counts as true, or as false."""
    match node:
        case nodes.Not():
            return narrowed(node.node, env, holds=not holds, depth=depth)
        case nodes.And() | nodes.Or():
            return _joined(node, env, holds=holds, depth=depth + 1)
        case nodes.Test():
            return _tested(node, env, holds=holds)
        case nodes.Compare() if len(node.ops) == 1:
            op = node.ops[0].op
            return _compared(op, (node.expr, node.ops[0].expr), env, holds=holds)
        case nodes.Filter(name="default" | "d"):
            return _defaulted(node, env, holds=holds)
        case _:
            path = path_of(node)
            if path is None:
                return {}
            return _known(path, (truthy if holds else falsy)(env.at(path)), env)


def _joined(node: nodes.BinExpr, env: Env, *, holds: bool, depth: int) -> dict[Path, Type]:
    """Return what all parts prove, or what every one of several proves."""
    if depth > _DEEPEST:
        return {}
    parts = _parts(node, type(node))
    known: dict[Path, Type] = {}
    if isinstance(node, nodes.And) is holds:
        for part in parts:
            known = on_top(known, narrowed(part, env.knowing(known), holds=holds, depth=depth))
        return known
    ways = []
    for part in parts:
        before = env.knowing(known)
        ways.append(on_top(known, narrowed(part, before, holds=holds, depth=depth)))
        known = on_top(known, narrowed(part, before, holds=not holds, depth=depth))
    return in_common(ways)


def _parts(node: nodes.Node, kind: type[nodes.BinExpr]) -> list[nodes.Node]:
    """Return the parts of `a and b and c`, which is written without brackets from the left."""
    parts: list[nodes.Node] = []
    while isinstance(node, kind):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]


# --- tests -----------------------------------------------------------------------------------


def _tested(node: nodes.Test, env: Env, *, holds: bool) -> dict[Path, Type]:
    if node.name in COMPARISONS and node.args:
        return _compared(COMPARISONS[node.name], (node.node, node.args[0]), env, holds=holds)
    path = path_of(node.node)
    if path is None:
        return {}
    if node.name in {"defined", "undefined"}:
        there = holds is (node.name == "defined")
        return _there(path, env) if there else _absent(path, env)
    if node.name in {"true", "false"}:
        only = literal(node.name == "true")
        left = equal_part(env.at(path), only) if holds else env.at(path)
        return _known(path, left, env)
    kinds = _KINDS.get(node.name)
    if kinds is None or (not holds and node.name in _ONLY):
        return {}
    return _known(path, _of_kind(env.at(path), kinds, wanted=holds), env)


def _of_kind(type_: Type, kinds: type | tuple[type, ...], *, wanted: bool) -> Type:
    if isinstance(type_, Anything):
        return NULL if kinds is Null and wanted else ANYTHING
    return union(*(one for one in members(type_) if isinstance(one, kinds) is wanted))


# --- comparisons -----------------------------------------------------------------------------


def _compared(
    op: str, parts: tuple[nodes.Node, nodes.Node], env: Env, *, holds: bool
) -> dict[Path, Type]:
    if op in {"eq", "ne"}:
        equal = holds is (op == "eq")
        for one, other in (parts, parts[::-1]):
            value = _value(other, env)
            if value is not None and (path := _asked(one, value, equal=equal)) is not None:
                part = equal_part if equal else unequal_part
                return _known(path, part(env.at(path), value), env)
        return {}
    if op in {"in", "notin"}:
        return _listed(parts, env, holds=holds is (op == "in"))
    return {}


def _value(node: nodes.Node, env: Env) -> Type | None:
    """Return the type of what something is compared with: a literal, or a path's closed set."""
    if isinstance(node, nodes.Const):
        return literal(node.value)
    path = path_of(node)
    return None if path is None else env.at(path)


def _asked(node: nodes.Node, value: Type, *, equal: bool) -> Path | None:
    """Return the path whose value is compared; a default may stand before the comparison."""
    if isinstance(node, nodes.Filter) and node.name in {"default", "d"} and node.args:
        given = node.args[0]
        other = literal(given.value) if isinstance(given, nodes.Const) else ANYTHING
        settled = equal and not may_equal(other, value)
        settled = settled or (not equal and is_single(value) and other == value)
        return path_of(node.node) if settled and node.node is not None else None
    return path_of(node)


def _listed(parts: tuple[nodes.Node, nodes.Node], env: Env, *, holds: bool) -> dict[Path, Type]:
    if not isinstance(parts[1], nodes.List | nodes.Tuple):
        return {}
    values = [_value(item, env) for item in parts[1].items]
    known = [value for value in values if value is not None]
    if holds and len(known) == len(values):
        path = _asked(parts[0], union(*known), equal=True)
        return {} if path is None else _known(path, equal_part(env.at(path), union(*known)), env)
    path = path_of(parts[0])
    if holds or path is None:
        return {}
    left = env.at(path)
    for value in known:
        left = unequal_part(left, value)
    return _known(path, left, env)


def _defaulted(node: nodes.Filter, env: Env, *, holds: bool) -> dict[Path, Type]:
    """`x | default(false)`, asked as a condition: where it holds, there is an x that is true."""
    empty = not node.args or (isinstance(node.args[0], nodes.Const) and not node.args[0].value)
    path = path_of(node.node) if node.node is not None else None
    if not holds or not empty or path is None:
        return {}
    return _known(path, truthy(env.at(path)), env)


# --- facts, and what they say of alternatives ------------------------------------------------


def _known(path: Path, type_: Type, env: Env) -> dict[Path, Type]:
    """Return a fact about a path, and which alternatives of its owners it leaves.

    Where nothing is left, the place is never reached; that is told where it was asked, and what
    is behind it is not known.
    """
    settled: Type = ANYTHING if isinstance(type_, Never) else type_
    facts: dict[Path, Type] = {path: settled}
    if isinstance(type_, Never):
        return facts
    return facts | _upwards(path, env, lambda found: may_equal(found, type_))


def _there(path: Path, env: Env) -> dict[Path, Type]:
    facts = {path: env.at(path)}
    for end in range(1, len(path)):
        facts |= _without_null(path[:end], env)
    return facts | _upwards(path, env, lambda _: True)


def _without_null(path: Path, env: Env) -> dict[Path, Type]:
    type_ = env.at(path)
    if not any(isinstance(member, Null) for member in members(type_)):
        return {}
    return {path: union(*(one for one in members(type_) if not isinstance(one, Null)))}


def _absent(path: Path, env: Env) -> dict[Path, Type]:
    """Return which alternatives are left where a path is not there."""
    owner = path[:-1]
    if not owner:
        return {}
    type_ = env.at(owner)
    if not isinstance(type_, OneOf):
        return {}
    kept = [one for one in type_.members if not _certain(one, path[-1])]
    return _owner(owner, type_, kept, env)


def _certain(type_: Type, name: str) -> bool:
    """Whether a field is certain to be there."""
    return isinstance(type_, Record) and name in type_.required


def _upwards(path: Path, env: Env, fits: Callable[[Type], bool]) -> dict[Path, Type]:
    """Return the facts about the owners of a path that follow from one about the path."""
    owner = path[:-1]
    type_ = env.at(owner) if owner else ANYTHING
    if not isinstance(type_, OneOf):
        return {}
    kept = [one for one in type_.members if _may_have(one, path[-1], fits)]
    if all(_has_all(one, path[-1]) for one in kept):
        return {}
    return _owner(owner, type_, kept, env)


def _owner(owner: Path, type_: OneOf, kept: list[Type], env: Env) -> dict[Path, Type]:
    if len(kept) == len(type_.members) or not kept:
        return {}
    left = union(*kept)
    chosen = {id(one) for one in kept}
    facts: dict[Path, Type] = {owner: left}
    return facts | _upwards(
        owner, env, lambda found: any(id(one) in chosen for one in members(found))
    )


def _has_all(type_: Type, name: str) -> bool:
    """Whether it has a field only because it has all, of no type: a start by hand."""
    return isinstance(type_, Record) and name not in type_.fields


def _may_have(owner: Type, name: str, fits: Callable[[Type], bool]) -> bool:
    if isinstance(owner, Record):
        # By itself, without `field_of`: a trigger for all webhooks has two dozen alternatives.
        if name not in owner.fields and owner.extent != "open":
            return False
        found = owner.fields.get(name, owner.rest)
        return isinstance(found, Never) or fits(found)
    if isinstance(owner, Store):
        kept = owner.fields.get(name, owner.rest)
        return isinstance(kept, Never) or fits(kept)
    return not isinstance(owner, Null)
