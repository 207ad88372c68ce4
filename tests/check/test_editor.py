from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from beeflow.check.editor import editor_schema
from beeflow.recipe.document import Source, read_document
from beeflow.recipe.parser.vocabulary import RECIPE
from beeflow.resources import data_folder

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.check import Facts


@pytest.fixture(scope="module")
def schema(facts: Facts) -> dict[str, Any]:
    return editor_schema(facts)


def read(text: str) -> Any:
    root = read_document(Source("a.yaml", text)).root
    assert root is not None
    return root.plain()


def fits(schema: dict[str, Any], text: str) -> bool:
    return jsonschema.Draft202012Validator(schema).is_valid(read(text))


def test_it_is_a_schema(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_the_file_is_up_to_date(schema: dict[str, Any]) -> None:
    file = data_folder("schemas") / "recipe.schema.json"
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    assert file.read_text("utf-8") == text, "write it anew: beeflow.check.editor.editor_schema"


@pytest.mark.parametrize(
    "file", sorted(data_folder("recipes").rglob("*.yaml")), ids=lambda f: f.stem
)
def test_our_own_recipes_fit(file: Path, schema: dict[str, Any]) -> None:
    if not file.name.endswith(".test.yaml"):
        jsonschema.Draft202012Validator(schema).validate(read(file.read_text("utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "actions: []",
        "use: blueprints/a.yaml\nwith: {a: 1}",
        "trigger: {webhook: 'video.*'}\nactions: []",
        "actions: [{action: crm.update, with: {any: thing}}]",
        "actions: [{action: polls.create, with: {event_ref: a, question: b, options: '{{ c }}'}}]",
        "actions: [{if: now, stop: x}, {if: now, then: []}]",
        "actions: [{for_each: a, do: [], parallel: 3}, {parallel: [[]]}]",
        "trigger: {webhook: a.*, match: {a: [1, {gt: 2}], b: {not: x}}}\nactions: []",
        "timeout: 1h30m\nconditions: [a, true, {all: [b]}]\nactions: []",
    ],
)
def test_what_is_right_fits(text: str, schema: dict[str, Any]) -> None:
    assert fits(schema, text)


@pytest.mark.parametrize(
    "text",
    [
        "name: x",
        "nmae: x\nactions: []",
        "use: a\nactions: []",
        "trigger: {webhook: event.update}\nactions: []",
        "actions: [{action: polls.creat}]",
        "actions: [{action: polls.create}]",
        "actions: [{action: polls.create, with: {event_ref: a, question: b}}]",
        "actions: [{action: polls.create, with: {event_ref: a, question: b, options: c}}]",
        "actions: [{action: events.get, with: {event_ref: a, extra: 1}}]",
        "fetch: {a: {action: polls.create, with: {event_ref: a, question: b, options: [c]}}}\nactions: []",
        "actions: [{wait: 10}]",
        "actions: [{wait: 1m, stop: x}]",
        "conditions: ['{{ a }}']\nactions: []",
        "mode: lvie\nactions: []",
        "actions: [{repeat: {times: 1, until: a}, do: []}]",
    ],
)
def test_what_is_wrong_does_not_fit(text: str, schema: dict[str, Any]) -> None:
    assert not fits(schema, text)


def test_every_key_and_action_explains_itself(schema: dict[str, Any]) -> None:
    for key, about in RECIPE.keys.items():
        assert schema["$defs"]["recipe"]["properties"][key]["markdownDescription"] == about
    for action in schema["$defs"]["action"]["anyOf"]:
        assert action.get("markdownDescription") or "const" not in action


def test_references_lead_somewhere(schema: dict[str, Any]) -> None:
    text = json.dumps(schema)
    names = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert names <= set(schema["$defs"])
