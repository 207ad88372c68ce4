"""Steps, as JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.editor.values import (
    ARGUMENTS,
    DURATION,
    EXPRESSION,
    MATCH,
    NAME,
    STEPS,
    TEXT,
    VALUE,
    WEBHOOKS,
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


_ARGUMENTS_OF_ACTION: Schema = {"$ref": "#/$defs/arguments"}

_HEAD: Mapping[str, Schema] = {"name": TEXT, "if": EXPRESSION}


def step_definitions() -> dict[str, Schema]:
    """Return the definitions of all kinds of steps, and of `steps` and `fetch`."""
    kinds: dict[str, Schema] = {
        "step:action": _action(),
        "step:if": _step(terms.IF, {"then": STEPS, "else": STEPS}),
        "step:choose": _choose(),
        "step:for_each": _for_each(),
        "step:repeat": _repeat(),
        "step:parallel": _step(
            terms.PARALLEL, {"parallel": listed(STEPS, limits.PARALLEL_BRANCHES)}
        ),
        "step:wait": _wait(),
        "step:wait_for": _wait_for(),
        "step:set": _step(terms.SET, {"set": named(VALUE)}),
        "step:state": _state(),
        "step:run": _step(
            terms.RUN, {"run": TEXT, "with": ARGUMENTS, "as": NAME, "detach": flag()}
        ),
        "step:stop": _step(
            terms.STOP, {"stop": {"type": ["string", "null"]}, "outcome": words(allowed.ENDINGS)}
        ),
    }
    return {
        **kinds,
        "steps": listed({"anyOf": [{"$ref": f"#/$defs/{name}"} for name in kinds]}, limits.STEPS),
        "retry": _retry(),
        "fetch": _fetch(),
    }


def _step(vocabulary: terms.Vocabulary, values: Mapping[str, Schema]) -> Schema:
    schema = dict(mapping(vocabulary, {**_HEAD, **values}))
    kind = next(iter(vocabulary.keys))
    made_by = "if" if vocabulary is terms.IF else kind
    schema["required"] = list(dict.fromkeys([made_by, *vocabulary.required]))
    return schema


def _call() -> dict[str, Schema]:
    pages: Schema = {"anyOf": [{"const": "all"}, number(1, limits.PAGES)]}
    retry: Schema = {"$ref": "#/$defs/retry"}
    return {"with": ARGUMENTS, "retry": retry, "timeout": DURATION, "pages": pages}


def _action() -> Schema:
    values = {
        **_call(),
        "action": {"$ref": "#/$defs/action"},
        "as": NAME,
        "on_error": {"anyOf": [words(allowed.ON_ERROR), STEPS]},
        "on_unknown": words(allowed.ON_UNKNOWN),
        "once": EXPRESSION,
    }
    return {**_step(terms.ACTION, values), "allOf": [_ARGUMENTS_OF_ACTION]}


def _fetch() -> Schema:
    values = {
        **_call(),
        "action": {"$ref": "#/$defs/read"},
        "on_error": words(allowed.ON_ERROR),
        "default": VALUE,
    }
    read = {**mapping(terms.FETCH, values), "allOf": [_ARGUMENTS_OF_ACTION]}
    return {**named(read), "maxProperties": limits.FETCHES}


def _retry() -> Schema:
    values = {
        "attempts": number(1, limits.ATTEMPTS),
        "delay": DURATION,
        "max_delay": DURATION,
    }
    return mapping(terms.RETRY, values)


def _choose() -> Schema:
    arm = mapping(terms.ARM, {"when": EXPRESSION, "then": STEPS})
    return _step(terms.CHOOSE, {"choose": listed(arm, limits.ARMS), "else": STEPS})


def _for_each() -> Schema:
    values = {
        "for_each": EXPRESSION,
        "as": NAME,
        "do": STEPS,
        "parallel": number(1, limits.FOR_EACH_PARALLEL),
        "into": NAME,
        "on_error": words(allowed.ON_ERROR),
    }
    return _step(terms.FOR_EACH, values)


def _repeat() -> Schema:
    times = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": limits.TURNS}, EXPRESSION]}
    how = dict(mapping(terms.REPEAT_HOW, {"until": EXPRESSION, "times": times}))
    how["minProperties"] = how["maxProperties"] = 1
    values = {"repeat": how, "every": DURATION, "max": number(1, limits.TURNS), "do": STEPS}
    return _step(terms.REPEAT, values)


def _wait() -> Schema:
    until = mapping(terms.WAIT_UNTIL, {"until": EXPRESSION})
    return _step(terms.WAIT, {"wait": {"anyOf": [DURATION, until]}})


def _wait_for() -> Schema:
    values = {"webhook": WEBHOOKS, "match": MATCH, "timeout": DURATION, "any_event": flag()}
    body = mapping(terms.WAIT_FOR_BODY, values)
    outer = {"wait_for": body, "as": NAME, "on_timeout": words(allowed.ON_ERROR)}
    return _step(terms.WAIT_FOR, outer)


def _state() -> Schema:
    plain: Schema = {"type": "object", "additionalProperties": VALUE}
    names: Schema = {"type": "array", "items": TEXT}
    body = dict(mapping(terms.STATE_BODY, {"set": plain, "increment": plain, "delete": names}))
    body["minProperties"] = 1
    return _step(terms.STATE, {"state": body})
