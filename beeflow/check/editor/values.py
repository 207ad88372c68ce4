"""The kinds of values in recipes, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from beeflow.recipe.parser.vocabulary import Vocabulary

Schema = Mapping[str, Any]

TEMPLATE: Final[Schema] = {"$ref": "#/$defs/template"}
TEXT: Final[Schema] = {"type": "string"}
EXPRESSION: Final[Schema] = {"$ref": "#/$defs/expression"}
DURATION: Final[Schema] = {"$ref": "#/$defs/duration"}
STEPS: Final[Schema] = {"$ref": "#/$defs/steps"}
VALUE: Final[Schema] = {"$ref": "#/$defs/value"}
ARGUMENTS: Final[Schema] = {"type": ["object", "null"]}
NAME: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]*$"}
WEBHOOKS: Final[Schema] = {"$ref": "#/$defs/webhooks"}
MATCH: Final[Schema] = {"$ref": "#/$defs/match"}

DEFINITIONS: Final[Mapping[str, Schema]] = {
    "template": {
        "type": "string",
        "pattern": r"\{\{|\{%",
        "description": "A text with {{ expression }} in it.",
    },
    "expression": {
        "type": ["string", "boolean", "integer", "number"],
        "not": {"type": "string", "pattern": r"\{\{"},
        "description": "A bare expression, without braces.",
    },
    "duration": {
        "type": "string",
        "pattern": r"^\s*[+-]?(\d+(\.\d+)?(ms|[smhdw]))+\s*$|\{\{",
        "description": "A number and a unit: ms, s, m, h, d, w; such as 10m or 1h30m.",
    },
    "value": {"description": "Any value; texts may be templates."},
    "timezone": {
        "type": "string",
        "description": "An IANA time zone.",
        "examples": ["Europe/Copenhagen", "America/New_York", "UTC"],
    },
}


def mapping(vocabulary: Vocabulary, values: Mapping[str, Schema]) -> Schema:
    """Return the schema of a mapping with just the keys of a vocabulary, each explained."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(vocabulary.required),
        "properties": {
            key: explained(values[key], about) for key, about in vocabulary.keys.items()
        },
    }


def explained(schema: Schema, about: str) -> Schema:
    """Return a schema with a text for hovering over it."""
    return {**schema, "description": about, "markdownDescription": about}


def words(allowed: Sequence[str]) -> Schema:
    """Return the schema of a closed list of words, or a template over inputs."""
    return {"anyOf": [{"enum": list(allowed)}, TEMPLATE]}


def number(least: int, most: int) -> Schema:
    """Return the schema of a whole number within bounds, or a template over inputs."""
    return {"anyOf": [{"type": "integer", "minimum": least, "maximum": most}, TEMPLATE]}


def flag() -> Schema:
    """Return the schema of true or false, or a template over inputs."""
    return {"anyOf": [{"type": "boolean"}, TEMPLATE]}


def one_or_more(schema: Schema, most: int) -> Schema:
    """Return the schema of one thing or a list of them."""
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1, "maxItems": most}]}


def listed(schema: Schema, most: int) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": schema, "maxItems": most}


def named(schema: Schema) -> Schema:
    """Return the schema of a mapping of names to things."""
    return {"type": "object", "propertyNames": NAME, "additionalProperties": schema}
