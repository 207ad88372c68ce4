"""Where in a recipe's text its triggers stand: the model keeps no places of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.recipe.document import MappingNode, SequenceNode

if TYPE_CHECKING:
    from beeflow.recipe.document import Node
    from beeflow.recipe.parser import Parsed
    from beeflow.recipe.problem import Span


def trigger_span(parsed: Parsed, index: int) -> Span | None:
    """Return the place of a trigger's first key, for a blueprint's instance in the blueprint."""
    node = _trigger(parsed, index)
    if isinstance(node, MappingNode) and node.entries:
        return node.entries[0].key.span
    return None


def match_span(parsed: Parsed, index: int, path: str) -> Span | None:
    """Return the place of a line of a trigger's `match`; of the trigger, where it has none."""
    node = _trigger(parsed, index)
    match = node.entry("match") if isinstance(node, MappingNode) else None
    line = match.value.entry(path) if match and isinstance(match.value, MappingNode) else None
    return line.key.span if line is not None else trigger_span(parsed, index)


def _trigger(parsed: Parsed, index: int) -> Node | None:
    root = (parsed.uses or parsed.document).root
    entry = root.entry("trigger") if isinstance(root, MappingNode) else None
    if entry is None:
        return None
    if not isinstance(entry.value, SequenceNode):
        return entry.value
    return entry.value.items[index] if 0 <= index < len(entry.value.items) else None
