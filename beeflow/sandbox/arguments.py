"""What a call says: its query and its body, as JSON or as a form, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl

from beeflow.beestreamed.strict_json import parse
from beeflow.sandbox.reply import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from beeflow.beestreamed.arguments import ArgumentProblem
    from beeflow.beestreamed.operation import Operation
    from beeflow.types import Json

_MOST_FIELDS = 1000
_REFUSALS = frozenset({400, 422})
_TRUTH: dict[Json, bool] = {1: True, 0: False, "1": True, "0": False, "true": True, "false": False}
_LONGEST_NUMBER = 18


class UnreadableBodyError(ValueError):
    """The body of a request is neither JSON nor a form; the message says why."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The three places that parameters are sent in."""

    path: Mapping[str, str]
    query: Mapping[str, Json]
    body: Json


def read_body(content: bytes, content_type: str) -> Json:
    """Read a body: a form where it says so, else JSON; null where there is none.

    The platform's pages do not say which it takes, so the sandbox reads both.
    Raises `UnreadableBodyError`.
    """
    if not content.strip():
        return None
    kind = content_type.partition(";")[0].strip().lower()
    try:
        if kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(content.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
            return read_pairs(pairs)
        if kind == "multipart/form-data":
            return read_pairs(_parts(content, content_type))
        return parse(content)
    except ValueError as error:
        raise UnreadableBodyError(f"The body cannot be read: {error}") from None


def read_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, Json]:
    """Read fields of a form or query; `options[]` more than once is a list, as PHP has it."""
    fields: dict[str, Json] = {}
    for name, value in pairs:
        if name.endswith("[]"):
            items = fields.setdefault(name[:-2], [])
            if isinstance(items, list):
                items.append(value)
        else:
            fields[name] = value
    return fields


def checked(operation: Operation, sent: Sent) -> dict[str, Json]:
    """Return the arguments of an operation with their types, or refuse the call.

    What is missing is answered with 400, what is not allowed with 422 where the page has it and
    with 400 elsewhere. Fields of the query that the operation does not have are passed over, and
    so is what is not allowed where the page knows neither answer.
    """
    body = _own_body(operation, sent.body)
    known = {name: value for name, value in sent.query.items() if name in operation.by_name}
    given = {
        name: _typed(operation, name, value)
        for name, value in {**known, **body}.items()
        if not _in_path(operation, name)
    }
    problems = operation.problems({**sent.path, **given})
    wrong = [problem for problem in problems if not _in_path(operation, problem.parameter or "")]
    if wrong and _REFUSALS & {error.status for error in operation.errors}:
        raise _refusal(operation, wrong[0])
    defaults = {
        parameter.name: parameter.default
        for parameter in operation.parameters
        if parameter.place == "query" and parameter.default is not None
    }
    passed_over = {problem.parameter for problem in wrong}
    return defaults | {name: value for name, value in given.items() if name not in passed_over}


def takes_body(operation: Operation) -> bool:
    """Tell whether an operation looks at a body: `connref` and `target_id` may be in one, too."""
    has_query = any(parameter.place == "query" for parameter in operation.parameters)
    return operation.has_body or (operation.method == "DELETE" and has_query)


def _own_body(operation: Operation, body: Json) -> dict[str, Json]:
    if body is None or not takes_body(operation):
        return {}
    if not isinstance(body, dict):
        raise Refusal(400, "The body must be a JSON object", field=_field(operation))
    if operation.has_body:
        return body
    return {name: value for name, value in body.items() if name in operation.by_name}


def _in_path(operation: Operation, name: str) -> bool:
    parameter = operation.by_name.get(name)
    return parameter is not None and parameter.place == "path"


def _typed(operation: Operation, name: str, value: Json) -> Json:
    """Read the other spellings of flags, numbers and lists; what cannot be read stays as it is."""
    parameter = operation.by_name.get(name)
    kind = None if parameter is None else parameter.schema.get("type")
    if kind == "boolean" and isinstance(value, int | str):
        return _TRUTH.get(value, value)
    if kind == "integer" and isinstance(value, str):
        return int(value) if _is_number(value) else value
    if kind == "array" and isinstance(value, str):
        return _listed(value)
    return value


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER


def _listed(text: str) -> Json:
    try:
        return read_body(text.encode("utf-8", "replace"), "application/json")
    except UnreadableBodyError:
        return text


def _refusal(operation: Operation, problem: ArgumentProblem) -> Refusal:
    name = problem.parameter or ""
    if problem.kind == "missing":
        field = _field(operation)
        text = f"{name}_required" if field == "error" else f"{_words(name)} is required"
        return Refusal(400, text, field=field)
    documented = {error.status for error in operation.errors}
    return Refusal(422 if 422 in documented else 400, problem.message, field=_field(operation))  # noqa: PLR2004 - HTTP


def _field(operation: Operation) -> Literal["error", "message"]:
    """Return the key of error texts: the simulcast pages call it `error`."""
    return "error" if operation.path.endswith("/simulcast") else "message"


def _words(name: str) -> str:
    """Write a name as the documented messages do: `group_by` is `Group by`."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _parts(content: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("ascii", "replace")
    form = message_from_bytes(head + content, policy=policy.HTTP)
    if not form.is_multipart():
        raise ValueError("it has no parts")
    for part in form.iter_parts():
        name = part.get_param("name", header="content-disposition")
        text = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(text, bytes):
            yield name, text.decode()
