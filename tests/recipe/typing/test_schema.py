from __future__ import annotations

from typing import Any

import pytest

from beeflow.beestreamed.catalog import load_catalog
from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    LIST,
    MAPPING,
    NULL,
    NUMBER,
    TEXT,
    WHOLE,
    Anything,
    ListOf,
    Null,
    OneOf,
    Record,
    Text,
    Type,
    field_of,
    literal,
    members,
    payload_type,
    schema,
    type_of_schema,
    union,
)


@pytest.mark.parametrize(
    ("said", "type_"),
    [
        ({}, ANYTHING),
        (True, ANYTHING),
        ({"description": "who knows"}, ANYTHING),
        ({"type": "thing"}, ANYTHING),
        ({"type": "null"}, NULL),
        ({"type": "boolean"}, BOOLEAN),
        ({"type": "integer"}, WHOLE),
        ({"type": "number"}, NUMBER),
        ({"type": "string"}, TEXT),
        ({"type": "string", "format": "uri"}, TEXT),
        ({"type": "string", "format": "date-time"}, Text(form="time")),
        ({"type": "string", "format": "beestreamed-utc-datetime"}, Text(form="time")),
        ({"type": "string", "enum": ["a", "b"]}, Text(frozenset({"a", "b"}))),
        ({"enum": ["a", None]}, union(literal("a"), NULL)),
        ({"const": 3}, literal(3)),
        ({"type": ["string", "null"]}, union(TEXT, NULL)),
        (
            {"type": ["string", "null"], "x-seldom-null": True},
            union(TEXT, Null(seldom=True)),
        ),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, union(TEXT, WHOLE)),
        ({"oneOf": [{"type": "string"}, {}]}, ANYTHING),
        ({"type": "array"}, LIST),
        ({"type": "array", "items": {"type": "string"}}, ListOf(TEXT)),
        ({"type": "object"}, MAPPING),
        ({"type": "object", "additionalProperties": True}, MAPPING),
    ],
)
def test_a_schema_has_a_type(said: object, type_: Type) -> None:
    found = type_of_schema(said)
    if isinstance(type_, Record):
        assert isinstance(found, Record)
        assert found.extent == "open"
    else:
        assert found == type_


@pytest.mark.parametrize(
    ("more", "extent", "rest"),
    [
        ({}, "closed", ANYTHING),
        ({"additionalProperties": False}, "closed", ANYTHING),
        ({"additionalProperties": True}, "open", ANYTHING),
        ({"additionalProperties": {"type": "string"}}, "open", TEXT),
    ],
)
def test_an_object_is_as_open_as_its_schema_says(
    more: dict[str, Any], extent: str, rest: Type
) -> None:
    said = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"], **more}
    found = type_of_schema(said)
    assert isinstance(found, Record)
    assert dict(found.fields) == {"a": WHOLE}
    assert (str(found.extent), found.rest, set(found.required)) == (extent, rest, {"a"})


def test_an_object_with_values_of_one_type_only() -> None:
    found = type_of_schema({"type": "object", "additionalProperties": {"type": "string"}})
    assert field_of(found, "whatever").type == TEXT


def test_a_schema_is_read_once() -> None:
    said = {"type": "object", "properties": {"a": {}}}
    assert type_of_schema(said) is type_of_schema(said)


def test_what_is_remembered_is_bounded() -> None:
    said = {"type": "object", "properties": {"a": {}}}
    first = type_of_schema(said)
    for _ in range(schema._KEPT):
        type_of_schema({"type": "integer"})
    assert type_of_schema(said) is not first


def test_payloads_may_hold_more_than_is_documented_and_their_parts_may_not() -> None:
    webhook = load_catalog().webhooks["poll.created"]
    payload = payload_type(webhook.schema)
    assert isinstance(payload, Record)
    data = payload.fields["data"]
    assert isinstance(data, Record)
    assert (payload.extent, data.extent) == ("documented", "documented")
    inner = data.fields["poll_data"]
    assert isinstance(inner, Record)
    assert inner.extent == "closed"


def test_what_changed_is_one_of_the_documented_fields_or_another() -> None:
    payload = payload_type(load_catalog().webhooks["event.updated"].schema)
    keys = field_of(payload, "keys_updated").type
    assert isinstance(keys, ListOf)
    assert isinstance(keys.item, Text)
    assert keys.item.loose
    assert "event_date" in (keys.item.values or ())


def test_payloads_without_documented_fields_are_open() -> None:
    payload = payload_type(load_catalog().webhooks["billing.invoice.created"].schema)
    assert field_of(payload, "data").type is not ANYTHING
    assert field_of(field_of(payload, "data").type, "invoice").type == Anything()
    assert payload_type({"type": "string"}) == TEXT


def test_the_event_of_the_platform() -> None:
    event = type_of_schema(load_catalog().operations["events.get"].answer_schema)
    assert field_of(event, "event_status").type == Text(
        frozenset({"idle", "live", "video", "done", "force_live"})
    )
    assert isinstance(field_of(event, "event_password").type, OneOf)
    assert NULL in members(field_of(event, "event_password").type)
