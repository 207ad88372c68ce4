"""The API description itself: complete, valid, and in step with what reads it."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.document import Document
from beeflow.beestreamed.shape import _CHECKS
from beeflow.resources import data_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = (data_folder("schemas") / "beestreamed.openapi.yaml").read_text("utf-8")
FULL: dict[str, Any] = yaml.load(TEXT, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
CATALOG = load_catalog()

# Recipe language, section 5.
ACTIONS = {
    "events": "get list create update delete image stream log rtmp send_emails create_simulcast"
    " delete_simulcast start_webrtc stop_webrtc upload_image",
    "analytics": "overall timeseries breakdown views viewer",
    "chat": "list create update",
    "polls": "list get create update delete entries",
    "signups": "get list create",
    "videos": "get list create update delete create_upload upload_status download",
    "client": "get logo upload_logo usage connections accept_connection delete_connection",
    "user": "connections accept_connection delete_connection",
}
NAMES = sorted(
    f"{resource}.{verb}" for resource, verbs in ACTIONS.items() for verb in verbs.split()
)

EXTENSIONS = {
    "x-action", "x-effect", "x-effect-if", "x-reconcile", "x-exists", "x-secret", "x-unwrap",
    "x-paginate", "x-constraints", "x-session-key", "x-public", "x-webhooks", "x-flag", "x-address",
    "x-seldom-null",
}  # fmt: skip


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in FULL["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation


def inside(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every mapping in a schema, but not what is in its examples."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key not in {"examples", "x-reconcile", "x-exists", "x-paginate"}:
                yield from inside(value)
    elif isinstance(node, list):
        for value in node:
            yield from inside(value)


def test_it_is_a_valid_openapi_document() -> None:
    assert FULL["openapi"] == "3.1.0"
    validate(FULL)


def test_it_has_the_50_operations_by_the_names_that_recipes_use() -> None:
    assert sorted(CATALOG.operations) == NAMES
    assert len(CATALOG.operations) == 50
    assert all(op["operationId"] == op["x-action"] for _, _, op in operations())


def test_read_section_by_section_it_is_the_same_as_read_whole() -> None:
    document = Document(TEXT)
    assert len(document.actions) == len(list(operations()))
    for path, method, whole in operations():
        found_path, found_method, found = document.operation(whole["x-action"])
        shared = FULL["paths"][path].get("parameters", [])
        assert (found_path, found_method) == (path, method)
        assert found == {**whole, "parameters": [*shared, *whole.get("parameters", [])]}
    for group, components in FULL["components"].items():
        for name, component in components.items():
            pointer = f"#/components/{group}/{name}"
            assert document.resolve({"$ref": pointer}) == document.resolve(component)
    assert document.server == FULL["servers"][0]["url"]


def test_every_extension_in_it_is_explained_at_its_top() -> None:
    used = {key for node in inside(FULL) for key in node if key.startswith("x-")}
    assert used == EXTENSIONS
    top = TEXT[: TEXT.index("openapi: 3.1.0")]
    assert all(f"#   {name}  " in top or f"#   {name} " in top for name in EXTENSIONS)


@pytest.mark.parametrize("name", NAMES)
def test_every_documented_sample_fits_its_schema(name: str) -> None:
    operation = CATALOG.operations[name]
    assert operation.samples
    for sample in operation.samples.values():
        jsonschema.Draft202012Validator(operation.raw_schema).validate(sample)
        content = operation.content(sample)
        jsonschema.Draft202012Validator(operation.answer_schema).validate(content)
    for error in operation.errors:
        for sample in error.samples.values():
            jsonschema.Draft202012Validator(error.schema).validate(sample)


@pytest.mark.parametrize("name", NAMES)
def test_every_request_example_is_accepted(name: str) -> None:
    body = Document(TEXT).resolve(Document(TEXT).operation(name)[2]).get("requestBody")
    if body is None:
        return
    content = body["content"]["application/json"]
    operation = CATALOG.operations[name]
    in_path = {p.name: "a1" for p in operation.parameters if p.place == "path"}
    for example in content.get("examples", {}).values():
        jsonschema.Draft202012Validator(content["schema"]).validate(example["value"])
        assert operation.check({**in_path, **example["value"]}) == ()


@pytest.mark.parametrize("name", NAMES)
def test_each_operation_says_all_that_is_needed(name: str) -> None:
    operation = CATALOG.operations[name]
    statuses = {error.status for error in operation.errors}
    assert operation.effect in {"read", "idempotent", "guarded", "once"}
    assert (operation.effect == "read") == (operation.method == "GET")
    assert operation.method in {"GET", "POST"} or operation.effect == "idempotent"
    assert (operation.effect == "guarded") == (operation.reconcile is not None)
    assert {429, 500} <= statuses
    assert operation.public == ("public" in operation.samples)
    assert operation.public or 401 in statuses
    assert set(re.findall(r"{(\w+)}", operation.path)) == {
        p.name for p in operation.parameters if p.place == "path"
    }
    assert all(p.description and p.schema for p in operation.parameters)
    assert operation.summary
    assert operation.description
    assert set(operation.webhooks) <= set(CATALOG.webhooks)
    assert not operation.webhooks or operation.effect != "read"


@pytest.mark.parametrize("name", NAMES)
def test_what_it_refers_to_exists(name: str) -> None:
    operation = CATALOG.operations[name]
    own = set(operation.by_name)
    if operation.reconcile is not None:
        read = CATALOG.operations[operation.reconcile.read]
        assert read.effect == "read"
        assert set(operation.reconcile.parameters) <= set(read.by_name)
        assert set(operation.reconcile.parameters.values()) <= own
        assert set(operation.reconcile.match.values()) <= own
        required = {p.name for p in read.parameters if p.required}
        assert required <= set(operation.reconcile.parameters)
        found = operation.reconcile.found({}, read.sample, operation.sample)
        assert found
        assert all(operation.reconcile.ref in {None, *answer} for answer in found.values()
                   if isinstance(answer, dict))  # fmt: skip
    if operation.exists is not None:
        read = CATALOG.operations[operation.exists.read]
        assert set(operation.exists.parameters) <= set(read.by_name)
        assert set(operation.exists.parameters.values()) <= own
        assert set(operation.exists.find.values()) <= own
        assert all(read.check({**arguments_for(read.path), **also}) == ()
                   for also in operation.exists.also)  # fmt: skip
    if operation.paginate is not None:
        assert {operation.paginate.page, operation.paginate.size} <= own


def arguments_for(path: str) -> dict[str, Any]:
    return dict.fromkeys(re.findall(r"{(\w+)}", path), "x1")


def test_whatever_reports_rows_can_be_looked_for() -> None:
    for name, operation in CATALOG.operations.items():
        if operation.method == "PATCH" and "rows" in operation.answer_schema["properties"]:
            assert operation.exists is not None, name


def test_the_lists_with_pages_are_those_that_take_a_page() -> None:
    paged = {name for name, op in CATALOG.operations.items() if op.paginate is not None}
    takes = {name for name, op in CATALOG.operations.items() if "page" in op.by_name}
    # One viewer's answer holds no list that a page could be of.
    assert takes - paged == {"analytics.viewer"}
    assert paged <= takes


def test_field_by_field_nothing_of_an_answer_is_undescribed() -> None:
    for name, operation in CATALOG.operations.items():
        for node in inside(operation.answer_schema):
            if node.get("type") == "object" and "additionalProperties" not in node:
                assert node["properties"], name
        undescribed = list(_undescribed(operation.answer_schema, operation.sample, name))
        assert undescribed == []


def _undescribed(schema: Any, sample: Any, place: str) -> Iterator[str]:
    if isinstance(sample, list):
        for item in sample:
            yield from _undescribed(schema["items"], item, f"{place}[]")
    elif isinstance(sample, dict):
        for key, value in sample.items():
            known = schema.get("properties", {})
            if key in known:
                yield from _undescribed(known[key], value, f"{place}.{key}")
            elif schema.get("additionalProperties") is not True:
                yield f"{place}.{key}"


def test_our_own_reader_of_schemas_knows_every_keyword_in_use() -> None:
    said = {"description", "format", "default", "examples", "x-flag", "x-secret", "x-seldom-null"}
    said |= {"x-address"}
    walked = {"anyOf", "items", "properties", "required", "additionalProperties"}
    for operation in CATALOG.operations.values():
        schemas = [operation.answer_schema, *(p.schema for p in operation.parameters)]
        for schema in schemas:
            for keywords in _schemas(schema):
                assert set(keywords) <= {*_CHECKS, *walked, *said}, operation.name


def _schemas(schema: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(schema, dict):
        return
    yield schema
    rest = (schema.get("items"), schema.get("additionalProperties"))
    for part in (*schema.get("properties", {}).values(), *schema.get("anyOf", ()), *rest):
        yield from _schemas(part)


CONSTRAINED = ["events.update", "events.send_emails", "polls.update", "videos.update"]


@pytest.mark.parametrize("name", CONSTRAINED)
def test_rules_over_several_parameters_agree_with_the_json_schema(name: str) -> None:
    operation = CATALOG.operations[name]
    raw = Document(TEXT).resolve(Document(TEXT).operation(name)[2])
    schema = raw["requestBody"]["content"]["application/json"]["schema"]
    validator = jsonschema.Draft202012Validator(schema)
    in_path = {p.name: "a1" for p in operation.parameters if p.place == "path"}
    values: dict[str, list[Any]] = {
        "excludeSent": [True, False], "excludeNotSent": [True, False], "state": [True, False],
        "vote": [True, False], "option_index": [0, -1], "email": ["a@b"], "title": ["T"],
        "event_ref": ["E1", None, ""], "status": ["live", "ended"],
    }  # fmt: skip
    names = [n for n in values if n in schema["properties"]]
    for size in range(min(len(names), 4) + 1):
        for chosen in itertools.combinations(names, size):
            for given_values in itertools.product(*(values[n] for n in chosen)):
                body = dict(zip(chosen, given_values, strict=True))
                found = operation.check({**in_path, **body})
                assert (found == ()) == validator.is_valid(body), (body, found)


@given(st.text())
def test_no_reference_leaves_its_segment_of_the_path(ref: str) -> None:
    operation = CATALOG.operations["polls.get"]
    args = {"event_ref": ref, "poll_ref": "p"}
    if operation.check(args) == ():
        path = operation.request(args).path
        assert re.fullmatch(r"/polls/[A-Za-z0-9_.~%-]+/p", path)
        assert path.split("/")[2] not in {".", ".."}
