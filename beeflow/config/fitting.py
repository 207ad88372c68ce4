"""Whether a configuration fits its schema, as nearly always: found out without jsonschema.

The `jsonschema` package is the judge, and says what is wrong; but to import it takes a quarter of
what a whole `beeflow validate` may. So it is asked only where this says no, or comes upon something
in the schema that it does not know. A test holds the two against each other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from beeflow.config.formats import FORMATS
from beeflow.config.schema import Schema, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.types import Json

    _Check: TypeAlias = Callable[[Any, Json, Schema], bool]

_NOTES: Final = frozenset(
    {"$schema", "$id", "$defs", "title", "description", "default", "examples"}
)


def surely_fits(schema: Schema, value: Json) -> bool:
    """Whether `value` fits; no, too, where the schema says what is not known here."""
    try:
        return _fits(schema, value)
    except KeyError:
        return False


def _fits(schema: Schema, value: Json) -> bool:
    """Whether `value` fits. Raises `KeyError` for a keyword, kind or format that is not known."""
    schema = resolve(schema)
    asked = (word for word in schema if word not in _NOTES and not word.startswith("x-"))
    return all(_CHECKS[word](schema[word], value, schema) for word in asked)


def _is_one_of(kinds: str | list[str], value: Json, _schema: Schema) -> bool:
    return any(_KINDS[kind](value) for kind in ([kinds] if isinstance(kinds, str) else kinds))


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Json) -> bool:
    return _is_number(value) and float(value).is_integer()  # type: ignore[arg-type]  # a number


def _is_among(choices: list[str], value: Json, _schema: Schema) -> bool:
    return isinstance(value, str) and value in choices


def _is_formed(name: str, value: Json, _schema: Schema) -> bool:
    check = FORMATS[name]
    try:
        if isinstance(value, str):
            check(value)
    except ValueError:
        return False
    return True


def _has_all(names: list[str], value: Json, _schema: Schema) -> bool:
    return not isinstance(value, dict) or all(name in value for name in names)


def _properties_fit(properties: Mapping[str, Schema], value: Json, _schema: Schema) -> bool:
    inner = value if isinstance(value, dict) else {}
    return all(_fits(properties[name], inner[name]) for name in inner if name in properties)


def _others_fit(others: Schema | bool, value: Json, schema: Schema) -> bool:
    known = schema.get("properties", {})
    inner = value if isinstance(value, dict) else {}
    rest = [item for name, item in inner.items() if name not in known]
    if isinstance(others, bool):
        return others or not rest
    return all(_fits(others, item) for item in rest)


def _names_fit(names: Schema, value: Json, _schema: Schema) -> bool:
    return not isinstance(value, dict) or all(_fits(names, name) for name in value)


def _items_fit(items: Schema, value: Json, _schema: Schema) -> bool:
    return not isinstance(value, list) or all(_fits(items, item) for item in value)


def _fits_the_case(case: Schema, value: Json, schema: Schema) -> bool:
    branch = "then" if _fits(case, value) else "else"
    return _fits(schema.get(branch, {}), value)


_KINDS: Final[Mapping[str, Callable[[Json], bool]]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": _is_whole,
    "null": lambda value: value is None,
}

_CHECKS: Final[Mapping[str, _Check]] = {
    "type": _is_one_of,
    "enum": _is_among,
    "const": lambda only, value, schema: _is_among([only], value, schema),
    "format": _is_formed,
    "pattern": lambda text, value, _: not isinstance(value, str) or bool(re.search(text, value)),
    "minLength": lambda least, value, _: not isinstance(value, str) or len(value) >= least,
    "minItems": lambda least, value, _: not isinstance(value, list) or len(value) >= least,
    "maxItems": lambda most, value, _: not isinstance(value, list) or len(value) <= most,
    "minimum": lambda least, value, _: not _is_number(value) or value >= least,
    "maximum": lambda most, value, _: not _is_number(value) or value <= most,
    "required": _has_all,
    "properties": _properties_fit,
    "additionalProperties": _others_fit,
    "propertyNames": _names_fit,
    "items": _items_fit,
    "not": lambda unwanted, value, _: not _fits(unwanted, value),
    "oneOf": lambda options, value, _: sum(_fits(one, value) for one in options) == 1,
    "if": _fits_the_case,
    "then": lambda _one, _value, _: True,
    "else": lambda _one, _value, _: True,
}
