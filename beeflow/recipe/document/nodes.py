"""A YAML document as immutable nodes that know their place.

They are trees, so that the collector need not look for cycles among them (`gc=False`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.recipe.document.source import Source
    from beeflow.recipe.problem import Problem, Span
    from beeflow.types import Json

Scalar: TypeAlias = "bool | int | float | str | None"
Style: TypeAlias = Literal["plain", "single", "double", "literal", "folded"]


class ScalarNode(msgspec.Struct, frozen=True, gc=False):
    """A value that is no mapping and no list.

    `text` is what YAML reads, `value` what the recipe language makes of it (`scalars`). `span`
    is all of it, with quotes or the `|` and `>` of a block.
    """

    span: Span
    text: str
    value: Scalar
    style: Style = "plain"

    size = 1
    height = 0

    def plain(self) -> Json:
        """Return the value without its place."""
        return self.value


class SequenceNode(msgspec.Struct, frozen=True, gc=False):
    """A list. `size` counts all nodes in it, aliases written out; `height` the nesting."""

    span: Span
    items: tuple[Node, ...]
    size: int = 1
    height: int = 1

    def plain(self) -> Json:
        """Return the value without its place."""
        return [item.plain() for item in self.items]


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A key of a mapping and its value."""

    key: ScalarNode
    value: Node

    @property
    def name(self) -> str:
        """The key's text."""
        return self.key.text


class MappingNode(msgspec.Struct, frozen=True, gc=False):
    """A mapping; keys are texts, each once, in the order written."""

    span: Span
    entries: tuple[Entry, ...]
    size: int = 1
    height: int = 1

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def entry(self, name: str) -> Entry | None:
        """Return the entry called `name`, if there is one."""
        for entry in self.entries:
            if entry.key.text == name:
                return entry
        return None

    def plain(self) -> Json:
        """Return the value without its place."""
        return {entry.name: entry.value.plain() for entry in self.entries}


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


class Document(msgspec.Struct, frozen=True):
    """What a file holds; `root` is None where it is not YAML, and `problems` say why.

    `is_whole` is False where something could not be read and is left out: what seems to be
    missing may stand there.
    """

    source: Source
    root: Node | None
    problems: tuple[Problem, ...] = ()
    is_whole: bool = True
