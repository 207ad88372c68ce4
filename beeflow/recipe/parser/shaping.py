"""Values under the names of other tools, in the shape that they have here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from beeflow.recipe.document import Entry, MappingNode, ScalarNode, SequenceNode
from beeflow.recipe.document.scalars import resolve
from beeflow.recipe.parser.durations import duration_of_parts, likely_duration

if TYPE_CHECKING:
    from beeflow.recipe.document import Node, Source

_LISTS: Final = frozenset({"actions", "then", "else", "do"})
_CRON: Final = re.compile(r"(?:[\d*/,?-]+\s+){2,5}[\w*/,?#-]+|@\w+")
_TIMES: Final = {"every": "every", "at": "at", "time": "at"}


class Shaped(NamedTuple):
    """A value as it is meant, and the mend where it is not written so."""

    node: Node
    mend: str | None = None


def shaped(name: str, entry: Entry, source: Source) -> Shaped:
    """Return the value of a key that is called `name` here in the shape that it has here."""
    node = entry.value
    if name == "schedule" and entry.name in _TIMES and isinstance(node, ScalarNode):
        key = _TIMES[entry.name]
        return Shaped(_mapping(key, node), f"write schedule: {{{key}: {node.text}}}")
    if name == "event_start" and entry.name == "before" and isinstance(node, ScalarNode):
        text = f"-{node.text}"
        return Shaped(replace(node, text=text, value=text), f"write event_start: {text}")
    if name == "actions" and (jobs := _jobs(node)) is not None:
        return Shaped(jobs)
    if name in _LISTS and isinstance(node, MappingNode):
        return Shaped(SequenceNode(node.span, (node,), node.size + 1, node.height + 1))
    if name == "conditions" and not isinstance(node, SequenceNode):
        return _conditions(node, source)
    if name in {"if", "when"} and isinstance(node, SequenceNode) and len(node.items) == 1:
        return Shaped(node.items[0])
    if name == "trigger":
        return _trigger(node, source)
    return _scalar(name, node)


def _scalar(name: str, node: Node) -> Shaped:
    """Return a wait, a number of tries, or a flag, as they are written here."""
    if name == "wait":
        return _wait(node)
    if name == "retry" and isinstance(node, ScalarNode) and isinstance(node.value, int):
        return Shaped(_mapping("attempts", node), f"write retry: {{attempts: {node.text}}}")
    if name == "on_error" and isinstance(node, ScalarNode) and node.value is True:
        mended = replace(node, text="continue", value="continue")
        return Shaped(mended, "write on_error: continue")
    return Shaped(node)


def _mapping(key: str, node: Node) -> MappingNode:
    at = replace(node.span, end=node.span.start)
    entry = Entry(ScalarNode(at, key, key), node)
    return MappingNode(node.span, (entry,), node.size + 1, node.height + 1)


def _jobs(node: Node) -> Node | None:
    """Return the steps of the first of several jobs, as GitHub Actions has them."""
    if not isinstance(node, MappingNode) or not node.entries:
        return None
    held = [one.value.entry("steps") for one in node if isinstance(one.value, MappingNode)]
    first = held[0] if held and len(held) == len(node.entries) else None
    return first.value if first else None


def _conditions(node: Node, source: Source) -> Shaped:
    if isinstance(node, ScalarNode) and node.value is None:
        return Shaped(node)
    text = source.text[node.span.start : node.span.end]
    mend = None if "\n" in text else f"begin it with `- ` on a line of its own: write - {text}"
    return Shaped(SequenceNode(node.span, (node,), node.size + 1, node.height + 1), mend)


def _trigger(node: Node, source: Source) -> Shaped:
    """Return a trigger: of a webhook's type or several, of a cron, or as GitHub Actions has it."""
    if isinstance(node, ScalarNode):
        if not isinstance(node.value, str):
            return Shaped(node)
        kind = "schedule" if _CRON.fullmatch(node.text) else "webhook"
        written = source.text[node.span.start : node.span.end]
        return Shaped(_mapping(kind, node), f"write trigger: {{{kind}: {written}}}")
    if isinstance(node, SequenceNode):
        if not node.items or not all(isinstance(one, ScalarNode) for one in node.items):
            return Shaped(node)
        listed = ", ".join(str(item) for item in _plain(node))
        return Shaped(_mapping("webhook", node), f"write trigger: {{webhook: [{listed}]}}")
    if (crons := _crons(node)) is not None:
        return Shaped(crons)
    types = [entry.key for entry in node if "." in entry.name]
    if len(types) < len(node.entries) or not types:
        return Shaped(node)
    if len(types) == 1:
        return Shaped(_mapping("webhook", types[0]), f"write trigger: {{webhook: {types[0].text}}}")
    listed = ", ".join(one.text for one in types)
    several = SequenceNode(node.span, tuple(types), len(types) + 1)
    return Shaped(_mapping("webhook", several), f"write trigger: {{webhook: [{listed}]}}")


def _crons(node: MappingNode) -> Node | None:
    """Return the triggers of `schedule: [{cron: …}]`, as GitHub Actions has it."""
    listed = node.entries[0].value if len(node.entries) == 1 else None
    if not isinstance(listed, SequenceNode) or node.entries[0].name != "schedule":
        return None
    held = [one.entry("cron") for one in listed.items if isinstance(one, MappingNode)]
    crons = tuple(_mapping("schedule", one.value) for one in held if one)
    return SequenceNode(listed.span, crons, 1 + sum(one.size for one in crons), 3)


def _plain(node: Node) -> list[object]:
    value = node.plain()
    return list(value) if isinstance(value, list) else []


def _wait(node: Node) -> Shaped:
    """Return a wait: a number is of seconds elsewhere, and there are clocks and mappings."""
    if isinstance(node, MappingNode):
        return _duration(node, duration_of_parts(node))
    if not isinstance(node, ScalarNode):
        return Shaped(node)
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return _duration(node, f"{node.text}s")
    likely = likely_duration(node.text)
    return _duration(node, None if likely == node.text else likely)


def _duration(node: Node, text: str | None) -> Shaped:
    if not text:
        return Shaped(node)
    return Shaped(ScalarNode(node.span, text, resolve(text)), f"write wait: {text}")
