"""The whole of a recipe, as JSON Schema 2020-12."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beeflow.check.editor.actions import action_definitions
from beeflow.check.editor.steps import step_definitions
from beeflow.check.editor.triggers import trigger_definitions
from beeflow.check.editor.values import (
    ARGUMENTS,
    DEFINITIONS,
    DURATION,
    EXPRESSION,
    STEPS,
    TEXT,
    VALUE,
    Schema,
    flag,
    listed,
    mapping,
    named,
    number,
    words,
)
from beeflow.recipe import limits
from beeflow.recipe.parser import vocabulary as terms
from beeflow.recipe.parser import words as allowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.check.facts import Facts


def editor_schema(facts: Facts) -> dict[str, Any]:
    """Return the JSON Schema of recipes with the given actions and webhooks.

    It is the vocabulary of the parser with what the catalog knows. What only the checker can
    say (names in scope, expressions, cron) is left to it.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "beeflow recipe",
        "description": "When this happens, if that holds, do these things.",
        "if": {"type": "object", "required": ["use"]},
        "then": {"$ref": "#/$defs/instance"},
        "else": {"$ref": "#/$defs/recipe"},
        "$defs": {
            **DEFINITIONS,
            "recipe": mapping(terms.RECIPE, _recipe()),
            "instance": _instance(),
            "input": _input(),
            "condition": _condition(),
            **trigger_definitions(facts),
            **step_definitions(),
            **action_definitions(facts),
        },
    }


def _head() -> dict[str, Schema]:
    return {
        "version": {"const": 1},
        "id": {"type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": limits.TEXT},
        "name": {"type": "string", "maxLength": limits.TEXT},
        "description": TEXT,
        "labels": listed(TEXT, limits.LABELS),
        "enabled": flag(),
        "mode": words(allowed.MODE),
        "timezone": {"$ref": "#/$defs/timezone"},
    }


def _recipe() -> Mapping[str, Schema]:
    return {
        **_head(),
        "inputs": {**named({"$ref": "#/$defs/input"}), "maxProperties": limits.INPUTS},
        "trigger": {"$ref": "#/$defs/triggers"},
        "fetch": {"$ref": "#/$defs/fetch"},
        "conditions": listed({"$ref": "#/$defs/condition"}, limits.CONDITIONS),
        "actions": STEPS,
        "on_error": STEPS,
        **_policy(),
        "cancel_on": {"$ref": "#/$defs/cancel_on"},
        "timeout": DURATION,
    }


def _policy() -> dict[str, Schema]:
    group = {
        "group": EXPRESSION,
        "mode": words(allowed.CONCURRENCY),
        "max": number(1, limits.CONCURRENT_RUNS),
    }
    quiet = {"key": EXPRESSION, "quiet": DURATION, "max": DURATION}
    window = {"key": EXPRESSION, "window": DURATION, "max": number(1, limits.BATCH)}
    within = {"key": EXPRESSION, "once_within": DURATION}
    return {
        "concurrency": mapping(terms.CONCURRENCY, group),
        "throttle": mapping(terms.THROTTLE, within),
        "debounce": mapping(terms.DEBOUNCE, quiet),
        "batch": mapping(terms.BATCH, window),
    }


def _instance() -> Schema:
    return mapping(terms.INSTANCE, {**_head(), "use": TEXT, "with": ARGUMENTS})


def _input() -> Schema:
    values: dict[str, Schema] = {
        "type": {"enum": list(allowed.INPUT_TYPES)},
        "default": VALUE,
        "description": TEXT,
        "options": {"type": "array", "maxItems": limits.OPTIONS},
    }
    return mapping(terms.INPUT, values)


def _condition() -> Schema:
    one: Schema = {"$ref": "#/$defs/condition"}
    several = listed(one, limits.CONDITIONS)
    group = dict(mapping(terms.CONDITION, {"all": several, "any": several, "not": one}))
    group["minProperties"] = group["maxProperties"] = 1
    return {"anyOf": [EXPRESSION, group]}
