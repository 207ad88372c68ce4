"""What is written down as an action's answer, held against the documented one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from beeflow.beestreamed.shape import mismatches, shown
from beeflow.check.nearness import did_you_mean, nearest
from beeflow.recipe.document import MappingNode, Node, SequenceNode

if TYPE_CHECKING:
    from beeflow.recipe.document import Entry

_Schema = Mapping[str, Any]

_FEW: Final = 20
"""Fields that are listed where one is not among them; more would bury the rest."""


class AnswerProblem(msgspec.Struct, frozen=True):
    """What is wrong with an answer, and at which node of it."""

    rule: str
    node: Node
    message: str
    help: str | None = None
    suggestions: tuple[str, ...] = ()


def problems_of(node: Node, schema: _Schema) -> Iterator[AnswerProblem]:
    """Yield what does not fit an answer: undocumented fields, values of another kind.

    Fields may be left out: what is not given is taken from the sample. `{exists: false}` fits
    everywhere: it says that the field is not there.
    """
    yield from _Judge("the answer").problems(node, schema)


def problems_of_data(node: Node, schema: _Schema) -> Iterator[AnswerProblem]:
    """Yield likewise what a webhook's data are not documented to have.

    That the schema allows more there only means that the platform may grow.
    """
    yield from _Judge("the webhook's data").problems(
        node, {**schema, "additionalProperties": False}
    )


class _Judge(msgspec.Struct, frozen=True):
    """Holds values against a schema. `what` is how messages call the whole."""

    what: str

    def problems(self, node: Node, schema: _Schema) -> Iterator[AnswerProblem]:
        if node.plain() == {"exists": False}:
            return
        if "anyOf" in schema:
            yield from min((list(self.problems(node, one)) for one in schema["anyOf"]), key=len)
        elif isinstance(node, MappingNode) and (_is(schema, "object") or "properties" in schema):
            for entry in node:
                yield from self._field(entry, schema)
        elif isinstance(node, SequenceNode) and _is(schema, "array"):
            items = schema.get("items")
            for item in node.items:
                yield from self.problems(item, items if isinstance(items, Mapping) else {})
        else:
            yield from self._value(node, schema)

    def _field(self, entry: Entry, schema: _Schema) -> Iterator[AnswerProblem]:
        fields, rest = schema.get("properties") or {}, schema.get("additionalProperties", False)
        if entry.name in fields:
            yield from self.problems(entry.value, fields[entry.name])
        elif isinstance(rest, Mapping):
            yield from self.problems(entry.value, rest)
        elif fields and not rest:
            near = nearest(entry.name, fields)
            message = f"{self.what} has no field `{entry.name}`"
            help_ = did_you_mean(near, tuple(fields) if len(fields) <= _FEW else ())
            if entry.name == "data" and not near:
                help_ = "leave the wrapping out: write what stands in `data`, as a recipe sees it"
            yield AnswerProblem("unknown-field", entry.key, message, help_, near)

    def _value(self, node: Node, schema: _Schema) -> Iterator[AnswerProblem]:
        wrong = next(mismatches(schema, node.plain()), None)
        if wrong is not None:
            message = (
                f"this is {shown(wrong.value)}; documented for {self.what} is {wrong.expected}"
            )
            yield AnswerProblem("bad-mock", node, message, _mend(node, schema))


def _mend(node: Node, schema: _Schema) -> str | None:
    """Say how an answer that is a list is written, which is what people get wrong."""
    if _is(schema, "array") and isinstance(node, MappingNode):
        return "the answer is a list: write [[{…}]], a sequence of one answer that is a list"
    if _is(schema, "object") and isinstance(node, SequenceNode):
        return "the answer is a mapping: write {…}, or [{…}, {…}] for one answer after the other"
    return None


def _is(schema: _Schema, kind: str) -> bool:
    kinds = schema.get("type")
    return kinds == kind or (isinstance(kinds, list) and kind in kinds)
