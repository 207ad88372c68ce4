"""What stands before `is defined` and `default`: it may be missing, and hardly anything is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jinja2 import nodes

from beeflow.check.typing.env import followed
from beeflow.check.typing.fields import guarded_field
from beeflow.recipe.templates.references import path_of
from beeflow.recipe.typing import ANYTHING, Never, Number, Type, item_of

if TYPE_CHECKING:
    from beeflow.check.typing.env import Env
    from beeflow.check.typing.typer import Typer


def lenient_type(typer: Typer, node: nodes.Node, env: Env) -> Type:
    """Return the type of a value that may not be there; what is within it, is looked at."""
    known = env.facts.get(path_of(node) or ())
    if known is not None:
        return known
    if isinstance(node, nodes.Name):
        return env.at((node.name,))
    if isinstance(node, nodes.Getattr):
        return _field(typer, node, lenient_type(typer, node.node, env), (node.attr, env))
    if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Slice):
        owner, key = lenient_type(typer, node.node, env), typer.type_of(node.arg, env)
        if isinstance(node.arg, nodes.Const):
            return _field(typer, node, owner, (str(node.arg.value), env))
        found = item_of(owner).type if isinstance(key, Number) else ANYTHING
        return ANYTHING if isinstance(found, Never) else found
    return typer.type_of(node, env)


def _field(
    typer: Typer, node: nodes.Getattr | nodes.Getitem, owner: Type, asked: tuple[str, Env]
) -> Type:
    name, env = asked
    path = path_of(node) or ()
    guarded_field(typer, node, (owner, name), env.at(path[:-2]) if len(path) > _NESTED else None)
    return followed(owner, (name,))


_NESTED: Final = 2
"""Steps of a path beyond which its last is a field of a field."""
