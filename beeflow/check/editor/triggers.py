"""Triggers, webhooks and patterns, as JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beeflow.check.editor.values import (
    DURATION,
    EXPRESSION,
    MATCH,
    TEMPLATE,
    TEXT,
    WEBHOOKS,
    Schema,
    flag,
    mapping,
    one_or_more,
    words,
)
from beeflow.recipe import limits
from beeflow.recipe.parser import vocabulary as terms
from beeflow.recipe.parser import words as allowed
from beeflow.recipe.patterns import OPERATORS

if TYPE_CHECKING:
    from beeflow.check.facts import Facts

_ZONE: Schema = {"$ref": "#/$defs/timezone"}


def trigger_definitions(facts: Facts) -> dict[str, Schema]:
    """Return the definitions of triggers, and of what they are made of."""
    kinds = {
        "trigger:webhook": _trigger(terms.WEBHOOK, {"webhook": WEBHOOKS, "match": MATCH}),
        "trigger:schedule": _schedule(),
        "trigger:event_start": _event_start(),
        "trigger:watch": _trigger(terms.WATCH, {"watch": _watch()}),
        "trigger:run": _run(),
    }
    one: Schema = {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in kinds]}
    return {
        **kinds,
        "triggers": one_or_more(one, limits.TRIGGERS),
        "webhooks": one_or_more(_types(facts), limits.TYPES),
        "match": _match(),
        "cancel_on": one_or_more(_cancel_on(), limits.TRIGGERS),
    }


def _trigger(vocabulary: terms.Vocabulary, values: dict[str, Schema]) -> Schema:
    schema = dict(mapping(vocabulary, {"name": TEXT, **values}))
    schema["required"] = [next(iter(vocabulary.keys))]
    return schema


def _schedule() -> Schema:
    at: Schema = {"type": "string", "examples": ["2026-12-01 09:00"]}
    times = dict(mapping(terms.SCHEDULE_TIMES, {"every": DURATION, "at": at}))
    times["minProperties"] = times["maxProperties"] = 1
    cron: Schema = {
        "type": "string",
        "examples": ["0 9 * * mon-fri", "*/15 * * * *"],
        "pattern": r"^\s*\S+(\s+\S+){4}\s*$|\{\{",
    }
    values = {
        "schedule": {"anyOf": [cron, times]},
        "timezone": _ZONE,
        "missed": words(allowed.MISSED),
        "grace": DURATION,
    }
    return _trigger(terms.SCHEDULE, values)


def _event_start() -> Schema:
    values = {
        "event_start": DURATION,
        "if_past": words(allowed.IF_PAST),
        "reconcile": DURATION,
    }
    return _trigger(terms.EVENT_START, values)


def _watch() -> Schema:
    values: dict[str, Schema] = {
        "every": DURATION,
        "for_events": {"type": ["object", "null"]},
        "fetch": {"$ref": "#/$defs/fetch"},
        "when": EXPRESSION,
        "for": DURATION,
        "fires": words(allowed.FIRES),
        "items": EXPRESSION,
        "key": EXPRESSION,
    }
    return mapping(terms.WATCH_BODY, values)


def _run() -> Schema:
    outcome = words(allowed.OUTCOMES)
    values = {"run": one_or_more(outcome, len(allowed.OUTCOMES)), "recipe": TEXT}
    return _trigger(terms.RUN_TRIGGER, values)


def _types(facts: Facts) -> Schema:
    known = [
        {"const": name, "description": webhook.description}
        for name, webhook in sorted(facts.webhooks.items())
    ]
    pattern: Schema = {"type": "string", "pattern": r"^[a-z0-9_.]*\*[a-z0-9_.*]*$"}
    return {"anyOf": [*known, pattern, TEMPLATE]}


def _match() -> Schema:
    plain: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
    operators: Schema = {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {name: {} for name in OPERATORS},
    }
    several: Schema = {"type": "array", "items": {"anyOf": [plain, operators]}, "minItems": 1}
    return {"type": "object", "additionalProperties": {"anyOf": [plain, several, operators]}}


def _cancel_on() -> Schema:
    values = {"webhook": WEBHOOKS, "match": MATCH, "any_event": flag()}
    return mapping(terms.CANCEL_ON, values)
