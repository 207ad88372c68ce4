"""Actions with their parameters, as JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from beeflow.check.editor.values import TEMPLATE, Schema

if TYPE_CHECKING:
    from beeflow.check.facts import Action, Facts, Parameter

_KEPT = frozenset(
    {
        "type",
        "enum",
        "const",
        "items",
        "properties",
        "required",
        "additionalProperties",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "anyOf",
        "oneOf",
        "default",
        "examples",
        "format",
        "description",
    }
)
"""What an editor makes something of. Patterns stay away: the checker says them in words."""


def action_definitions(facts: Facts) -> dict[str, Schema]:
    """Return the definitions of actions' names, and of what each is called with."""
    return {
        "action": _names(facts, reads=False),
        "read": _names(facts, reads=True),
        "arguments": {"allOf": _arguments_by_action(facts)},
        **{f"with:{name}": _arguments(one) for name, one in sorted(facts.actions.items())},
    }


def _names(facts: Facts, *, reads: bool) -> Schema:
    """Return the schema of an action's name: those known, explained, and those of plug-ins."""
    known = [
        {"const": name, "description": action.summary, "markdownDescription": _markdown(action)}
        for name, action in sorted(facts.actions.items())
        if action.effect == "read" or name == "http.request" or not reads
    ]
    resources = sorted({name.partition(".")[0] for name in facts.actions})
    foreign = (
        f"^(?!(?:{'|'.join(map(re.escape, resources))})\\.)[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$"
    )
    return {"anyOf": [*known, {"type": "string", "pattern": foreign}, TEMPLATE]}


def _arguments_by_action(facts: Facts) -> list[Schema]:
    """Return the conditions that give each action the `with` that belongs to it."""
    return [
        {
            "if": {"properties": {"action": {"const": name}}, "required": ["action"]},
            "then": {
                "properties": {"with": {"$ref": f"#/$defs/with:{name}"}},
                **({"required": ["with"]} if _needs(action) else {}),
            },
        }
        for name, action in sorted(facts.actions.items())
    ]


def _markdown(action: Action) -> str:
    lines = [action.summary, "", f"Effect: `{action.effect}`"]
    for parameter in action.parameters:
        needed = " (needed)" if parameter.required else ""
        lines.append(f"- `{parameter.name}`{needed}: {parameter.description}")
    return "\n".join(lines)


def _arguments(action: Action) -> Schema:
    schema: dict[str, Any] = {
        "type": "object" if _needs(action) else ["object", "null"],
        "additionalProperties": action.open_ended,
        "properties": {one.name: _parameter(one) for one in action.parameters},
    }
    if _needs(action):
        schema["required"] = _needs(action)
    return schema


def _needs(action: Action) -> list[str]:
    return [one.name for one in action.parameters if one.required]


def _parameter(parameter: Parameter) -> Schema:
    value = _plain(parameter.schema)
    about = parameter.description
    return {
        "anyOf": [value, TEMPLATE],
        "description": about,
        "markdownDescription": about,
    }


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an editor needs of a schema; in lists and mappings texts may be templates."""
    kept = {key: value for key, value in schema.items() if key in _KEPT}
    if isinstance(kept.get("items"), Mapping):
        kept["items"] = {"anyOf": [_plain(kept["items"]), TEMPLATE]}
    if isinstance(kept.get("properties"), Mapping):
        kept["properties"] = {
            name: {"anyOf": [_plain(part), TEMPLATE]} for name, part in kept["properties"].items()
        }
    for key in ("anyOf", "oneOf"):
        if key in kept:
            kept[key] = [_plain(part) for part in kept[key]]
    return kept
