"""What an expression or template reads: its free names and the paths that it follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec
from jinja2 import nodes

from beeflow.recipe.templates.registry import is_lenient
from beeflow.recipe.templates.statements import assigned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.recipe.templates.syntax import Place, Syntax

Path: TypeAlias = tuple[str, ...]
Paths: TypeAlias = frozenset[Path]

_NONE: Paths = frozenset()


class Reference(msgspec.Struct, frozen=True):
    """A path that is read, such as `poll.poll_ref`: `('poll', 'poll_ref')`.

    `places` has offset and length of each step, in characters of the text. `guarded` says that it
    may be missing without an error: behind `default`, or where `is defined` was asked before.
    """

    path: Path
    offset: int
    length: int
    guarded: bool
    places: tuple[Place, ...]


def references(syntax: Syntax) -> tuple[Reference, ...]:
    """Return all that is read from free names, in the order of the tree."""
    reader = _Reader(syntax)
    reader.read(syntax.node, frozenset(), _NONE)
    return tuple(sorted(reader.found, key=lambda one: (one.offset, one.length)))


def path_of(node: nodes.Node) -> Path | None:
    """Return the path that `node` is, if it is nothing but a path."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    if isinstance(node, nodes.Getattr):
        owner = path_of(node.node)
        return None if owner is None else (*owner, node.attr)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        owner = path_of(node.node)
        return None if owner is None else (*owner, str(node.arg.value))
    return None


class _Reader:
    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.found: list[Reference] = []

    def read(
        self, node: nodes.Node, bound: frozenset[str], known: Paths, *, lenient: bool = False
    ) -> None:
        """Note what `node` reads. `bound` are names set within, `known` paths that are there."""
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            self._path(node, bound, known, lenient=lenient)
        elif isinstance(node, nodes.Call):
            self._call(node, bound, known)
        elif isinstance(node, nodes.Filter | nodes.Test):
            self._applied(node, bound, known)
        elif isinstance(node, nodes.And | nodes.Or):
            self.read(node.left, bound, known)
            more = _proved(node.left, holds=isinstance(node, nodes.And))
            self.read(node.right, bound, known | more)
        elif isinstance(node, nodes.CondExpr | nodes.If):
            self._branches(node, bound, known)
        elif isinstance(node, nodes.For):
            self._loop(node, bound, known)
        else:
            self._others(list(node.iter_child_nodes()), bound, known)

    def _others(self, parts: Sequence[nodes.Node], bound: frozenset[str], known: Paths) -> None:
        for part in parts:
            self.read(part, bound, known)
            if isinstance(part, nodes.Assign | nodes.AssignBlock | nodes.If):
                bound |= assigned([part]) - {"loop"}

    def _path(
        self, node: nodes.Expr, bound: frozenset[str], known: Paths, *, lenient: bool
    ) -> None:
        path = path_of(node)
        if path is None:
            inner = node.node if isinstance(node, nodes.Getattr | nodes.Getitem) else None
            if inner is not None:
                self.read(inner, bound, known, lenient=lenient)
            if isinstance(node, nodes.Getitem):
                self.read(node.arg, bound, known)
            return
        if path[0] in bound or (isinstance(node, nodes.Name) and node.ctx == "store"):
            return
        guarded = lenient or any(path[:end] in known for end in range(1, len(path) + 1))
        offset, length = self.syntax.place(node)
        places = tuple(self._steps(node))
        self.found.append(Reference(path, offset, length, guarded, places))

    def _steps(self, node: nodes.Expr) -> list[Place]:
        if isinstance(node, nodes.Getattr | nodes.Getitem):
            return [*self._steps(node.node), self.syntax.name_place(node)]
        return [self.syntax.place(node)]

    def _call(self, node: nodes.Call, bound: frozenset[str], known: Paths) -> None:
        if isinstance(node.node, nodes.Getattr):
            self.read(node.node.node, bound, known)
        self._others([*node.args, *node.kwargs], bound, known)

    def _applied(
        self, node: nodes.Filter | nodes.Test, bound: frozenset[str], known: Paths
    ) -> None:
        lenient = is_lenient("filter" if isinstance(node, nodes.Filter) else "test", node.name)
        if node.node is not None:
            self.read(node.node, bound, known, lenient=lenient)
        self._others([*node.args, *node.kwargs], bound, known)

    def _branches(
        self, node: nodes.CondExpr | nodes.If, bound: frozenset[str], known: Paths
    ) -> None:
        self.read(node.test, bound, known)
        yes, no = _proved(node.test, holds=True), _proved(node.test, holds=False)
        if isinstance(node, nodes.CondExpr):
            self.read(node.expr1, bound, known | yes)
            if node.expr2 is not None:
                self.read(node.expr2, bound, known | no)
            return
        self._others(node.body, bound, known | yes)
        for arm in node.elif_:
            self.read(arm, bound, known | no)
            no |= _proved(arm.test, holds=False)
        self._others(node.else_, bound, known | no)

    def _loop(self, node: nodes.For, bound: frozenset[str], known: Paths) -> None:
        self.read(node.iter, bound, known)
        inside = bound | assigned([node.target]) | {"loop"}
        if node.test is not None:
            self.read(node.test, inside, known)
            known |= _proved(node.test, holds=True)
        self._others(node.body, inside, known)
        self._others(node.else_, bound, known)


def _proved(test: nodes.Node, *, holds: bool) -> Paths:
    """Return the paths that are there when `test` holds, or when it does not."""
    if isinstance(test, nodes.Not):
        return _proved(test.node, holds=not holds)
    if isinstance(test, nodes.And if holds else nodes.Or):
        return _proved(test.left, holds=holds) | _proved(test.right, holds=holds)
    if isinstance(test, nodes.Test) and test.name == ("defined" if holds else "undefined"):
        path = path_of(test.node)
        return _NONE if path is None else frozenset({path})
    return _NONE
