"""Keys that stand one level too deep, or too high: told once, and read where they belong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.recipe.document import Entry, MappingNode, ScalarNode, SequenceNode
from beeflow.recipe.parser.foreign import called_here
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.vocabulary import (
    BATCH,
    BLUEPRINT,
    CANCEL_ON,
    CONCURRENCY,
    DEBOUNCE,
    RECIPE,
    REPEAT_HOW,
    RETRY,
    STATE_BODY,
    THROTTLE,
    TRIGGERS,
    WAIT_FOR_BODY,
    WATCH_BODY,
    Vocabulary,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.recipe.document import Node
    from beeflow.recipe.parser.place import Place

_KINDS: Final = {**dict.fromkeys(TRIGGERS), "cron": None}
_ONLY_AT_THE_TOP: Final = frozenset({"trigger", "conditions", "actions", "cancel_on"})
_FREE: Final = frozenset({"inputs", "fetch"})
_ANY: Final[frozenset[str]] = frozenset()

HOLDERS: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("with", "fetch", "inputs", "match", "set", "for_events"), _ANY),
    "trigger": frozenset(key for one in TRIGGERS.values() for key in one.keys),
    "watch": frozenset(WATCH_BODY.keys),
    "retry": frozenset(RETRY.keys),
    "repeat": frozenset(REPEAT_HOW.keys),
    "wait_for": frozenset(WAIT_FOR_BODY.keys),
    "state": frozenset(STATE_BODY.keys),
    "concurrency": frozenset(CONCURRENCY.keys),
    "throttle": frozenset(THROTTLE.keys),
    "debounce": frozenset(DEBOUNCE.keys),
    "batch": frozenset(BATCH.keys),
    "cancel_on": frozenset(CANCEL_ON.keys),
}
"""Keys whose value is a mapping, and the keys it may have; empty: any."""

_HOLDING: Final = _FREE.union(name for name, keys in HOLDERS.items() if keys)
"""Those of them in which a key that stands too deep can be told."""

_STEPS: Final = frozenset({"actions", "do", "then"})
_OF_TRIGGERS: Final = frozenset(key for one in TRIGGERS.values() for key in one.keys)


def risen(reading: Reading, place: Place, node: MappingNode, words: Vocabulary) -> MappingNode:
    """Return a mapping to which what stands within one of its keys (reported) has come back."""
    names = {entry.key.text for entry in node.entries}
    if names.isdisjoint(_HOLDING):
        return node
    slipped: dict[str, list[Entry]] = {}
    for entry in node.entries:
        if entry.key.text in _HOLDING and entry.key.text in words.keys:
            inside = HOLDERS[entry.name]
            deep = [one for one in _last(entry.value) if _too_deep(one, inside, words, names)]
            if deep:
                _report(reading, place, entry, deep, words)
                slipped[entry.name] = deep
                names.update(one.name for one in deep)
    return _with_risen(node, slipped, words) if slipped else node


def _with_risen(
    node: MappingNode, slipped: Mapping[str, list[Entry]], words: Vocabulary
) -> MappingNode:
    """Return a mapping in which each holder is followed by what has slipped into it."""
    entries: list[Entry] = []
    for entry in node:
        deep = slipped.get(entry.name, [])
        held = replace(entry, value=_without(entry.value, deep)) if deep else entry
        entries.extend((held, *(_as_here(one, words) for one in deep)))
    return replace(node, entries=tuple(entries))


def _last(node: Node) -> tuple[Entry, ...]:
    """Return the keys of a mapping, or of the last one in a list: below it something slips."""
    if isinstance(node, SequenceNode) and node.items:
        return _last(node.items[-1])
    return node.entries if isinstance(node, MappingNode) else ()


def _as_here(one: Entry, words: Vocabulary) -> Entry:
    """Return an entry under the name that it has here."""
    name = one.name if one.name in words.keys else called_here(one, words) or one.name
    return replace(one, key=replace(one.key, text=name, value=name))


def _too_deep(one: Entry, inside: frozenset[str], words: Vocabulary, names: set[str]) -> bool:
    """Whether a key belongs beside its holder; what takes any key (`inside` empty) has few such."""
    if not inside:
        top = one.name in _ONLY_AT_THE_TOP and words.of in {RECIPE.of, BLUEPRINT.of}
        typed = isinstance(one.value, MappingNode) and one.value.entry("type") is not None
        return top and not typed and one.name not in names
    if one.name in inside or one.name in names:
        return False
    return one.name in words.keys or called_here(one, words) in _STEPS


def _without(node: Node, deep: list[Entry]) -> Node:
    if isinstance(node, SequenceNode):
        return replace(node, items=(*node.items[:-1], _without(node.items[-1], deep)))
    if isinstance(node, MappingNode):
        return replace(node, entries=tuple(one for one in node if one not in deep))
    return node


def _report(
    reading: Reading, place: Place, holder: Entry, deep: list[Entry], words: Vocabulary
) -> None:
    first = deep[0].key
    more = f" (nor the {len(deep) - 1} after it)" if len(deep) > 1 else ""
    top = words.of in {RECIPE.of, BLUEPRINT.of}
    name = called_here(deep[0], words) or first.text
    said = f"it stands as `{name}`" if name != first.text else "it stands"
    where = f"`{first.text}` stands at the top of the recipe," if top else said
    source = reading.source
    number, column = source.position(first.span.start)
    _, wanted = source.position(holder.key.span.start)
    line = source.line(number)
    mend = ""
    if not line[: column - 1].strip():
        mended = line.strip().replace(first.text, name, 1)
        mend = f": put {wanted - 1} spaces before it, not {column - 1}: write {mended}"
    reading.report(
        place.child(first.text, first),
        Finding(
            "unknown-key",
            f"`{holder.name}` has no key `{first.text}`{more}",
            f"{where} beside `{holder.name}`, in the same column, not within it{mend}",
        ),
    )


def gathered(reading: Reading, place: Place, node: MappingNode, words: Vocabulary) -> MappingNode:
    """Return a recipe with a trigger of the keys of one that stand at its top (reported)."""
    if words.of not in {RECIPE.of, BLUEPRINT.of} or node.entry("trigger") is not None:
        return node
    loose = [one for one in node if one.name not in words.keys and _is_of_trigger(one)]
    kinds = [one for one in loose if one.name in _KINDS]
    if len(kinds) != 1:
        return node
    (kind,) = kinds
    source = reading.source
    text = source.text[kind.key.span.start : loose[-1].value.span.end]
    flat = "\n" not in text and len(loose) == 1
    name = "schedule" if kind.name == "cron" else kind.name
    more = f" (nor the {len(loose) - 1} like it)" if len(loose) > 1 else ""
    value = source.text[kind.value.span.start : kind.value.span.end]
    write = (
        f"write trigger: {{{name}: {value}}}"
        if flat
        else "put a line `trigger:` above it, and 2 spaces before it"
    )
    reading.report(
        place.child(kind.name, kind.key),
        Finding(
            "unknown-key",
            f"{words.of} has no key `{kind.name}`{more}",
            f"it belongs below `trigger`: {write}",
            ("trigger",),
        ),
    )
    key = replace(kind.key, text="trigger", value="trigger")
    called = replace(kind.key, text=name, value=name)
    inside = [replace(one, key=called) if one is kind else one for one in loose]
    size = 1 + sum(one.value.size for one in inside)
    height = 1 + max(one.value.height for one in inside)
    trigger = Entry(key, MappingNode(kind.value.span, tuple(inside), size, height))
    rest = [trigger if one is kind else one for one in node if one is kind or one not in loose]
    return replace(node, entries=tuple(rest))


def _is_of_trigger(entry: Entry) -> bool:
    """Whether a key is one of a trigger, and its value is not a list of steps."""
    if entry.name == "run" and not isinstance(entry.value, ScalarNode):
        return False
    return entry.name in _OF_TRIGGERS or entry.name in _KINDS
