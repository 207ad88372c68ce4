"""Positioned YAML: a recipe's text as immutable nodes, each with its place in the file."""

from beeflow.recipe.document.echoes import without_echoes
from beeflow.recipe.document.nodes import (
    Document,
    Entry,
    MappingNode,
    Node,
    Scalar,
    ScalarNode,
    SequenceNode,
)
from beeflow.recipe.document.offsets import inner, locate
from beeflow.recipe.document.read import decode, read_document
from beeflow.recipe.document.source import Position, Source

__all__ = [
    "Document",
    "Entry",
    "MappingNode",
    "Node",
    "Position",
    "Scalar",
    "ScalarNode",
    "SequenceNode",
    "Source",
    "decode",
    "inner",
    "locate",
    "read_document",
    "without_echoes",
]
