"""Steps that say only which action: `log.write: {…}`, as Ansible has it, or `- log.write`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.recipe.document import Entry, MappingNode, ScalarNode
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.vocabulary import ACTION, STEPS

if TYPE_CHECKING:
    from beeflow.recipe.document import Node
    from beeflow.recipe.parser.place import Place

_ACTION: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", re.ASCII)


def written_out(reading: Reading, place: Place, node: MappingNode) -> MappingNode | None:
    """Return a step whose key is an action's name (reported) as it is written out.

    None where it has no parameters: those that it needs are not missed as well.
    """
    named = [one for one in node.entries if "." in one.key.text and _ACTION.fullmatch(one.name)]
    if len(named) != 1 or any(entry.name in STEPS for entry in node):
        return node
    (one,) = named
    reading.report(
        place,
        Finding(
            "missing-key",
            "this step does not say what to do",
            f"write `action: {one.name}`, and its parameters below `with:`",
        ),
        one.key.span,
    )
    key, name = replace(one.key, text="action", value="action"), one.name
    entries = [Entry(key, ScalarNode(one.key.span, name, name))]
    rest = [entry for entry in node if entry is not one]
    beside = [entry for entry in rest if entry.name not in ACTION.keys]
    args = _arguments(one.value, beside)
    if args is None and not any(entry.name == "with" for entry in rest):
        return None
    if args is not None:
        entries.append(Entry(replace(one.key, text="with", value="with"), args))
        rest = [entry for entry in rest if entry not in beside]
    meant = replace(node, entries=(*entries, *rest))
    reading.meant[node.span] = meant.entries
    return meant


def _arguments(value: Node, beside: list[Entry]) -> Node | None:
    """Return the parameters: what the key holds, or what stands beside it."""
    if isinstance(value, MappingNode):
        return value
    if not beside:
        return None
    return MappingNode(value.span, tuple(beside), 1 + sum(one.value.size for one in beside))
