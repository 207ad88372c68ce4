"""Arguments against parameters: what is wrong, what is allowed, and the mend."""

from __future__ import annotations

import difflib
import json
from functools import lru_cache
from typing import TYPE_CHECKING

from beeflow.actions.parameter import Parameter, kinds_in_words

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from jsonschema import Draft202012Validator

    from beeflow.types import Json

_PYTHON: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
_JUDGED = ("type", "enum", "items", "minLength", "maxLength")
_JUDGED_TOO = ("minItems", "maxItems", "minimum", "maximum")
_NOTES = frozenset(("description", "default", "examples", "title", "format"))
_QUICK = frozenset((*_JUDGED, *_JUDGED_TOO))
_LONGEST_SHOWN = 60


def check_arguments(
    parameters: Sequence[Parameter], args: Mapping[str, Json], opaque: Collection[str] = ()
) -> list[str]:
    """Return what is wrong, one text for each thing; empty where nothing is."""
    if _all_fit(parameters, args, opaque):
        return []
    known = {parameter.name: parameter for parameter in parameters}
    problems = [
        _unknown(name, known) for name in dict.fromkeys((*args, *opaque)) if name not in known
    ]
    for parameter in parameters:
        if parameter.name in opaque:
            continue
        if parameter.name not in args:
            if parameter.required:
                problems.append(_missing(parameter))
        elif not _fits(parameter.schema, args[parameter.name]):
            problems.append(_wrong(parameter, args[parameter.name]))
    return problems


def _all_fit(
    parameters: Sequence[Parameter], args: Mapping[str, Json], opaque: Collection[str]
) -> bool:
    """Whether nothing is wrong, as nearly always: found out without making anything."""
    unknown = len(args) + len(opaque)
    for parameter in parameters:
        if parameter.name in opaque:
            unknown -= 1
        elif parameter.name in args:
            if not _fits(parameter.schema, args[parameter.name]):
                return False
            unknown -= 1
        elif parameter.required:
            return False
    return not unknown


def shown(value: Json) -> str:
    """Write a value for a message, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"`{text}`" if len(text) <= _LONGEST_SHOWN else f"`{text[:_LONGEST_SHOWN]}…`"


def _unknown(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    has = f"has: {', '.join(sorted(known))}" if known else "it takes none"
    mend = f"did you mean `{close[0]}`? ({has})" if close else has
    return f"there is no parameter `{name}`; {mend}"


def _missing(parameter: Parameter) -> str:
    about = f": {parameter.description[:1].lower()}{parameter.description[1:]}"
    return f"`{parameter.name}` is missing ({parameter.kind}){about.rstrip('.: ')}"


def _wrong(parameter: Parameter, value: Json) -> str:
    lead = f"`{parameter.name}` is {shown(value)}"
    if not _has_type(parameter.schema.get("type"), value):
        return f"{lead}; it must be {_article(kinds_in_words(parameter.schema))}"
    if parameter.allowed:
        allowed = [str(choice) for choice in parameter.allowed]
        close = difflib.get_close_matches(str(value), allowed, n=1) or [
            choice for choice in allowed if choice.lower() == str(value).lower()
        ]
        mend = f"; did you mean `{close[0]}`?" if close else ""
        return f"{lead}; allowed: {', '.join(allowed)}{mend}"
    return f"{lead}; {_detail(parameter, value)}"


def _detail(parameter: Parameter, value: Json) -> str:
    if "x-allowed" in parameter.schema:
        return str(parameter.schema["x-allowed"])
    error = next(_compiled(_key(parameter.schema)).iter_errors(value))
    return str(error.message)


def _article(words: str) -> str:
    return words if words.startswith(("text", "true", "null", "any")) else f"a {words}"


def _fits(schema: Mapping[str, Json], value: Json) -> bool:
    """Check what most schemas say by hand: it is asked at every call."""
    known = _shapes.get(id(schema))
    named, choices = known[1] if known and known[0] is schema else _shape(schema)
    if named is str and type(value) is str:
        return value in choices if choices is not None else _is_within(schema, value)
    if named is object:
        return True
    if not _has_type(schema.get("type"), value) or not _is_within(schema, value):
        return False
    if choices is not None and value not in choices:
        return False
    items = schema.get("items")
    inner = value if isinstance(value, list) and isinstance(items, dict) else []
    if isinstance(items, dict) and not all(_fits(items, item) for item in inner):
        return False
    return named is not None or bool(_compiled(_key(schema)).is_valid(value))


def _shape(schema: Mapping[str, Json]) -> tuple[type | None, list[Json] | None]:
    """Work out how a schema is judged, and its choices, and remember it.

    `str`: any text will do, or any of the choices; `object`: anything will; `bool`: what is judged
    here is all; None: there is more to it.
    """
    shape = _shape_of(schema)
    _shapes[id(schema)] = (schema, shape)
    return shape


def _shape_of(schema: Mapping[str, Json]) -> tuple[type | None, list[Json] | None]:
    keys = {key for key in schema if key not in _NOTES and not key.startswith("x-")}
    choices = schema.get("enum")
    listed = choices if isinstance(choices, list) else None
    if not keys:
        return object, None
    if keys <= {"type", "enum"} and schema.get("type") == "string":
        return str, listed
    if keys <= {"type", "minLength", "maxLength"} and schema.get("type") == "string":
        return str, None
    return (bool if keys <= _QUICK else None), listed


_shapes: dict[int, tuple[Mapping[str, Json], tuple[type | None, list[Json] | None]]] = {}
"""By the schema's identity; it is held, so that no other can have it."""


def _is_within(schema: Mapping[str, Json], value: Json) -> bool:
    size: int | float
    if isinstance(value, str):
        size, least, most = len(value), "minLength", "maxLength"
    elif isinstance(value, list):
        size, least, most = len(value), "minItems", "maxItems"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        size, least, most = value, "minimum", "maximum"
    else:
        return True
    lowest, highest = schema.get(least), schema.get(most)
    return (not isinstance(lowest, int | float) or size >= lowest) and (
        not isinstance(highest, int | float) or size <= highest
    )


def _has_type(kinds: Json, value: Json) -> bool:
    if isinstance(kinds, str):
        return _is(kinds, value)
    return not isinstance(kinds, list) or any(_is(str(kind), value) for kind in kinds)


def _is(kind: str, value: Json) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _PYTHON[kind])


def _key(schema: Mapping[str, Json]) -> str:
    return json.dumps(schema, sort_keys=True)


@lru_cache(maxsize=1024)
def _compiled(schema: str) -> Draft202012Validator:
    # It takes a good tenth of a second to import, and plain types never need it.
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    return Draft202012Validator(json.loads(schema))
