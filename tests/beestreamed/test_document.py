from __future__ import annotations

import pytest

from beeflow.beestreamed.document import Document

TEXT = """\
openapi: 3.1.0
servers:
  - url: https://example.org/api
paths:
  /things:
    get:
      x-action: things.list
      schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}
    post:
      x-action: things.create
  /things/{ref}:
    parameters:
      - {name: ref}
    get:
      x-action: things.get
      parameters: [{name: extra}]
components:
  schemas:
    Thing:
      properties:
        part: {$ref: '#/components/schemas/Part'}
    Part: {type: string}
"""


def test_operations_are_found_by_their_action() -> None:
    document = Document(TEXT)
    assert document.actions == ["things.list", "things.create", "things.get"]
    assert document.operation("things.create")[:2] == ("/things", "post")
    path, method, said = document.operation("things.get")
    assert (path, method) == ("/things/{ref}", "get")
    assert said["parameters"] == [{"name": "ref"}, {"name": "extra"}]


def test_references_are_replaced_by_what_they_point_to() -> None:
    document = Document(TEXT)
    said = document.operation("things.list")[2]
    part = {"type": "string"}
    assert document.resolve(said["schema"]) == {
        "type": "array",
        "items": {"properties": {"part": part}},
    }
    assert document.resolve([1, {"$ref": "#/components/schemas/Part"}]) == [1, part]


def test_the_address_is_in_the_head() -> None:
    assert Document(TEXT).server == "https://example.org/api"


def test_a_reference_to_nothing_is_an_error() -> None:
    with pytest.raises(KeyError):
        Document(TEXT).resolve({"$ref": "#/components/schemas/Nothing"})
