"""A parameter of an action."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


class Parameter(msgspec.Struct, frozen=True):
    """A parameter: its name, JSON Schema and meaning.

    `escape` names how text that a template put into it is escaped (`beeflow.actions.escaping`),
    unless the argument `raw` is true.
    """

    name: str
    schema: Mapping[str, Json]
    description: str = ""
    required: bool = False
    escape: str | None = None

    @property
    def allowed(self) -> tuple[Json, ...]:
        """The values that are allowed, where they can be listed."""
        values = self.schema.get("enum")
        return tuple(values) if isinstance(values, list) else ()

    @property
    def kind(self) -> str:
        """The type in words, for people: `text`, `text or list` and so on."""
        return kinds_in_words(self.schema)


_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "mapping",
    "null": "null",
}


def kinds_in_words(schema: Mapping[str, Json]) -> str:
    """Say the type of a schema so that somebody who writes recipes understands it."""
    kinds = schema.get("type")
    if isinstance(kinds, str):
        kinds = [kinds]
    if not isinstance(kinds, list):
        return "any value"
    return " or ".join(_WORDS[str(kind)] for kind in kinds)
