"""Templates: text, `{{ }}`, `{% if %}`, `{% for %}` and `{% set %}`, inferred in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jinja2 import nodes

from beeflow.check.typing.narrowing import narrowed
from beeflow.check.typing.nulls import mind_null
from beeflow.check.typing.remarks import NotAList
from beeflow.recipe.templates.statements import assigned
from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    TEXT,
    WHOLE,
    ListOf,
    Never,
    Null,
    Record,
    Type,
    items_of,
    members,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.check.typing.env import Env
    from beeflow.check.typing.typer import Typer


def body(typer: Typer, statements: Sequence[nodes.Node], env: Env) -> Env:
    """Infer statements one after the other; returns what is known after them."""
    for statement in statements:
        env = _statement(typer, statement, env)
    return env


def _statement(typer: Typer, node: nodes.Node, env: Env) -> Env:
    match node:
        case nodes.Output():
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData):
                    typer.written(part, env)
        case nodes.If():
            return _if(typer, node, env)
        case nodes.For():
            _for(typer, node, env)
        case nodes.Assign():
            return env.binding(targets(node.target, typer.type_of(node.node, env)))
        case nodes.AssignBlock():
            body(typer, node.body, env)
            return env.binding(targets(node.target, TEXT))
        case _:
            pass
    return env


_LEARNT_FROM: Final = 50
"""Arms of an `if` from which something is learnt for those behind, so that the work is bounded."""


def _if(typer: Typer, node: nodes.If, env: Env) -> Env:
    """Infer the arms; a name that some of them set is what any of them made it."""
    before, ends = env, []
    for number, arm in enumerate((node, *node.elif_)):
        typer.condition(arm.test, env)
        held = typer.holding(arm.test, env)
        inside = held.knowing(narrowed(arm.test, env, holds=True))
        ends.append(body(typer, arm.body, inside))
        if number < _LEARNT_FROM:
            env = env.knowing(narrowed(arm.test, env, holds=False))
    if isinstance(node.test, nodes.Not) and not node.elif_:
        env = typer.holding(node.test.node, env)
    ends.append(body(typer, node.else_, env))
    made = {
        name: union(*(end.names.get(name, ANYTHING) for end in ends))
        for name in assigned([node]) - {"loop"}
    }
    if not made:
        return before
    after = before.binding(made)
    if node.elif_ or node.else_:
        return after
    fresh = [name for name in made if name not in before.names]
    return after.doubting(fresh, typer.source(node.test))


def _for(typer: Typer, node: nodes.For, env: Env) -> None:
    item = looped(typer, node.iter, typer.type_of(node.iter, env))
    inside = env.binding({**targets(node.target, item), "loop": _loop(item)})
    if node.test is not None:
        typer.condition(node.test, inside)
        inside = typer.holding(node.test, inside)
        inside = inside.knowing(narrowed(node.test, inside, holds=True))
    body(typer, node.body, inside)
    body(typer, node.else_, env)


def looped(typer: Typer, node: nodes.Node, type_: Type) -> Type:
    """Return the type of what a loop goes through; remarks where it is no list."""
    found = items_of(type_)
    nulls = [one for one in found.wrong if isinstance(one, Null)]
    if found.nowhere and len(nulls) < len(found.wrong):
        typer.tell(NotAList(typer.source(node), type_, typer.place(node)))
    else:
        mind_null(typer, node, union(*nulls), "a loop goes through a list")
    return ANYTHING if isinstance(found.type, Never) else found.type


def listed(typer: Typer, node: nodes.Node, type_: Type) -> Type:
    """Return what `items` of a watch goes through: a list, and no mapping."""
    if all(isinstance(one, Record) for one in members(type_)):
        typer.tell(NotAList(typer.source(node), type_, typer.place(node)))
        return ANYTHING
    return looped(typer, node, type_)


def targets(node: nodes.Node, type_: Type) -> Mapping[str, Type]:
    """Return the types of the names that a value is put into."""
    if isinstance(node, nodes.Name):
        return {node.name: type_}
    if not isinstance(node, nodes.Tuple):
        return {}
    made: dict[str, Type] = {}
    for at, part in enumerate(node.items):
        made |= targets(part, _part(type_, at))
    return made


def _part(type_: Type, at: int) -> Type:
    if isinstance(type_, ListOf):
        parts = type_.parts
        return parts[at] if parts is not None and at < len(parts) else type_.item
    return ANYTHING


def _loop(item: Type) -> Type:
    whole = dict.fromkeys(("index", "index0", "revindex", "revindex0", "length"), WHOLE)
    flags = dict.fromkeys(("first", "last"), BOOLEAN)
    return Record({**whole, **flags, "previtem": item, "nextitem": item}, required=frozenset(whole))
