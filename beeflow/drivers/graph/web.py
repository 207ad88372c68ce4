"""What triggers what, as a picture's data: nodes and arrows between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beeflow.drivers.graph.diagram import Kind


@dataclass(frozen=True, slots=True)
class Node:
    """A recipe, or something that starts one."""

    id: str
    kind: Kind
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """One thing brings about another. `rare`: it may, but nobody can be sure."""

    source: str
    target: str
    label: str = ""
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Web:
    """All recipes, and what starts them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
