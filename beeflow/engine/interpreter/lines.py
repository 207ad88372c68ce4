"""The line of the file at which something stands: worked out only when a run has failed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from beeflow.recipe.document import (
    MappingNode,
    ScalarNode,
    SequenceNode,
    Source,
    inner,
    locate,
    read_document,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.recipe.document import Node
    from beeflow.recipe.model import Bundle
    from beeflow.recipe.problem import Span


def line_of(bundle: Bundle, span: Span, text: str = "", offset: int = 0) -> int | None:
    """Return the line (from 1) of `text[offset]`, an expression or template that stands at `span`.

    Without `text` the line at which the span begins; None where the file is not in the bundle.
    """
    content = _content(bundle, span.file)
    if content is None:
        return None
    source = Source(span.file, content)
    scalar = _scalar(content, span, text) if text else None
    start = locate(source, scalar, offset).start if scalar is not None else span.start
    return source.position(start).line


def _content(bundle: Bundle, file: str) -> str | None:
    """Return the text of a file; messages may name it by a longer path than the bundle does."""
    fitting = [
        (len(name), text)
        for name, text in bundle.files
        if file == name or file.endswith(f"/{name}")
    ]
    return max(fitting)[1] if fitting else None


def _scalar(content: str, span: Span, text: str) -> ScalarNode | None:
    """Return the value whose text this is and whose inner part begins at the span."""
    source, scalars = _scalars(content)
    for node in scalars:
        if node.text == text and span.start in {node.span.start, inner(source, node).start}:
            return node
    return None


@lru_cache(maxsize=8)
def _scalars(content: str) -> tuple[Source, tuple[ScalarNode, ...]]:
    document = read_document(Source("", content))
    found = () if document.root is None else tuple(_walk(document.root))
    return document.source, found


def _walk(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from _walk(item)
    elif isinstance(node, MappingNode):
        for entry in node:
            yield from _walk(entry.value)
