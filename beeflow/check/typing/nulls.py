"""Null where it will not do: what may be null, and what certainly is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.typing.remarks import MaybeNull
from beeflow.recipe.templates.references import path_of
from beeflow.recipe.typing import Null, Type, members

if TYPE_CHECKING:
    from jinja2 import nodes

    from beeflow.check.typing.typer import Typer


def tell_null(typer: Typer, node: nodes.Node, use: str) -> None:
    """Remark on a value that is, or may be, null; `use` says why that will not do."""
    typer.tell(MaybeNull(typer.source(node), use, typer.place(node), path_of(node)))


def mind_null(typer: Typer, node: nodes.Node, type_: Type, use: str) -> None:
    """Remark on a value that may be null, unless it hardly ever is."""
    if any(isinstance(member, Null) and not member.seldom for member in members(type_)):
        tell_null(typer, node, use)
