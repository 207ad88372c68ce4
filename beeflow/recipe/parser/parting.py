"""What a step does, and two steps in one where the `-` between them is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.recipe.document import MappingNode, ScalarNode, SequenceNode
from beeflow.recipe.parser.foreign import BLOCKS
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.vocabulary import STEP, STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.recipe.document import Entry
    from beeflow.recipe.parser.place import Place

_TWO: Final = 2
_LOOPS: Final = frozenset({"for_each", "repeat"})
_BESIDE: Final[Mapping[str, frozenset[str]]] = {
    "for_each": frozenset({"parallel"}),
}
"""Keys that make a step of their own, but belong to another step when they stand beside it."""


def kinds_of(node: MappingNode) -> list[str]:
    """Return the keys of a mapping that each say what a step does."""
    names = [entry.key.text for entry in node.entries]
    kinds = [name for name in names if name in STEPS]
    if "if" in names and ("then" in names or any(_is_block(entry) for entry in node)):
        held = {entry.name for entry in node if _is_block(entry)}
        kinds = [*(kind for kind in kinds if kind not in held), "if"]
    if len(kinds) > 1:
        kinds = [
            kind for kind in kinds if not any(kind in _BESIDE.get(other, ()) for other in kinds)
        ]
    return kinds


def _is_block(entry: Entry) -> bool:
    """Whether a key holds steps that other tools put behind an `if` so."""
    return entry.name in BLOCKS and not isinstance(entry.value, ScalarNode)


def several(reading: Reading, place: Place, node: MappingNode, kinds: list[str]) -> None:
    """Report that a step does two things."""
    entry = node.entry(kinds[1])
    loop = next((kind for kind in kinds if kind in _LOOPS), None)
    inner = next((kind for kind in kinds if kind not in _LOOPS), None)
    mend = "make two steps of it, each beginning with `- `"
    if loop and inner:
        mend = f"put `do:` below `{loop}`, and `{inner}` below that, beginning with `- `"
    reading.report(
        place,
        Finding(
            "conflicting-keys",
            f"a step does one thing, and this one has `{kinds[0]}` and `{kinds[1]}`",
            mend,
        ),
        entry.key.span if entry else None,
    )


def parted(reading: Reading, place: Place) -> list[Place]:
    """Return a step, or the two (reported) that it is where a `-` is missing between them."""
    node = place.node
    if not isinstance(node, MappingNode):
        return [place]
    kinds = kinds_of(node)
    if len(kinds) < _TWO or not _LOOPS.isdisjoint(kinds):
        return [place]
    places = [at for at, entry in enumerate(node.entries) if entry.name in kinds]
    first, at = places[:_TWO]
    if reading.source.text.startswith("{", node.span.start):
        return [place]
    several(reading, place, node, [node.entries[first].name, node.entries[at].name])
    while at - 1 > first and node.entries[at - 1].name in STEP.keys:
        at -= 1
    return [replace(place, node=_part(one)) for one in (node.entries[:at], node.entries[at:])]


def _part(entries: tuple[Entry, ...]) -> MappingNode:
    span = replace(entries[0].key.span, end=max(one.value.span.end for one in entries))
    size = 1 + sum(one.value.size for one in entries)
    height = 1 + max(one.value.height for one in entries)
    return MappingNode(span, entries, size, height)


def single(reading: Reading, place: Place) -> Place | None:
    """Return the step in a list of its own (reported), where a `-` is one too many."""
    node = place.node
    if not isinstance(node, SequenceNode) or len(node.items) != 1:
        return None
    inner = place.child(0, node.items[0])
    if not isinstance(inner.node, MappingNode) or not inner.node.entries:
        return None
    line, _ = reading.source.position(inner.top.start)
    written = reading.source.line(line).strip()
    write = f": write {written.removeprefix('- ')}" if written.startswith("- - ") else ""
    message = f"{place.title} must be a step: a mapping, and this is a list"
    reading.report(
        place, Finding("wrong-type", message, f"one `-` begins a step{write}"), inner.top
    )
    return inner
