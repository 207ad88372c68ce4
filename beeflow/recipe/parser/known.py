"""What must be known when a recipe is loaded, and may yet be a template over its inputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from beeflow.errors import ExpressionError
from beeflow.recipe.document import MappingNode, Node, ScalarNode, SequenceNode, locate
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.texts import expression_problem, is_template
from beeflow.recipe.templates.faults import salvage
from beeflow.recipe.templates.template import parse_template
from beeflow.recipe.templates.values import plain

_CURLY: Final = re.compile(
    "[\u201c\u201d\u201e\u2018\u201a\u00ab][^\u201c\u201d\u2018\u2019]*[\u201c\u201d\u2019\u00bb]"
)
"""A text in quotes as word processors write them."""

if TYPE_CHECKING:
    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.templates.references import Reference
    from beeflow.types import Json


def known(reading: Reading, place: Place, *, free: bool = False) -> ScalarNode | None:
    """Return a scalar with its template rendered; a `free` text may stand in any quotes.

    None (reported) where no scalar stands; None in silence where it hangs on an input that has
    no value yet, as in a blueprint that is read by itself.
    """
    node = place.node
    if not isinstance(node, ScalarNode):
        reading.wrong_type(place, "one value")
        return None
    if not (free or node.text.isascii()) and node.style == "plain" and _CURLY.fullmatch(node.text):
        return _plainly_quoted(reading, place, node)
    if not isinstance(node.value, str) or not is_template(node.value):
        return node
    rendered = _render(reading, place, node.value)
    if rendered is None:
        return None
    if isinstance(rendered, list | dict):
        message = f"{place.title} must be one value, and this renders to a list or mapping"
        reading.report(place, Finding("wrong-type", message))
        return None
    text = rendered if isinstance(rendered, str) else str(rendered).lower()
    return replace(node, text=text, value=rendered)


def _plainly_quoted(reading: Reading, place: Place, node: ScalarNode) -> ScalarNode:
    """Return (and report) a value whose quotes are none to YAML as if they were."""
    text = node.text[1:-1]
    message = f"`{node.text[0]}` is no quote to YAML, but a part of the value"
    finding = Finding("bad-value", message, f'write plain quotes: "{text}"', (f'"{text}"',))
    reading.report(place, finding)
    meant = replace(node, text=text, value=text, style="double")
    reading.values[node.span] = meant
    return meant


def known_node(reading: Reading, place: Place) -> Node:
    """Return a node with all templates in it rendered, for patterns of triggers."""
    node = place.node
    if isinstance(node, MappingNode):
        entries = tuple(
            replace(entry, value=known_node(reading, place.child(entry.name, entry.value)))
            for entry in node
        )
        return replace(node, entries=entries)
    if isinstance(node, SequenceNode):
        items = tuple(
            known_node(reading, place.child(at, item)) for at, item in enumerate(node.items)
        )
        return replace(node, items=items)
    return known(reading, place) or replace(node, value=None, text="")


def _render(reading: Reading, place: Place, text: str) -> Json:
    read = salvage(text, "template")
    for fault in read.faults:
        expression_problem(reading, place, fault)
    early = next((one for one in read.references if one.path[0] != "inputs"), None)
    if early is not None:
        _too_early(reading, place, early)
    if read.faults or early is not None:
        return None
    if any(_is_open(reading, one) for one in read.references):
        return None
    try:
        values = {name: given.value for name, given in reading.inputs.items()}
        return plain(parse_template(text).render({"inputs": values}))
    except ExpressionError as error:
        expression_problem(reading, place, error)
        return None


def _is_open(reading: Reading, read: Reference) -> bool:
    if len(read.path) == 1:
        return bool(reading.open_inputs)
    return read.path[1] in reading.open_inputs


def _too_early(reading: Reading, place: Place, read: Reference) -> None:
    node = place.node
    span = node.span
    if isinstance(node, ScalarNode):
        span = locate(reading.source, node, read.offset, read.length)
    reading.report(
        place,
        Finding(
            "expression",
            f"{place.title} must be known before a run starts, and `{read.path[0]}` is not",
            "write the value itself, or use `inputs` only",
        ),
        span,
    )
