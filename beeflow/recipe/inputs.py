"""Typed inputs: what a person, an instance of a blueprint, or another recipe may give.

`string`, `duration` and `datetime` are texts, `integer` and `number` are numbers, `boolean` is
true or false, `list` is a list, `choice` is one of its options, and `secret` is the name of a
secret (`NAME` or `secret:NAME`), never its value.
"""

from __future__ import annotations

import math
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from beeflow.errors import UsageError
from beeflow.recipe.document import Source, read_document
from beeflow.types import Json, parse_datetime, parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.recipe.model import Input, InputType

SECRET_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}", re.ASCII)

EXAMPLES: Final[Mapping[InputType, str]] = {
    "string": "a text",
    "integer": "a whole number, such as 3",
    "number": "a number, such as 2.5",
    "boolean": "true or false",
    "duration": "a duration, such as 10m",
    "datetime": "a time, such as 2026-12-01 09:00",
    "list": "a list, such as [one, two]",
    "choice": "one of its options",
    "secret": "the name of a secret, such as SLACK_URL",
}


def accept(declared: Input, given: Json) -> Json:
    """Return the value an input takes; raises `ValueError` with a message for the user."""
    return _CHECKS[declared.type](declared, given)


def from_text(declared: Input, text: str) -> Json:
    """Read an input's value from a command line or a form; raises `ValueError` for the user."""
    if declared.type == "list":
        return _list_in(declared, text.strip())
    if declared.type == "boolean":
        return accept(declared, {"true": True, "false": False}.get(text, text))
    if declared.type in {"integer", "number"}:
        return accept(declared, _number(text))
    if declared.type == "choice":
        named = [option for option in declared.options if str(option) == text]
        return named[0] if named else accept(declared, text)
    return accept(declared, text)


def _list_in(declared: Input, text: str) -> Json:
    """Read a list as a recipe has it, `[a, b]`, or texts with commas between."""
    if not text.startswith("["):
        return [part.strip() for part in text.split(",")] if text else []
    document = read_document(Source("", text))
    if document.problems:
        raise ValueError(f"`{text[:60]}` is not a list: {document.problems[0].message}")
    return accept(declared, document.root.plain() if document.root else None)


def bind(declared: Mapping[str, Input], given: Mapping[str, Json]) -> dict[str, Json]:
    """Return the values of all inputs of a run; raises `UsageError` for the user."""
    for name in given:
        if name not in declared:
            near = get_close_matches(name, declared, n=1)
            meant = f"; did you mean `{near[0]}`?" if near else ""
            has = ", ".join(sorted(declared)) or "none"
            raise UsageError(f"there is no input `{name}` (inputs: {has}){meant}")
    values: dict[str, Json] = {}
    for name, one in declared.items():
        if name not in given:
            if one.required:
                raise UsageError(f"the input `{name}` is missing: give {EXAMPLES[one.type]}")
            values[name] = one.value
            continue
        try:
            values[name] = accept(one, given[name])
        except ValueError as error:
            raise UsageError(f"the input `{name}`: {error}") from None
    return values


def _number(text: str) -> Json:
    try:
        return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) else float(text)
    except ValueError:
        return text


def _wrong(declared: Input, given: Json) -> ValueError:
    return ValueError(f"it takes {EXAMPLES[declared.type]}, and this is {_shown(given)}")


def _shown(given: Json) -> str:
    if isinstance(given, list):
        return "a list"
    if isinstance(given, dict):
        return "a mapping"
    if given is None:
        return "null"
    if isinstance(given, bool):
        return str(given).lower()
    return f"`{str(given)[:60]}`"


def _text(declared: Input, given: Json) -> Json:
    if isinstance(given, str):
        return given
    raise _wrong(declared, given)


def _integer(declared: Input, given: Json) -> Json:
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    raise _wrong(declared, given)


def _decimal(declared: Input, given: Json) -> Json:
    if isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given):
        return given
    raise _wrong(declared, given)


def _boolean(declared: Input, given: Json) -> Json:
    if isinstance(given, bool):
        return given
    raise _wrong(declared, given)


def _duration(declared: Input, given: Json) -> Json:
    if not isinstance(given, str):
        raise _wrong(declared, given)
    parse_duration(given)
    return given


def _datetime(declared: Input, given: Json) -> Json:
    if not isinstance(given, str):
        raise _wrong(declared, given)
    parse_datetime(given)
    return given


def _list(declared: Input, given: Json) -> Json:
    if isinstance(given, list):
        return given
    raise _wrong(declared, given)


def _choice(declared: Input, given: Json) -> Json:
    for option in declared.options:
        if option == given and isinstance(option, bool) == isinstance(given, bool):
            return given
    options = ", ".join(str(option) for option in declared.options)
    raise ValueError(f"it takes one of {options}, and this is {_shown(given)}")


def _secret(declared: Input, given: Json) -> Json:
    name = given.removeprefix("secret:") if isinstance(given, str) else given
    if isinstance(name, str) and SECRET_NAME.fullmatch(name):
        return name
    raise _wrong(declared, given)


_CHECKS: Final[Mapping[InputType, Callable[[Input, Json], Json]]] = {
    "string": _text,
    "integer": _integer,
    "number": _decimal,
    "boolean": _boolean,
    "duration": _duration,
    "datetime": _datetime,
    "list": _list,
    "choice": _choice,
    "secret": _secret,
}
