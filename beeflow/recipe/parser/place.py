"""A node of the document together with its path, and what a reader would call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.recipe.document import MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from beeflow.recipe.problem import Span


class Place(msgspec.Struct, frozen=True):
    """`path` is the way from the document's root, such as `actions/2/with/text`."""

    node: Node
    path: str = ""

    @property
    def key(self) -> str:
        """The last part of the path: the key, or the number in a list."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def title(self) -> str:
        """How messages call this place: its key, in backquotes; an item by its list's key."""
        parts = self.path.split("/")
        while parts and parts[-1].isdigit():
            parts.pop()
        name = f"`{parts[-1]}`" if parts and parts[-1] else "the recipe"
        return f"an item of {name}" if self.key.isdigit() else name

    def child(self, part: str | int, node: Node) -> Place:
        """Return a place within this one."""
        return Place(node, f"{self.path}/{part}" if self.path else str(part))

    @property
    def top(self) -> Span:
        """Where this begins: the first key of a mapping, else all of it."""
        if isinstance(self.node, MappingNode) and self.node.entries:
            return self.node.entries[0].key.span
        return self.node.span

    @property
    def is_null(self) -> bool:
        """Whether nothing, or `null`, stands here."""
        return isinstance(self.node, ScalarNode) and self.node.value is None


def found(node: Node) -> str:
    """Say what a node is, for "… and this is …"."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    value = node.value
    if value is None:
        return "empty" if not node.text else "null"
    if isinstance(value, bool):
        return f"`{node.text}`"
    if isinstance(value, int | float):
        return f"the number {node.text}"
    return f"the text `{shortened(node.text)}`"


def shortened(text: str, most: int = 60) -> str:
    """Return a text as one line of at most `most` characters, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
