from __future__ import annotations

from beeflow.actions.definition import Definition
from beeflow.actions.parameter import Parameter
from beeflow.cli.reference import Field, action_page, fields_of


def test_fields_are_found_within_mappings_lists_and_choices() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "string", "enum": ["x", "y"], "description": "First."},
            "b": {
                "type": "array",
                "items": {"type": "object", "properties": {"c": {"type": "integer"}}},
            },
        },
        "anyOf": [{"properties": {"d": {"type": ["string", "null"]}}}],
    }
    assert {field.path: field.kind for field in fields_of(schema)} == {
        "a": "text",
        "b": "list of mapping",
        "b[].c": "whole number",
        "d": "text or null",
    }
    first = next(field for field in fields_of(schema) if field.path == "a")
    assert first == Field("a", "text", "First.", required=True, allowed=("x", "y"))


def test_flags_constants_and_choices_of_types_are_said_in_words() -> None:
    schema = {
        "properties": {
            "flag": {"type": "integer", "x-flag": True},
            "only": {"const": "event.created"},
            "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            "any": {},
        }
    }
    assert {field.path: field.kind for field in fields_of(schema)} == {
        "flag": "whole number, true or false",
        "only": "always `event.created`",
        "either": "text or whole number",
        "any": "any value",
    }


def test_a_page_says_what_an_action_promises() -> None:
    page = action_page(
        Definition(
            name="crm.note",
            summary="Write a note",
            effect="once",
            parameters=(Parameter("to", {"type": "string", "default": "x"}, "Whose"),),
            sample={"ok": True},
            secret_fields=("token",),
            paginates=True,
            open_ended=True,
        )
    )
    assert [name for name, _ in page.facts] == ["effect", "pages", "more", "masked"]
    assert page.as_json()["effect"] == "once"
    assert page.as_json()["parameters"] == [
        {
            "name": "to",
            "type": "text",
            "required": False,
            "default": "x",
            "allowed": [],
            "description": "Whose",
        }
    ]
