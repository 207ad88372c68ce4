"""Types read from JSON Schema: of webhooks, of actions' answers, of their parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from beeflow.recipe.typing.model import (
    ANYTHING,
    BOOLEAN,
    MAPPING,
    Extent,
    ListOf,
    Null,
    Number,
    Record,
    Text,
    Type,
    literal,
    union,
)
from beeflow.remembering import by_identity

Schema: TypeAlias = Mapping[str, Any]

_KEPT: Final = 2048
"""Schemas whose types are remembered: more than the platform and some plug-ins have."""

_TIMES: Final = frozenset(
    {"date-time", "date", "beestreamed-local-datetime", "beestreamed-utc-datetime"}
)


def type_of_schema(schema: object) -> Type:
    """Return the type of what fits a schema; `ANYTHING` where the schema says too little.

    An object with `properties` has these and, unless `additionalProperties` speaks of others, no
    more: that is how the platform's answers are described. `x-seldom-null: true` marks what may
    be null but hardly ever is. Schemas are taken to be immutable: each is read once.
    """
    if not isinstance(schema, Mapping) or not schema:
        return ANYTHING
    return _read(schema)


@by_identity(_KEPT)
def payload_type(schema: Schema) -> Type:
    """Return the type of a webhook's payload: it and its `data` may hold more than documented.

    What `keys_updated` lists are the fields of `data`, as far as they are documented.
    Both are called by the schema's title, which is the type of the webhook.
    """
    whole = type_of_schema(schema)
    if not isinstance(whole, Record):
        return whole
    title = str(schema.get("title", ""))
    fields = dict(whole.fields)
    data = fields.get("data")
    if isinstance(data, Record) and data.fields:
        fields["data"] = _documented(data, data.fields, title)
        if "keys_updated" in fields:
            fields["keys_updated"] = ListOf(Text(frozenset(data.fields), loose=True))
    return _documented(whole, fields, title)


def _documented(record: Record, fields: Mapping[str, Type], title: str) -> Record:
    held = MappingProxyType(dict(fields))
    return Record(held, "documented", ANYTHING, record.required, title)


@by_identity(_KEPT)
def _read(schema: Schema) -> Type:
    if "const" in schema:
        return literal(schema["const"])
    if isinstance(schema.get("enum"), Sequence):
        return union(*(literal(value) for value in schema["enum"]))
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), Sequence):
            return union(*(type_of_schema(part) for part in schema[key]))
    kinds = schema.get("type")
    if isinstance(kinds, str):
        return _of_kind(kinds, schema)
    if isinstance(kinds, Sequence):
        return union(*(_of_kind(kind, schema) for kind in kinds))
    return ANYTHING


def _of_kind(kind: object, schema: Schema) -> Type:
    match kind:
        case "null":
            return Null(seldom=schema.get("x-seldom-null") is True)
        case "boolean":
            return BOOLEAN
        case "integer" | "number":
            return Number(whole=kind == "integer")
        case "string":
            return Text(form="time" if schema.get("format") in _TIMES else None)
        case "array":
            return (
                ListOf(type_of_schema(schema["items"])) if "items" in schema else ListOf(ANYTHING)
            )
        case "object":
            return _record(schema)
        case _:
            return ANYTHING


def _record(schema: Schema) -> Type:
    properties = schema.get("properties")
    rest = schema.get("additionalProperties", False)
    if not isinstance(properties, Mapping) or not properties:
        return (
            MAPPING if rest in (True, False) else Record(extent="open", rest=type_of_schema(rest))
        )
    fields = {str(name): type_of_schema(part) for name, part in properties.items()}
    required = frozenset(str(name) for name in schema.get("required", ()))
    extent: Extent = "closed" if rest is False else "open"
    more = type_of_schema(rest) if isinstance(rest, Mapping) else ANYTHING
    return Record(MappingProxyType(fields), extent, more, required)
