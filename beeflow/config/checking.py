"""A configuration against its schema: every violation as a finding with place and mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from beeflow.config.findings import Finding, Place, Variable
from beeflow.config.formats import FORMATS
from beeflow.config.schema import Schema, config_schema, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.config.document import Document
    from beeflow.config.document import Path as KeyPath
    from beeflow.types import Json

_KINDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "null": "null",
}
_LONGEST_SHOWN = 60


class _Violation(msgspec.Struct, frozen=True):
    """A keyword of the schema that does not hold: at `path`, with the part of the schema."""

    keyword: str
    path: KeyPath
    instance: Any
    expected: Any
    schema: Schema
    says: str | None
    names_a_key: bool


def check(document: Document) -> list[Finding]:
    """Return everything that is wrong, in no order."""
    findings: list[Finding] = []
    validator = Draft202012Validator(config_schema(), format_checker=_formats())
    for error in validator.iter_errors(document.root):
        findings += _findings(_violation(error), document)
    return findings


def _formats() -> FormatChecker:
    formats = FormatChecker(formats=())
    for name, check in FORMATS.items():
        formats.checks(name, raises=ValueError)(partial(_is_formed, check))
    return formats


def _is_formed(check: Callable[[str], object], value: object) -> bool:
    if isinstance(value, str):
        check(value)
    return True


def _violation(error: ValidationError) -> _Violation:
    schema = error.schema
    return _Violation(
        keyword=str(error.validator),
        path=tuple(error.absolute_path),
        instance=error.instance,
        expected=error.validator_value,
        schema=schema if isinstance(schema, Mapping) else {},
        says=str(error.cause) if error.cause is not None else None,
        names_a_key="propertyNames" in error.absolute_schema_path,
    )


def _findings(wrong: _Violation, document: Document) -> Iterator[Finding]:
    if wrong.names_a_key:
        message = f"`{wrong.instance}` is not a name: allowed are {wrong.schema['x-allowed']}"
        yield Finding("name", message, _key_place(document, (*wrong.path, wrong.instance)))
    elif wrong.keyword == "additionalProperties":
        yield from _unknown_keys(wrong, document)
    elif wrong.keyword == "required":
        yield _missing(wrong, document)
    elif wrong.keyword in {"oneOf", "not"}:
        yield _choice(wrong, document)
    else:
        message, mend = _wrong_value(wrong)
        yield Finding("value", message, document.place(wrong.path), mend)


def _unknown_keys(wrong: _Violation, document: Document) -> Iterator[Finding]:
    known = sorted(wrong.schema["properties"])
    where = f"`{_dotted(wrong.path)}` has no key" if wrong.path else "there is no key"
    for key in wrong.instance:
        if key in known:
            continue
        close = difflib.get_close_matches(key, known, n=1)
        has = f"has: {', '.join(known)}"
        mend = f"did you mean `{close[0]}`? ({has})" if close else has
        place = _key_place(document, (*wrong.path, key))
        yield Finding("unknown-key", f"{where} `{key}`", place, mend)


def _missing(wrong: _Violation, document: Document) -> Finding:
    name = next(key for key in wrong.expected if key not in wrong.instance)
    about = resolve(wrong.schema["properties"][name]).get("description")
    message = f"`{_dotted(wrong.path)}` lacks `{name}`"
    return Finding("missing-key", message, _key_place(document, wrong.path), about)


def _choice(wrong: _Violation, document: Document) -> Finding:
    place = _key_place(document, wrong.path)
    if wrong.keyword == "not":
        first, second = wrong.expected["required"]
        message = f"`{_dotted(wrong.path)}` has both `{first}` and `{second}`"
        return Finding("choice", message, place, "keep one of them")
    names = [f"`{name}`" for option in wrong.expected for name in option["required"]]
    message = f"`{_dotted(wrong.path)}` needs exactly one of {' and '.join(names)}"
    return Finding("choice", message, place)


def _wrong_value(wrong: _Violation) -> tuple[str, str | None]:
    name = _dotted(wrong.path)
    if wrong.keyword == "format":
        return f"`{name}`: {wrong.says}", None
    shown = _shown(wrong.instance, wrong.schema)
    message = f"`{name}` is {shown}; allowed: {_allowed(wrong.schema)}"
    return message, wrong.schema.get("description")


def _allowed(schema: Schema) -> str:
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"])
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    words = " or ".join(_KINDS[kind] for kind in kinds)
    if "minimum" in schema:
        words += f" from {schema['minimum']} to {schema['maximum']}"
    if "minItems" in schema:
        words += f" of {schema['minItems']} to {schema['maxItems']} items"
    if "minLength" in schema:
        words += ", not empty"
    return words


def _shown(value: Json, schema: Schema) -> str:
    """Say what a value is, without showing one that nobody may see."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if schema.get("x-credential"):
        return "text" if isinstance(value, str) and value else "empty or no text"
    if value is None:
        return "empty"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return f"`{text}`" if not isinstance(value, str) else f"the text `{text}`"


def _key_place(document: Document, path: KeyPath) -> Place | Variable:
    return document.keys.get(path) or document.place(path)


def _dotted(path: KeyPath) -> str:
    return ".".join(str(part) for part in path)
