"""The JSON Schema of test files: what editors complete, check while typing, and explain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, get_args

from beeflow.check.editor.values import DEFINITIONS, TEXT, Schema, explained, mapping
from beeflow.drivers.testing import vocabulary as terms
from beeflow.errors import ErrorKind
from beeflow.recipe.parser.vocabulary import Vocabulary

if TYPE_CHECKING:
    from beeflow.check.facts import Action, Facts

_ANY: Final[Schema] = {}
_OBJECT: Final[Schema] = {"type": ["object", "null"]}
_DURATION: Final[Schema] = {"$ref": "#/$defs/duration"}
_MOMENT: Final[Schema] = {"type": "string", "examples": ["2026-12-01 09:00 +01:00"]}


def suite_schema(facts: Facts) -> dict[str, Any]:
    """Return the JSON Schema of test files with the given actions and webhooks.

    What only reading says (recipes, inputs, operators) is left to `beeflow test`.
    """
    listed: Schema = {"type": "array", "items": {"$ref": "#/$defs/test"}, "minItems": 1}
    file = {
        "recipe": TEXT,
        "also": {"type": "array", "items": TEXT},
        "defaults": mapping(terms.DEFAULTS, _shared()),
        "tests": listed,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "beeflow tests",
        "description": "What a recipe does when this happens and the world answers so.",
        **mapping(terms.FILE, file),
        "$defs": {
            "duration": DEFINITIONS["duration"],
            "test": _test(),
            "entry": _entry(facts),
            "expect": _expect(),
            "error": _fault(),
            "mocks": _mocks(facts),
            "call": _call(facts),
        },
    }


def _shared() -> dict[str, Schema]:
    return {
        "now": _MOMENT,
        "mocks": {"$ref": "#/$defs/mocks"},
        "secrets": {"type": "object", "additionalProperties": TEXT},
        "inputs": _OBJECT,
    }


def _test() -> Schema:
    entry: Schema = {"$ref": "#/$defs/entry"}
    values = {
        "name": TEXT,
        "event": entry,
        "events": {"type": "array", "items": entry, "minItems": 1},
        **_shared(),
        "state": _OBJECT,
        "expect": {"$ref": "#/$defs/expect"},
    }
    return mapping(terms.TEST, values)


# --- what happens ----------------------------------------------------------------------------


def _entry(facts: Facts) -> Schema:
    values = {"manual": _OBJECT, "down": _DURATION, "reload": TEXT, "after": _DURATION}
    kinds = [
        mapping(words, {name: values[name] for name in words.keys})
        for kind, words in terms.ENTRIES.items()
        if kind != "webhook"
    ]
    return {"anyOf": [_webhook(facts), *kinds]}


def _webhook(facts: Facts) -> Schema:
    """Return the schema of a webhook; what else its payload may have differs from type to type."""
    types = [
        {"const": name, "description": facts.webhooks[name].description}
        for name in sorted(facts.webhooks)
    ]
    more = {
        field: "Laid over the payload."
        for one in facts.webhooks.values()
        for field in one.schema.get("properties", {})
        if field != "type" and field not in terms.WEBHOOK.keys
    }
    words = Vocabulary(terms.WEBHOOK.of, {**terms.WEBHOOK.keys, **more}, terms.WEBHOOK.required)
    values: dict[str, Schema] = {
        **dict.fromkeys(more, _ANY),
        "webhook": {"anyOf": types},
        "after": _DURATION,
        "data": {"type": "object"},
        "id": TEXT,
        "timestamp": {"type": "integer", "minimum": 0},
    }
    return mapping(words, values)


# --- what the world answers ------------------------------------------------------------------


def _mocks(facts: Facts) -> Schema:
    named = {
        name: explained(_mock(one), one.summary) for name, one in sorted(facts.actions.items())
    }
    return {"type": ["object", "null"], "properties": named}


def _mock(action: Action) -> Schema:
    """Return the schema of one action's mock: an answer, a sequence of them, a case, a fault."""
    answer: Schema = {"anyOf": [_answer(action.answer), {"$ref": "#/$defs/error"}]}
    case = mapping(terms.ANSWER, {"when": mapping(terms.WHEN, {"with": _OBJECT}), "answer": _ANY})
    return {"anyOf": [answer, case, {"type": "array", "items": {"anyOf": [answer, case]}}]}


def _answer(schema: Mapping[str, Any]) -> Schema:
    """Return an answer's fields by name; what they hold is left to `beeflow test`."""
    if schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
        return {"type": "array", "items": _answer(schema["items"])}
    fields = schema.get("properties")
    if not fields:
        return _ANY
    told = {name: _field(one) for name, one in fields.items()}
    closed = schema.get("additionalProperties", False) is False
    return {"type": "object", "properties": told, "additionalProperties": not closed}


def _field(schema: Mapping[str, Any]) -> Schema:
    about = schema.get("description")
    return {"description": about} if about else {}


def _fault() -> Schema:
    values: dict[str, Schema] = {
        "status": {"type": "integer", "minimum": 300, "maximum": 599},
        "headers": {"type": "object"},
        "kind": {"enum": list(terms.FAULTS)},
    }
    fault = mapping(terms.FAULT, values)
    return {
        "type": "object",
        "properties": {"error": fault},
        "required": ["error"],
        "additionalProperties": False,
    }


# --- what must come of it --------------------------------------------------------------------


def _expect() -> Schema:
    outcome: Schema = {"enum": list(terms.OUTCOMES)}
    error: dict[str, Schema] = {
        "step": TEXT,
        "kind": {"enum": list(get_args(ErrorKind))},
        "message": TEXT,
    }
    values: dict[str, Schema] = {
        "runs": {"type": "integer", "minimum": 0},
        "outcome": {"anyOf": [outcome, {"type": "array", "items": outcome}]},
        "error": mapping(terms.ERROR, error),
        "because": TEXT,
        "calls": {"type": "array", "items": {"$ref": "#/$defs/call"}},
    }
    return {**mapping(terms.EXPECT, values), "minProperties": 1}


def _call(facts: Facts) -> Schema:
    """Return the schema of an expected call: a write's name, or a mapping with its arguments."""
    writes = {name: one for name, one in sorted(facts.actions.items()) if one.effect != "read"}
    names = [{"const": name, "description": one.summary} for name, one in writes.items()]
    named: dict[str, Schema] = {
        name: explained(_arguments(one), one.summary) for name, one in writes.items()
    }
    at: Schema = {**_DURATION, "description": "The virtual time since the test began."}
    whole: Schema = {
        "type": "object",
        "properties": {**named, "at": at},
        "minProperties": 1,
        "maxProperties": 2,
        "additionalProperties": False,
    }
    return {"anyOf": [*names, whole]}


def _arguments(action: Action) -> Schema:
    told = {
        one.name: {"description": one.description} if one.description else {}
        for one in action.parameters
    }
    return {
        "type": ["object", "null"],
        "properties": told,
        "additionalProperties": action.open_ended,
    }
