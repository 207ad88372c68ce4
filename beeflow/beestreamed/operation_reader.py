"""Makes an `Operation` of what the API description says about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beeflow.beestreamed.announced import read_announced
from beeflow.beestreamed.constraints import read_constraint
from beeflow.beestreamed.existence import Existence
from beeflow.beestreamed.operation import ErrorAnswer, Operation, Paging, Parameter
from beeflow.beestreamed.reconcile import Reconcile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.beestreamed.document import Document, Section
    from beeflow.beestreamed.shape import Schema

_JSON = "application/json"


def read_operation(document: Document, name: str) -> Operation:
    """Return the operation of the action `name`."""
    path, method, raw = document.operation(name)
    said = document.resolve(raw)
    body = said.get("requestBody", {}).get("content", {}).get(_JSON, {}).get("schema")
    parameters = (*_in_url(said["parameters"]), *_in_body(body))
    defaults = {parameter.name: parameter.default for parameter in parameters}
    in_body = [parameter.name for parameter in parameters if parameter.place == "body"]
    success, answer = next((int(k), v) for k, v in said["responses"].items() if k < "300")
    raw_schema = answer["content"][_JSON]["schema"]
    unwrap = tuple(said["x-unwrap"].split(".")) if "x-unwrap" in said else ()
    return Operation(
        name=name,
        method=method.upper(),
        path=path,
        summary=said["summary"],
        description=said["description"],
        effect=said["x-effect"],
        effect_if=said.get("x-effect-if", {}),
        parameters=parameters,
        constraints=tuple(
            read_constraint(rule, defaults, in_body) for rule in said.get("x-constraints", ())
        ),
        success=success,
        raw_schema=raw_schema,
        answer_schema=_content_schema(raw_schema, unwrap),
        samples=_samples(answer),
        errors=tuple(_errors(said["responses"])),
        unwrap=unwrap,
        paginate=_paging(said.get("x-paginate")),
        reconcile=_reconcile(said.get("x-reconcile")),
        exists=_exists(said.get("x-exists")),
        secrets=tuple(said.get("x-secret", ())),
        session_key=said.get("x-session-key", False),
        public=said.get("x-public", False),
        has_body=body is not None,
        open_body=body is not None and body.get("additionalProperties") is not False,
        announces=read_announced(said.get("x-webhooks", {})),
    )


def _in_url(parameters: list[Section]) -> Iterator[Parameter]:
    for said in parameters:
        yield Parameter(
            name=said["name"],
            place=said["in"],
            schema=said["schema"],
            required=said.get("required", False),
            description=said["description"],
            secret=said.get("x-secret", False),
        )


def _in_body(body: Section | None) -> Iterator[Parameter]:
    if body is None:
        return
    for name, schema in body["properties"].items():
        yield Parameter(
            name=name,
            place="body",
            schema=schema,
            required=name in body.get("required", ()),
            description=schema["description"],
            secret=schema.get("x-secret", False),
        )


def _content_schema(schema: Schema, unwrap: tuple[str, ...]) -> Schema:
    for key in unwrap:
        options = [schema, *schema.get("anyOf", ())]
        schema = next(o["properties"][key] for o in options if key in o.get("properties", {}))
    return schema


def _samples(answer: Section) -> dict[str, Any]:
    examples = answer["content"][_JSON].get("examples", {})
    return {name: example["value"] for name, example in examples.items()}


def _errors(responses: Section) -> Iterator[ErrorAnswer]:
    for status, answer in responses.items():
        if status >= "400":
            schema = answer["content"][_JSON]["schema"]
            yield ErrorAnswer(int(status), answer["description"], schema, _samples(answer))


def _list_key(said: str) -> str | None:
    return None if said == "$" else said


def _paging(said: Section | None) -> Paging | None:
    if said is None:
        return None
    return Paging(said["page"], said["size"], said["ask"], _list_key(said["items"]), said["key"])


def _reconcile(said: Section | None) -> Reconcile | None:
    if said is None:
        return None
    return Reconcile(
        read=said["list"],
        parameters=said["with"],
        items=_list_key(said["items"]),
        key=said["key"],
        match=said["match"],
        ref=said.get("ref"),
    )


def _exists(said: Section | None) -> Existence | None:
    if said is None:
        return None
    also = tuple(said.get("also", ({},)))
    return Existence(said["read"], said["with"], said.get("find", {}), also)
