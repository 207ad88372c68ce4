"""The schema of the configuration: read once, and the list of values that can be set."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from beeflow.resources import data_folder

ANY = "*"
"""Stands in a leaf's path for a name that the user chooses."""

Schema = Mapping[str, Any]
"""JSON Schema; open by nature."""


class Leaf(msgspec.Struct, frozen=True):
    """A value that can be set: its path from the root (`*` for a chosen name), its schema."""

    path: tuple[str, ...]
    schema: Schema

    @property
    def is_credential(self) -> bool:
        """Whether the value, or each item of the list, is one that nobody may see."""
        schema = self.schema.get("items", self.schema)
        return bool(schema.get("x-credential"))


@cache
def config_schema() -> Schema:
    """Return `schemas/config.schema.json`."""
    text = (data_folder("schemas") / "config.schema.json").read_text(encoding="utf-8")
    schema: Schema = json.loads(text)
    return schema


@cache
def leaves() -> tuple[Leaf, ...]:
    """Return every value that can be set, longest path first."""
    found = {leaf.path: leaf for leaf in _walk(config_schema(), ())}
    return tuple(sorted(found.values(), key=lambda leaf: (-len("_".join(leaf.path)), leaf.path)))


def leaf_at(path: tuple[str, ...]) -> Leaf | None:
    """Return the value at `path`, None where nothing can be set."""
    for leaf in leaves():
        fits = len(leaf.path) == len(path) and all(
            part in {ANY, given} for part, given in zip(leaf.path, path, strict=True)
        )
        if fits:
            return leaf
    return None


def resolve(schema: Schema) -> Schema:
    """Follow a `$ref` within the schema; what stands beside it comes on top."""
    while "$ref" in schema:
        target: Schema = config_schema()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema


def _walk(schema: Schema, path: tuple[str, ...]) -> Iterator[Leaf]:
    schema = resolve(schema)
    children = {**schema.get("properties", {})}
    if isinstance(schema.get("additionalProperties"), Mapping):
        children[ANY] = schema["additionalProperties"]
    for name, child in children.items():
        yield from _walk(child, (*path, name))
    for branch in ("then", "else"):
        if branch in schema:
            yield from _walk(schema[branch], path)
    if "properties" not in schema and ANY not in children and path and "if" not in schema:
        yield Leaf(path, schema)
