from __future__ import annotations

import copy
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.shape import Mismatch, mismatches, shown

CATALOG = load_catalog()
NAMES = list(CATALOG.operations)

json_values = st.recursive(
    st.sampled_from([None, True, False, -1, 0, 1, 2, 0.5, 2.0]) | st.text("ab.", max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("schema", "value", "rule", "expected"),
    [
        ({"type": "string"}, 5, "type", "a text"),
        ({"type": "integer"}, True, "type", "a whole number"),
        ({"type": "integer"}, 1.5, "type", "a whole number"),
        ({"type": "number"}, False, "type", "a number"),
        ({"type": ["string", "null"]}, 1, "type", "a text or null"),
        ({"type": "object"}, [], "type", "a mapping"),
        ({"type": "array"}, {}, "type", "a list"),
        ({"type": "boolean"}, 1, "type", "true or false"),
        ({"enum": ["a", "b"]}, "c", "enum", "one of a, b"),
        ({"enum": [1]}, True, "enum", "one of 1"),
        ({"const": True}, False, "const", "true"),
        ({"pattern": "^a$"}, "a\n", "pattern", "a text that matches ^a$"),
        ({"pattern": "b"}, "aaa", "pattern", "a text that matches b"),
        ({"minLength": 1}, "", "minLength", "not empty"),
        ({"minLength": 2}, "a", "minLength", "at least 2 characters long"),
        ({"minItems": 1}, [], "minItems", "a list that is not empty"),
        ({"minItems": 2}, [1], "minItems", "a list of at least 2"),
        ({"minimum": 1}, 0, "minimum", "at least 1"),
    ],
)
def test_what_does_not_fit_is_told_in_words(
    schema: dict[str, Any], value: Any, rule: str, expected: str
) -> None:
    assert list(mismatches(schema, value)) == [Mismatch((), rule, value, expected)]


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({}, None),
        (True, "x"),
        ({"type": "integer"}, 2.0),
        ({"type": "number"}, 2),
        ({"type": ["string", "null"]}, None),
        ({"pattern": "^a$"}, "a"),
        ({"pattern": "^a$"}, 5),
        ({"minLength": 1}, 5),
        ({"minItems": 1}, "x"),
        ({"minimum": 1}, "x"),
        ({"minimum": 1}, True),
        ({"enum": [1, None]}, None),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None),
    ],
)
def test_what_fits_is_silent(schema: Any, value: Any) -> None:
    assert list(mismatches(schema, value)) == []


def test_the_place_is_told_within_lists_and_mappings() -> None:
    schema = {
        "properties": {
            "a": {"items": {"required": ["b"], "properties": {"b": {"type": "string"}}}}
        },
        "additionalProperties": False,
    }
    found = list(mismatches(schema, {"a": [{"b": "x"}, {}, {"b": 1}], "c": 1}))
    assert [(m.path, m.rule) for m in found] == [
        (("a", 1, "b"), "required"),
        (("a", 2, "b"), "type"),
        (("c",), "false"),
    ]


def test_of_several_forms_the_nearest_is_told() -> None:
    schema = {
        "anyOf": [
            {"required": ["a", "b"]},
            {"required": ["c"]},
        ]
    }
    assert [m.path for m in mismatches(schema, {})] == [("c",)]


def test_values_in_messages_are_short() -> None:
    assert shown({"ø": None}) == '{"ø": null}'
    assert shown("x" * 100, longest=10) == '"xxxxxxxxx…'


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_it_judges_changed_samples_as_jsonschema_does(name: str, data: st.DataObject) -> None:
    operation = CATALOG.operations[name]
    changed = _changed(copy.deepcopy(operation.sample), data)
    whole = jsonschema.Draft202012Validator(operation.answer_schema)
    assert (not list(mismatches(operation.answer_schema, changed))) == whole.is_valid(changed)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_it_judges_arguments_as_jsonschema_does(name: str, data: st.DataObject) -> None:
    for parameter in CATALOG.operations[name].parameters:
        value = data.draw(json_values)
        whole = jsonschema.Draft202012Validator(parameter.schema)
        assert (not list(mismatches(parameter.schema, value))) == whole.is_valid(value)


def _changed(value: Any, data: st.DataObject) -> Any:
    """Replace, add or remove something somewhere in a value."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        if data.draw(st.integers(0, 3)) == 0:
            del value[key]
        else:
            value[key] = _changed(value[key], data)
        return value
    if isinstance(value, list) and value and data.draw(st.booleans()):
        index = data.draw(st.integers(0, len(value) - 1))
        value[index] = _changed(value[index], data)
        return value
    return data.draw(json_values)
