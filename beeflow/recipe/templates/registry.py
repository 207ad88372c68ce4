"""The closed list of filters, tests, methods and functions, each with its entry in the reference.

What is not registered does not exist for a recipe. A registered function takes the `Frame`, then
the value it is applied to (a plain function of recipes: none), then what stands in its brackets.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal, TypeAlias, TypeVar

import msgspec

from beeflow.errors import ExpressionError

Sort: TypeAlias = Literal["filter", "test", "method", "function"]
Function: TypeAlias = Callable[..., object]
F = TypeVar("F", bound=Function)


class Entry(msgspec.Struct, frozen=True):
    """A line of the reference. `example` is an expression and `result` what it gives, as JSON."""

    kind: Sort
    name: str
    signature: str
    description: str
    example: str
    result: str


class Builtin(msgspec.Struct, frozen=True, eq=False):
    """Something registered, each once.

    With `lenient`, it is given `UNDEFINED` for what is not there.
    """

    entry: Entry
    function: Function
    shape: inspect.Signature
    lenient: bool = False


class Example(msgspec.Struct, frozen=True):
    """What the reference shows, and the names that mean the same."""

    text: str
    result: str
    aliases: tuple[str, ...] = ()
    lenient: bool = False


FILTERS: dict[str, Builtin] = {}
TESTS: dict[str, Builtin] = {}
FUNCTIONS: dict[str, Builtin] = {}
METHODS: dict[str, dict[str, Builtin]] = {}
"""By name, then by the kind of value that has it."""

_TABLES: Mapping[str, dict[str, Builtin]] = {
    "filter": FILTERS,
    "test": TESTS,
    "function": FUNCTIONS,
}

ELSEWHERE: Mapping[str, str] = {
    "tojson": "it is called `json` here",
    "to_json": "it is called `json` here",
    "format": "put values together with ~, or write them into a template",
    "attr": "fields are read with a dot, or with ['name']",
    "safe": "nothing is escaped on its own",
    "forceescape": "it is called `escape` here",
    "random": "a run must give the same result when it is resumed",
    "pprint": "it is called `json` here",
    "as_timestamp": "write `(value | datetime).timestamp()`",
    "strftime": "it is called `date` here",
    "namespace": "only if, for and set are there",
    "now": "`now` is a value: write it without ()",
    "time": "write `| date('%H:%M')`, or ask with `| between('09:00', '17:00')`",
    "today": "write `now | date('%Y-%m-%d')`",
    "contains": "write `'part' in text`",
    "includes": "write `'item' in list`",
    "len": "write `| length`",
    "size": "write `| length`",
    "str": "write `| string`",
    "toLowerCase": "write `.lower()`",
    "toUpperCase": "write `.upper()`",
    **dict.fromkeys(
        ("year", "month", "day", "hour", "minute", "second"),
        "it is a field of a time: write it behind a dot, without ()",
    ),
}
"""What users of other templates look for, and where it is."""


def register(kind: Sort, name: str, example: Example) -> Callable[[F], F]:
    """Register the function below as a filter, test or function of recipes."""

    def take(function: F) -> F:
        builtin = _builtin(kind, name, function, example)
        for each in (name, *example.aliases):
            _TABLES[kind][each] = builtin
        return function

    return take


def method(of: str, name: str, example: Example) -> Callable[[F], F]:
    """Register the function below as a method of the kind of value `of`."""

    def take(function: F) -> F:
        METHODS.setdefault(name, {})[of] = _builtin("method", name, function, example, of)
        return function

    return take


def _builtin(kind: Sort, name: str, function: Function, example: Example, of: str = "") -> Builtin:
    whole = inspect.signature(function)
    parameters = list(whole.parameters.values())[1 if kind == "function" else 2 :]
    shape = inspect.Signature(parameters)
    description = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())
    if example.aliases:
        description += f" Also written {', '.join(f'`{alias}`' for alias in example.aliases)}."
    signature = (f"{of}." if of else "") + name + _written(shape)
    if kind in {"filter", "test"} and not parameters:
        signature = name
    entry = Entry(kind, name, signature, description, example.text, example.result)
    return Builtin(entry, function, shape, example.lenient)


def _written(shape: inspect.Signature) -> str:
    """Write the parameters the way a recipe would: `(size, fill=none)`."""
    parts = []
    for parameter in shape.parameters.values():
        part = parameter.name
        if parameter.kind is parameter.VAR_POSITIONAL:
            part = f"*{part}"
        elif parameter.kind is parameter.VAR_KEYWORD:
            part = f"**{part}"
        elif parameter.default is not parameter.empty:
            part += f"={_default(parameter.default)}"
        parts.append(part)
    return f"({', '.join(parts)})"


def _default(value: object) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, str | int | float) else "…"


def find(kind: Sort, name: str) -> Builtin:
    """Return the filter, test or function `name`; raises `ExpressionError` with the nearest."""
    table = _TABLES[kind]
    found = table.get(name)
    if found is not None:
        return found
    raise _not_there(kind, name, table)


def find_method(name: str) -> Mapping[str, Builtin]:
    """Return the methods called `name`, by kind of value; raises `ExpressionError`."""
    found = METHODS.get(name)
    if found is not None:
        return found
    raise _not_there("method", name, METHODS)


def _not_there(kind: Sort, name: str, table: Mapping[str, object]) -> ExpressionError:
    mend = ELSEWHERE.get(name)
    if mend is not None:
        return ExpressionError(f"there is no {kind} `{name}`: {mend}")
    if kind == "filter" and name in METHODS:
        return ExpressionError(f"`{name}` is a method: write `.{name}(…)`")
    if kind == "method" and name in FILTERS:
        return ExpressionError(f"`{name}` is a filter: write `| {name}`")
    near = get_close_matches(name, sorted(table), 1)
    hint = f" — did you mean `{near[0]}`?" if near else ""
    return ExpressionError(
        f"there is no {kind} `{name}`{hint} (there are: {', '.join(sorted(table))})",
        suggestion=near[0] if near else None,
    )


def is_lenient(kind: Sort, name: str) -> bool:
    """Whether a filter or test takes what is not there, or its name is a slip of one that does."""
    table = _TABLES[kind]
    found = table.get(name)
    if found is not None:
        return found.lenient
    named = [one for one, builtin in table.items() if builtin.lenient]
    return bool(get_close_matches(name, named, 1, _SLIP))


_SLIP = 0.7
"""How much of two names must agree for one to be taken as a slip of the other."""


@lru_cache(maxsize=1024)
def check_call(builtin: Builtin, positional: int, keywords: tuple[str, ...]) -> str | None:
    """Return what is wrong with calling it so, or `None`."""
    try:
        builtin.shape.bind(*[None] * positional, **dict.fromkeys(keywords))
    except TypeError as error:
        return f"`{builtin.entry.signature}`: {error}"
    return None
