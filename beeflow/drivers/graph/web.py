"""What triggers what, as a picture's data: nodes and arrows between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from beeflow.drivers.graph.diagram import Kind


class Node(msgspec.Struct, frozen=True):
    """A recipe, or something that starts one."""

    id: str
    kind: Kind
    title: str
    lines: tuple[str, ...] = ()


class Edge(msgspec.Struct, frozen=True):
    """One thing brings about another. `rare`: it may, but nobody can be sure."""

    source: str
    target: str
    label: str = ""
    rare: bool = False


class Web(msgspec.Struct, frozen=True):
    """All recipes, and what starts them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
