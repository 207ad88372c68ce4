"""The schema of test files for editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from drivers.testing.bench import known

from beeflow.drivers.testing.editor import suite_schema
from beeflow.recipe.document import Source, read_document
from beeflow.resources import data_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return suite_schema(known().facts)


def read(text: str) -> Any:
    root = read_document(Source("a.test.yaml", text)).root
    assert root is not None
    return root.plain()


def fits(schema: dict[str, Any], test: str) -> bool:
    text = f"recipe: a\ntests:\n  - {{name: b, {test}}}\n"
    return jsonschema.Draft202012Validator(schema).is_valid(read(text))


def test_the_file_is_up_to_date(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    file = data_folder("schemas") / "test.schema.json"
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    assert file.read_text("utf-8") == text, "write it anew: beeflow.drivers.testing.editor"


@pytest.mark.parametrize(
    "file", sorted(data_folder("recipes").rglob("*.test.yaml")), ids=lambda f: f.name
)
def test_our_own_tests_fit(file: Path, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(schema).validate(read(file.read_text("utf-8")))


EVENT = "event: {webhook: event.created}"
EXPECT = "expect: {runs: 1}"


@pytest.mark.parametrize(
    "test",
    [
        f"{EVENT}, {EXPECT}",
        "events: [{after: 1h}, {manual: {a: 1}}, {down: 3h}, {reload: _next, after: 1m}], expect: {runs: 0}",
        "event: {webhook: event.updated, keys_updated: [event_date], data: {a: 1}}, expect: {because: x}",
        f"{EVENT}, mocks: {{events.get: {{event_title: x}}, crm.get: 3}}, {EXPECT}",
        f"{EVENT}, mocks: {{events.list: [[{{event_title: x}}], []]}}, {EXPECT}",
        f"{EVENT}, mocks: {{events.get: [{{error: {{status: 503}}}}, {{when: {{with: {{}}}}, answer: {{}}}}]}}, {EXPECT}",
        f"{EVENT}, expect: {{outcome: [failed, unknown], calls: [slack.post, {{slack.post: {{text: x}}, at: 10m}}]}}",
    ],
)
def test_what_is_right_fits(test: str, schema: dict[str, Any]) -> None:
    assert fits(schema, test)


@pytest.mark.parametrize(
    "test",
    [
        EVENT,
        f"{EVENT}, expect: {{}}",
        f"event: {{webhook: event.creatd}}, {EXPECT}",
        f"event: {{webhook: event.created, dta: {{}}}}, {EXPECT}",
        f"event: {{later: 3h}}, {EXPECT}",
        f"{EVENT}, mocks: {{events.get: {{event_titel: x}}}}, {EXPECT}",
        f"{EVENT}, mocks: {{events.get: {{error: {{kind: time}}}}}}, {EXPECT}",
        f"{EVENT}, expect: {{outcome: fine}}",
        f"{EVENT}, expect: {{calls: [events.get]}}",
        f"{EVENT}, expect: {{calls: [slack.post: {{txt: x}}]}}",
        f"{EVENT}, {EXPECT}, given: 1",
    ],
)
def test_what_is_wrong_does_not(test: str, schema: dict[str, Any]) -> None:
    assert not fits(schema, test)
