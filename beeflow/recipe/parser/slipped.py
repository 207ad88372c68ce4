"""Keys that stand beside the key they belong below: told once, and read as they were meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.recipe.document import MappingNode, ScalarNode
from beeflow.recipe.document.nodes import Entry
from beeflow.recipe.parser.nesting import HOLDERS, gathered, risen
from beeflow.recipe.parser.reading import Finding, Reading, nearest
from beeflow.recipe.parser.vocabulary import TRIGGERS, Vocabulary
from beeflow.recipe.problem import Note

if TYPE_CHECKING:
    from beeflow.recipe.document import Node
    from beeflow.recipe.parser.place import Place


def as_meant(reading: Reading, place: Place, node: MappingNode, words: Vocabulary) -> MappingNode:
    """Return a mapping in which what stands beside its key (reported) stands below it."""
    node = risen(reading, place, node, words)
    if {entry.key.text for entry in node.entries} <= words.keys.keys():
        return node
    node = gathered(reading, place, node, words)
    entries: list[Entry] = []
    waiting = list(node.entries)
    while waiting:
        entry = waiting.pop(0)
        slipped = []
        while waiting and _belongs(waiting[0], entry, words):
            slipped.append(waiting.pop(0))
        if slipped:
            _report(reading, place, entry, slipped)
            entry = Entry(entry.key, _below(entry.value, slipped))
        entries.append(entry)
    return replace(node, entries=tuple(entries)) if len(entries) < len(node.entries) else node


def _belongs(entry: Entry, holder: Entry, words: Vocabulary) -> bool:
    """Whether an entry, which may not stand here, belongs below the one above it."""
    inside = HOLDERS.get(holder.name) if holder.name in words.keys else None
    if inside is None or entry.name in words.keys:
        return False
    if isinstance(holder.value, MappingNode):
        second = entry.name in TRIGGERS and holder.name == "trigger"
        return entry.name in inside and not second and holder.value.entry(entry.name) is None
    if not isinstance(holder.value, ScalarNode) or holder.value.text:
        return False
    return entry.name in inside or (not inside and not nearest(entry.name, words.keys))


def _below(value: Node, slipped: list[Entry]) -> MappingNode:
    first, last = slipped[0].key.span, slipped[-1].value.span
    held = value.entries if isinstance(value, MappingNode) else ()
    start = value.span if held else first
    span = replace(first, start=start.start, end=max(first.end, last.end))
    size = 1 + sum(entry.value.size for entry in (*held, *slipped))
    height = 1 + max(entry.value.height for entry in (*held, *slipped))
    return MappingNode(span, (*held, *slipped), size, height)


def nested(reading: Reading, place: Place, child: Vocabulary) -> Place:
    """Return named mappings, with what stands beside an empty name (reported) below it."""
    node = place.node
    if not isinstance(node, MappingNode):
        return place
    entries: list[Entry] = []
    waiting = list(node.entries)
    while waiting:
        entry = waiting.pop(0)
        slipped = []
        empty = isinstance(entry.value, ScalarNode) and not entry.value.text
        while empty and waiting and waiting[0].name in child.keys:
            slipped.append(waiting.pop(0))
        if slipped:
            _report(reading, place, entry, slipped)
            entry = Entry(entry.key, _below(entry.value, slipped))
        entries.append(entry)
    if len(entries) == len(node.entries):
        return place
    return replace(place, node=replace(node, entries=tuple(entries)))


def _report(reading: Reading, place: Place, holder: Entry, slipped: list[Entry]) -> None:
    first = slipped[0].key
    more = len(slipped) - 1
    rest = f" (and the {more} after it)" if more else ""
    line, column = reading.source.position(first.span.start)
    column -= 1
    reading.report(
        place.child(first.text, first),
        Finding(
            "bad-indentation",
            f"`{first.text}`{rest} stands beside `{holder.name}`, and belongs below it",
            f"put {column + 2} spaces before it, not {column}: "
            f"write {reading.source.line(line).strip()}",
            notes=(Note(f"`{holder.name}` is here", holder.key.span),),
        ),
    )
