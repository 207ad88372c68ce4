"""Holds a JSON value against a schema and says, in words, where it does not fit.

Knows the part of JSON Schema that our schemas use for parameters and answers. The `jsonschema`
package knows all of it, but its import takes a third of what a whole `beeflow validate` may; a test
holds the two against each other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

if TYPE_CHECKING:
    from beeflow.types import Json

Schema: TypeAlias = Mapping[str, Any]
"""A JSON Schema, with every `$ref` resolved."""

Path: TypeAlias = tuple[str | int, ...]


class Mismatch(msgspec.Struct, frozen=True):
    """A value at `path` that is not what it should be: `expected` in words.

    `rule` is the keyword of JSON Schema that does not hold.
    """

    path: Path
    rule: str
    value: Json
    expected: str


def mismatches(schema: Schema | bool, value: Json, path: Path = ()) -> Iterator[Mismatch]:
    """Yield each place where `value` does not fit `schema`."""
    if isinstance(schema, bool):
        if not schema:
            yield Mismatch(path, "false", value, "nothing here")
        return
    wrong = _first_wrong(schema, value)
    if wrong is not None:
        yield Mismatch(path, wrong[0], value, wrong[1])
        return
    if "anyOf" in schema:
        yield from _closest(schema["anyOf"], value, path)
    if isinstance(value, dict):
        yield from _in_object(schema, value, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from mismatches(schema.get("items", True), item, (*path, index))


def shown(value: Json, longest: int = 60) -> str:
    """Return a value as a reader sees it in a message: JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= longest else f"{text[:longest]}…"


def _closest(options: Sequence[Schema], value: Json, path: Path) -> Iterator[Mismatch]:
    """Yield nothing when one of the options fits, else what is wrong with the nearest one."""
    found = [list(mismatches(option, value, path)) for option in options]
    yield from min(found, key=len)


def _in_object(schema: Schema, value: dict[str, Json], path: Path) -> Iterator[Mismatch]:
    properties = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    for name in schema.get("required", ()):
        if name not in value:
            yield Mismatch((*path, name), "required", None, "there")
    for name, item in value.items():
        yield from mismatches(properties.get(name, rest), item, (*path, name))


def _first_wrong(schema: Schema, value: Json) -> tuple[str, str] | None:
    for keyword, check in _CHECKS.items():
        if keyword in schema:
            expected = check(schema[keyword], value)
            if expected is not None:
                return keyword, expected
    return None


_KINDS: dict[str, Callable[[Json], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool)
        and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    ),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}

_WORDS = {
    "null": "null",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "array": "a list",
    "object": "a mapping",
}


def _check_type(kinds: str | list[str], value: Json) -> str | None:
    names = [kinds] if isinstance(kinds, str) else kinds
    if any(_KINDS[name](value) for name in names):
        return None
    return " or ".join(_WORDS[name] for name in names)


def _check_enum(allowed: list[Json], value: Json) -> str | None:
    if any(_same(item, value) for item in allowed):
        return None
    return "one of " + ", ".join(item if isinstance(item, str) else shown(item) for item in allowed)


def _check_const(only: Json, value: Json) -> str | None:
    return None if _same(only, value) else shown(only)


def _same(one: Json, other: Json) -> bool:
    """Compare as JSON does, where `true` is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _check_pattern(pattern: str, value: Json) -> str | None:
    if not isinstance(value, str) or _compiled(pattern).search(value):
        return None
    return f"a text that matches {pattern}"


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    # In JSON Schema `$` is the very end; in Python it also stands before a last line break.
    return re.compile(f"{pattern[:-1]}\\Z" if pattern.endswith("$") else pattern)


def _check_min_length(least: int, value: Json) -> str | None:
    if not isinstance(value, str) or len(value) >= least:
        return None
    return "not empty" if least == 1 else f"at least {least} characters long"


def _check_min_items(least: int, value: Json) -> str | None:
    if not isinstance(value, list) or len(value) >= least:
        return None
    return "a list that is not empty" if least == 1 else f"a list of at least {least}"


def _check_minimum(least: float, value: Json) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value >= least:
        return None
    return f"at least {least}"


_CHECKS: dict[str, Callable[[Any, Json], str | None]] = {
    "type": _check_type,
    "enum": _check_enum,
    "const": _check_const,
    "minLength": _check_min_length,
    "pattern": _check_pattern,
    "minItems": _check_min_items,
    "minimum": _check_minimum,
}
