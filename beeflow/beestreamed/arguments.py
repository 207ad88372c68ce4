"""Checks the arguments of a call against the API description, and turns them into a request."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import msgspec

from beeflow.beestreamed.masking import MASK
from beeflow.beestreamed.request import Request
from beeflow.beestreamed.shape import Mismatch, mismatches, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from beeflow.beestreamed.operation import Operation, Parameter
    from beeflow.types import Json


class ArgumentProblem(msgspec.Struct, frozen=True):
    """What is wrong with one argument, or with several together (`parameter` is None).

    `suggestions` are parameters or values, nearest first.
    """

    kind: Literal["unknown", "missing", "value", "together"]
    parameter: str | None
    message: str
    suggestions: tuple[str, ...] = ()


def find_problems(
    operation: Operation, args: Mapping[str, Json], opaque: Collection[str] = ()
) -> tuple[ArgumentProblem, ...]:
    """Return all that is wrong; `opaque` names arguments whose values are not known yet."""
    sent = normal(operation, args)
    found = [
        *_unknown(operation, (*args, *opaque)),
        *_missing(operation, (*args, *opaque)),
        *_values(operation, {k: v for k, v in sent.items() if k not in opaque}),
    ]
    if found:
        return tuple(found)
    messages = (rule.problem(sent, opaque) for rule in operation.constraints)
    return tuple(
        ArgumentProblem("together", None, f"{operation.name}: {message}")
        for message in messages
        if message is not None
    )


def normal(operation: Operation, args: Mapping[str, Json]) -> dict[str, Json]:
    """Return the arguments with the other spellings of flags and whole numbers read as such."""
    return {name: _as_sent(operation.by_name.get(name), value) for name, value in args.items()}


def make_request(operation: Operation, args: Mapping[str, Json]) -> Request:
    """Put each argument where it belongs."""
    path, masked = operation.path, operation.path
    query: dict[str, str] = {}
    body: dict[str, Json] = {}
    for name, value in normal(operation, args).items():
        parameter = operation.by_name.get(name)
        if parameter is None or parameter.place == "body":
            body[name] = value
        elif parameter.place == "query":
            query[name] = _in_url(value)
        else:
            segment = quote(_in_url(value), safe="")
            path = path.replace(f"{{{name}}}", segment)
            masked = masked.replace(f"{{{name}}}", MASK if parameter.secret else segment)
    return Request(operation.method, path, query, body if operation.has_body else None, masked)


def _unknown(operation: Operation, names: Collection[str]) -> Iterator[ArgumentProblem]:
    if operation.open_body:
        return
    for name in names:
        if name not in operation.by_name:
            yield _unknown_one(operation, name)


def _unknown_one(operation: Operation, name: str) -> ArgumentProblem:
    known = tuple(operation.by_name)
    near = tuple(difflib.get_close_matches(name, known, n=3, cutoff=0.6)) or _folded(name, known)
    message = f"{operation.name} has no parameter `{name}`"
    if near:
        message += f": did you mean `{near[0]}`?"
    message += f" (has: {', '.join(known)})" if known else " (it takes none)"
    return ArgumentProblem("unknown", name, message, near)


def _folded(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Find what differs in case and underscores only, such as `max_results`."""
    plain = name.replace("_", "").lower()
    return tuple(other for other in known if other.replace("_", "").lower() == plain)


def _missing(operation: Operation, names: Collection[str]) -> Iterator[ArgumentProblem]:
    for parameter in operation.parameters:
        if parameter.required and parameter.name not in names:
            message = f"{operation.name} needs `{parameter.name}`: {parameter.description}"
            yield ArgumentProblem("missing", parameter.name, message)


def _values(operation: Operation, args: Mapping[str, Json]) -> Iterator[ArgumentProblem]:
    for name, value in args.items():
        parameter = operation.by_name.get(name)
        if parameter is not None:
            wrong = next(mismatches(parameter.schema, value), None)
            if wrong is not None:
                yield _wrong_value(operation, parameter, wrong)


def _wrong_value(operation: Operation, parameter: Parameter, wrong: Mismatch) -> ArgumentProblem:
    place = parameter.name + "".join(f"[{step}]" for step in wrong.path)
    value = MASK if parameter.secret else shown(wrong.value)
    expected, near = wrong.expected, _nearest(parameter, wrong.value)
    if wrong.rule == "pattern":
        form = parameter.schema.get("description", parameter.description)
        expected = "a text of this form: " + form.rstrip(".")
    message = f"{operation.name}: `{place}` is {value}, but must be {expected}"
    if near:
        message += f"; did you mean `{near[0]}`?"
    return ArgumentProblem("value", parameter.name, message, near)


def _nearest(parameter: Parameter, value: Json) -> tuple[str, ...]:
    allowed = [item for item in parameter.allowed if isinstance(item, str)]
    if not isinstance(value, str):
        return ()
    return tuple(difflib.get_close_matches(value.lower(), allowed, n=1, cutoff=0.6))


_TRUTH: dict[Json, bool] = {1: True, 0: False, "1": True, "0": False, "true": True, "false": False}


def _as_sent(parameter: Parameter | None, value: Json) -> Json:
    """Read the platform's other spellings of flags and whole numbers; leave the rest alone."""
    kind = None if parameter is None else parameter.schema.get("type")
    if kind == "boolean" and isinstance(value, int | str):
        return _TRUTH.get(value, value)
    if kind == "integer":
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 18:  # noqa: PLR2004 - what fits 64 bits for certain
            return int(value)
    return value


def _in_url(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else shown(value, longest=1000)
