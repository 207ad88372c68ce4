"""`http.request` as data, and what no JSON Schema says of its arguments."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from yarl import URL

from beeflow.actions.arguments import check_arguments, shown
from beeflow.actions.definition import Args, Definition
from beeflow.actions.parameter import Parameter

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from beeflow.types import Effect, Json

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")

_BODIES = ("json", "form", "body")
_ANY_BODY = frozenset(_BODIES)
_EFFECTS: Mapping[str, Effect] = {
    "GET": "read",
    "HEAD": "read",
    "OPTIONS": "read",
    "PUT": "idempotent",
    "DELETE": "idempotent",
}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_UNFIT = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_SET_BY_US = frozenset({"host", "content-length", "transfer-encoding", "connection"})

PARAMETERS = (
    Parameter(
        "url",
        {"type": "string", "minLength": 1, "x-address": "guarded"},
        "The address, http or https",
        True,
    ),
    Parameter("method", {"type": "string", "enum": list(METHODS), "default": "GET"}, "The method"),
    Parameter("headers", {"type": "object"}, "Headers: names to texts"),
    Parameter("query", {"type": "object"}, "Query parameters: names to values or lists of them"),
    Parameter("json", {}, "A body, sent as JSON"),
    Parameter("form", {"type": "object"}, "A body, sent as a form"),
    Parameter("body", {"type": "string"}, "A body, sent as it is"),
    Parameter(
        "expect",
        {
            "type": ["integer", "array"],
            "minimum": 100,
            "maximum": 599,
            "items": {"type": "integer", "minimum": 100, "maximum": 599},
            "minItems": 1,
            "x-allowed": "allowed: a status from 100 to 599, or a list of them",
        },
        "The status codes that are a success; default: 200 to 299",
    ),
    Parameter(
        "effect",
        {"type": "string", "enum": ["read", "idempotent", "once"]},
        "What a repetition does; default by method: GET read, PUT and DELETE idempotent, else once",
    ),
)


def effect_of(args: Args) -> Effect:
    """Return the effect that the arguments ask for, else that of the method."""
    if args.get("effect") in {"read", "idempotent", "once"}:
        return cast("Effect", args["effect"])
    return _EFFECTS.get(str(args.get("method", "GET")), "once")


def check(args: Args, opaque: Collection[str] = ()) -> list[str]:
    """Say what is wrong with the arguments."""
    problems = check_arguments(PARAMETERS, args, opaque)
    if problems:
        return problems
    if len(_ANY_BODY & {*args, *opaque}) > 1:
        bodies = [name for name in _BODIES if name in args or name in opaque]
        problems.append(f"`{'` and `'.join(bodies)}` exclude each other: one body is sent")
    if "url" not in opaque:
        problems += _url_problems(str(args["url"]))
    if "headers" in args and "headers" not in opaque:
        problems += _header_problems(args.get("headers"))
    for name in ("query", "form"):
        if name in args and name not in opaque:
            problems += _pair_problems(name, args.get(name))
    return problems


@lru_cache(maxsize=256)
def _url_problems(text: str) -> tuple[str, ...]:
    try:
        url = URL(text)
        fits = url.scheme in {"http", "https"} and bool(url.host) and url.port != 0
    except ValueError:
        fits = False
    if fits and not _UNFIT.search(text) and " " not in text.strip():
        return ()
    return (f"`url` is {shown(text)}; write it as https://host/path",)


def _header_problems(headers: Json) -> Iterator[str]:
    for name, value in headers.items() if isinstance(headers, dict) else ():
        if not _TOKEN.fullmatch(name):
            yield f"`headers` has the name {shown(name)}, which no header can have"
        elif name.lower() in _SET_BY_US:
            yield f"`headers` has {shown(name)}, which is set by itself; leave it out"
        elif isinstance(value, dict | list) or value is None:
            yield f"`headers` has {shown(value)} for {shown(name)}; it must be text"
        elif _UNFIT.search(str(value)):
            yield f"`headers` has a line break or control character in the value of {shown(name)}"


def _pair_problems(parameter: str, pairs: Json) -> Iterator[str]:
    for name, value in pairs.items() if isinstance(pairs, dict) else ():
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, dict | list) for item in items):
            yield f"`{parameter}` has {shown(value)} for {shown(name)}; it must be a text or number"


REQUEST = Definition(
    name="http.request",
    summary="Send an HTTP request",
    description=(
        "Takes up to the step's `timeout` (30 s) in all, reads answers of up to 1 MiB, and does "
        "not follow redirects. Private networks are refused unless `http.allow_private` lists them."
    ),
    effect="once",
    parameters=PARAMETERS,
    sample={
        "status": 200,
        "headers": {"content-type": "application/json"},
        "json": {},
        "text": "{}",
    },
    answer={
        "type": "object",
        "properties": {
            "status": {"type": "integer", "description": "The status code"},
            "headers": {
                "type": "object",
                "description": "The headers, their names in lower case",
                "additionalProperties": {"type": "string"},
            },
            "json": {"description": "The body where it is JSON, else null"},
            "text": {"type": "string", "description": "The body as text"},
        },
    },
    secret_fields=("headers.authorization", "headers.Authorization"),
    check_with=check,
    effect_of=effect_of,
)
