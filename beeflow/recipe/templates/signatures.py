"""What filters, tests, functions and methods take and give, as types: for the checker.

Each entry of the registry has its signature here, and a test holds that none is forgotten. It is
a file of its own because nothing of it is needed while recipes run.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.recipe.typing import (
    ANYTHING,
    BOOLEAN,
    LIST,
    MAPPING,
    NULL,
    NUMBER,
    TEXT,
    TIME,
    WHOLE,
    ListOf,
    Text,
    Type,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.recipe.templates.registry import Builtin


class Gives(Enum):
    """A result whose type depends on the value that something is applied to."""

    ITEM = "one of its items"
    ITEMS = "a list of its items"
    ROWS = "a list of lists of its items"
    SAME = "a text of a text, else a list of its items"
    PAIRS = "a list of pairs, a key and its value"
    VALUE = "one of its values"
    VALUES = "a list of its values"
    SECONDS = "a number of a text, a text of a number"
    DEFAULT = "itself, or what is given in its place"
    MAPPED = "a list of what is made of each item"
    CHOSEN = "a list of some of its items"


class Signature(msgspec.Struct, frozen=True):
    """What may be given, and what comes out.

    `takes` is what it is applied to (of a function: nothing), `arguments` what stands in its
    brackets, by name; those that are not listed may be anything. With the argument that `excuse`
    names it takes anything, and may give what that argument is.
    """

    takes: Type = ANYTHING
    gives: Type | Gives = ANYTHING
    arguments: Mapping[str, Type] = msgspec.field(default_factory=dict)
    excuse: str | None = None


PRINTABLE: Final = union(TEXT, NUMBER, BOOLEAN, TIME)
"""What is taken for text: `as_text` of `beeflow.recipe.templates.arguments`, and so on below."""

COUNTABLE: Final = union(LIST, MAPPING, TEXT)
NUMERIC: Final = union(NUMBER, BOOLEAN)
WHEN: Final = union(TIME, Text(form="time"), NUMBER)
SPAN: Final = union(Text(form="duration"), NUMBER)
_MAYBE_TEXT: Final = union(PRINTABLE, NULL)
_MAYBE_WHOLE: Final = union(WHOLE, NULL)
_ZONE: Final = union(Text(form="zone"), NULL)
_FORMAT: Final = union(Text(form="strftime"), NUMBER, BOOLEAN, TIME)
_CLOCK: Final = Text(form="clock")
_PATH: Final = union(Text(form="attribute"), WHOLE, NULL)
FLAG: Final = union(BOOLEAN, NUMBER)
"""What is true or false."""

_VALUE: Final = union(TEXT, NUMBER, BOOLEAN, TIME, NULL, LIST, MAPPING)
"""Anything but a store of names, which cannot be written."""

_TEXT: Final = Signature(PRINTABLE, TEXT)
_ANY_TEST: Final = Signature(ANYTHING, BOOLEAN)
_WHOLE_TEST: Final = Signature(NUMBER, BOOLEAN)
_COMPARISON: Final = Signature(ANYTHING, BOOLEAN)

FILTERS: Final[Mapping[str, Signature]] = {
    # text
    **dict.fromkeys(("upper", "lower", "capitalize", "title", "striptags", "escape"), _TEXT),
    "trim": Signature(PRINTABLE, TEXT, {"chars": _MAYBE_TEXT}),
    "replace": Signature(
        PRINTABLE, TEXT, {"old": PRINTABLE, "new": PRINTABLE, "count": _MAYBE_WHOLE}
    ),
    "truncate": Signature(PRINTABLE, TEXT, {"length": WHOLE, "end": PRINTABLE}),
    "center": Signature(PRINTABLE, TEXT, {"width": WHOLE}),
    "indent": Signature(PRINTABLE, TEXT, {"width": union(WHOLE, TEXT)}),
    "wordwrap": Signature(PRINTABLE, TEXT, {"width": WHOLE}),
    "wordcount": Signature(PRINTABLE, WHOLE),
    "urlencode": Signature(union(PRINTABLE, MAPPING), TEXT),
    "join": Signature(COUNTABLE, TEXT, {"d": PRINTABLE}),
    "string": Signature(_VALUE, TEXT),
    "json": Signature(_VALUE, TEXT),
    "mask": Signature(PRINTABLE, TEXT, {"keep": WHOLE}),
    "filesizeformat": Signature(NUMERIC, TEXT),
    # times
    "datetime": Signature(WHEN, TIME, {"timezone": _ZONE}),
    "date": Signature(WHEN, TEXT, {"format": _FORMAT}),
    "local": Signature(WHEN, TIME, {"timezone": _ZONE}),
    "plus": Signature(WHEN, TIME, {"duration": SPAN}),
    "minus": Signature(WHEN, TIME, {"duration": SPAN}),
    "duration": Signature(SPAN, Gives.SECONDS),
    "between": Signature(WHEN, BOOLEAN, {"start": _CLOCK, "end": _CLOCK}),
    "weekday": Signature(WHEN, BOOLEAN),
    # numbers
    "abs": Signature(NUMERIC, NUMBER),
    "round": Signature(
        NUMERIC,
        NUMBER,
        {"precision": WHOLE, "method": Text(frozenset({"common", "ceil", "floor"}))},
    ),
    "int": Signature(ANYTHING, WHOLE, {"base": WHOLE}, excuse="default"),
    "float": Signature(ANYTHING, NUMBER, excuse="default"),
    "number": Signature(union(TEXT, NUMERIC), NUMBER, excuse="default"),
    "sum": Signature(COUNTABLE, NUMBER, {"attribute": _PATH, "start": NUMERIC}),
    # lists and mappings
    "default": Signature(ANYTHING, Gives.DEFAULT),
    "length": Signature(COUNTABLE, WHOLE),
    **dict.fromkeys(("first", "last"), Signature(COUNTABLE, Gives.ITEM)),
    "list": Signature(COUNTABLE, Gives.ITEMS),
    "reverse": Signature(COUNTABLE, Gives.SAME),
    "sort": Signature(COUNTABLE, Gives.ITEMS, {"attribute": _PATH, "reverse": FLAG}),
    "unique": Signature(COUNTABLE, Gives.ITEMS, {"attribute": _PATH}),
    **dict.fromkeys(("min", "max"), Signature(COUNTABLE, Gives.ITEM, {"attribute": _PATH})),
    "items": Signature(MAPPING, Gives.PAIRS),
    "dictsort": Signature(MAPPING, Gives.PAIRS, {"by": Text(frozenset({"key", "value"}))}),
    "batch": Signature(COUNTABLE, Gives.ROWS, {"linecount": WHOLE}),
    "slice": Signature(COUNTABLE, Gives.ROWS, {"slices": WHOLE}),
    "map": Signature(COUNTABLE, Gives.MAPPED),
    **dict.fromkeys(("select", "reject"), Signature(COUNTABLE, Gives.CHOSEN)),
    **dict.fromkeys(
        ("selectattr", "rejectattr"), Signature(COUNTABLE, Gives.CHOSEN, {"attribute": _PATH})
    ),
    "groupby": Signature(COUNTABLE, LIST, {"attribute": _PATH}),
}

TESTS: Final[Mapping[str, Signature]] = {
    **dict.fromkeys(
        (
            "defined", "undefined", "none", "boolean", "true", "false", "integer", "float",
            "number", "string", "mapping", "sequence", "iterable",
        ),
        _ANY_TEST,
    ),
    **dict.fromkeys(("lower", "upper"), Signature(PRINTABLE, BOOLEAN)),
    **dict.fromkeys(("odd", "even"), _WHOLE_TEST),
    "divisibleby": Signature(NUMBER, BOOLEAN, {"num": WHOLE}),
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge", "in"), _COMPARISON),
}  # fmt: skip

FUNCTIONS: Final[Mapping[str, Signature]] = {
    "range": Signature(
        ANYTHING, ListOf(WHOLE), {"start": WHOLE, "stop": _MAYBE_WHOLE, "step": WHOLE}
    ),
    "datetime": Signature(ANYTHING, TIME, {"value": WHEN, "timezone": _ZONE}),
    "duration": Signature(ANYTHING, Gives.SECONDS, {"value": SPAN}),
}

_AFFIX: Final = union(PRINTABLE, LIST)
_TIME_GIVES: Final[Mapping[str, Type]] = {
    "timestamp": NUMBER,
    "isoformat": TEXT,
    "weekday": WHOLE,
    "isoweekday": WHOLE,
}

METHODS: Final[Mapping[tuple[str, str], Signature]] = {
    ("text", "startswith"): Signature(TEXT, BOOLEAN, {"prefix": _AFFIX}),
    ("text", "endswith"): Signature(TEXT, BOOLEAN, {"suffix": _AFFIX}),
    ("text", "removeprefix"): Signature(TEXT, TEXT, {"prefix": PRINTABLE}),
    ("text", "removesuffix"): Signature(TEXT, TEXT, {"suffix": PRINTABLE}),
    **{
        ("text", name): Signature(TEXT, TEXT, {"chars": _MAYBE_TEXT})
        for name in ("strip", "lstrip", "rstrip")
    },
    **{("text", name): Signature(TEXT, TEXT) for name in ("upper", "lower", "title", "capitalize")},
    **{
        ("text", name): Signature(TEXT, BOOLEAN)
        for name in ("isdigit", "isalpha", "isalnum", "isspace")
    },
    ("text", "replace"): FILTERS["replace"],
    **{
        ("text", name): Signature(TEXT, ListOf(TEXT), {"sep": _MAYBE_TEXT, "maxsplit": WHOLE})
        for name in ("split", "rsplit")
    },
    ("text", "splitlines"): Signature(TEXT, ListOf(TEXT)),
    ("text", "find"): Signature(TEXT, WHOLE, {"sub": PRINTABLE}),
    ("text", "count"): Signature(TEXT, WHOLE, {"sub": PRINTABLE}),
    ("text", "join"): Signature(TEXT, TEXT, {"items": COUNTABLE}),
    ("mapping", "get"): Signature(MAPPING, Gives.VALUE),
    ("mapping", "keys"): Signature(MAPPING, ListOf(TEXT)),
    ("mapping", "values"): Signature(MAPPING, Gives.VALUES),
    ("mapping", "items"): Signature(MAPPING, Gives.PAIRS),
    ("list", "index"): Signature(LIST, WHOLE),
    ("list", "count"): Signature(LIST, WHOLE),
    ("accessible", "get"): Signature(ANYTHING, Gives.VALUE, {"key": PRINTABLE}),
    **{("time", name): Signature(TIME, gives) for name, gives in _TIME_GIVES.items()},
}
"""By the kind of value that has the method, and its name."""

COMPARISONS: Final[Mapping[str, str]] = {
    "eq": "eq", "ne": "ne", "lt": "lt", "le": "lteq", "gt": "gt", "ge": "gteq", "in": "in",
}  # fmt: skip
"""The tests that compare, by name, with the operator that they stand for."""


def signature_of(builtin: Builtin, of: str = "") -> Signature:
    """Return the signature of something registered; of a method, for the kind of value `of`."""
    entry = builtin.entry
    if entry.kind == "method":
        return METHODS[of, entry.name]
    return {"filter": FILTERS, "test": TESTS, "function": FUNCTIONS}[entry.kind][entry.name]
