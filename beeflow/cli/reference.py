"""The reference of actions and webhooks as pages of data, from the same schemas as everything.

One model, three ways to print it (`reference_pages`): so the terminal, `--json` and `--markdown`
cannot tell different things.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from beeflow.actions.parameter import Parameter, kinds_in_words

if TYPE_CHECKING:
    from beeflow.actions.definition import Definition
    from beeflow.beestreamed.webhook_type import WebhookType
    from beeflow.types import Json


class Field(msgspec.Struct, frozen=True):
    """A parameter, or a field of an answer or a payload (`path` is dotted, `[]` for each item)."""

    path: str
    kind: str
    about: str = ""
    required: bool = False
    default: Json = None
    allowed: tuple[Json, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """Return it for `--json`."""
        return {
            "name": self.path,
            "type": self.kind,
            "required": self.required,
            "default": self.default,
            "allowed": list(self.allowed),
            "description": self.about,
        }


class Page(msgspec.Struct, frozen=True):
    """One action or webhook. `parameters` is empty for a webhook; `facts` are said in a line."""

    name: str
    summary: str
    description: str
    facts: tuple[tuple[str, str], ...]
    parameters: tuple[Field, ...]
    fields: tuple[Field, ...]
    sample: Json

    def as_json(self) -> dict[str, Json]:
        """Return it for `--json`."""
        return {
            "name": self.name,
            "summary": self.summary,
            "description": self.description,
            **dict(self.facts),
            "parameters": [field.as_json() for field in self.parameters],
            "fields": [field.as_json() for field in self.fields],
            "sample": self.sample,
        }


EFFECTS: Mapping[str, str] = {
    "read": "changes nothing, and is repeated freely",
    "idempotent": "a repeat leads to the same state, and is made where a try failed",
    "guarded": "before a repeat it is looked up whether the first try took effect",
    "once": "never repeated on its own: an open outcome ends `unknown`",
}
"""What each effect means to the author of a recipe (recipe language, section 5)."""


def action_page(definition: Definition) -> Page:
    """Return the page of an action."""
    facts: list[tuple[str, str]] = [("effect", definition.effect)]
    if definition.paginates:
        facts.append(("pages", "follows pages with `pages: all` or `pages: N`"))
    if definition.open_ended:
        facts.append(("more", "takes further parameters than those listed"))
    if definition.secret_fields:
        facts.append(("masked", ", ".join(definition.secret_fields)))
    return Page(
        name=definition.name,
        summary=definition.summary,
        description=definition.description,
        facts=tuple(facts),
        parameters=tuple(_parameter(one) for one in definition.parameters),
        fields=tuple(fields_of(definition.answer)),
        sample=definition.sample,
    )


def webhook_page(kind: WebhookType) -> Page:
    """Return the page of a webhook."""
    facts = [("group", kind.group)]
    if kind.event_ref_field:
        facts.append(("event", f"data.{kind.event_ref_field}"))
    if kind.secrets:
        facts.append(("masked", ", ".join(kind.secrets)))
    return Page(
        name=kind.type,
        summary=kind.description,
        description="",
        facts=tuple(facts),
        parameters=(),
        fields=tuple(fields_of(kind.schema)),
        sample=kind.sample,
    )


def _parameter(parameter: Parameter) -> Field:
    schema: Mapping[str, Any] = parameter.schema
    return Field(
        parameter.name,
        _kind(schema),
        parameter.description,
        parameter.required,
        schema.get("default"),
        parameter.allowed,
    )


def fields_of(schema: Mapping[str, Any], path: str = "") -> Iterator[Field]:
    """Yield every field that a schema describes, from the outside in."""
    for option in schema.get("anyOf", ()):
        yield from fields_of(option, path)
    if "items" in schema and isinstance(schema["items"], Mapping):
        yield from fields_of(schema["items"], f"{path}[]")
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        inside = f"{path}.{name}" if path else name
        yield Field(
            inside,
            _kind(inner),
            inner.get("description", ""),
            name in required,
            inner.get("default"),
            tuple(inner.get("enum", ())),
        )
        yield from fields_of(inner, inside)


def _kind(schema: Mapping[str, Any]) -> str:
    """Say the type in words; of a list also what is in it."""
    if "const" in schema:
        return f"always `{schema['const']}`"
    if "anyOf" in schema and "type" not in schema:
        return " or ".join(dict.fromkeys(_kind(option) for option in schema["anyOf"]))
    kind = kinds_in_words(schema)
    inner = schema.get("items")
    if schema.get("type") == "array" and isinstance(inner, Mapping) and "type" in inner:
        kind = f"list of {kinds_in_words(inner)}"
    if schema.get("x-flag"):
        kind += ", true or false"
    return kind
