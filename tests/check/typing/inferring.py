"""Inferring one expression or template, with names of some types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from beeflow.check.typing import statements
from beeflow.check.typing.env import Env
from beeflow.check.typing.narrowing import narrowed
from beeflow.check.typing.typer import Typer
from beeflow.recipe.templates.syntax import parse
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
    Null,
    Record,
    Store,
    Text,
    Type,
    described,
    literal,
    union,
)

if TYPE_CHECKING:
    from beeflow.check.typing.remarks import Remark

STATUS = Text(frozenset({"idle", "live", "done"}))
POLL = Record({"poll_ref": TEXT, "votes": WHOLE, "note": union(TEXT, NULL)}, title="a poll")
LATE = Record({"timed_out": literal(True)}, required=frozenset({"timed_out"}), title="late")
CAME = Record(
    {"timed_out": literal(False), "data": POLL, "kind": literal("webhook")},
    required=frozenset({"timed_out", "data"}),
)

NAMES: dict[str, Type] = {
    "any": ANYTHING,
    "flag": BOOLEAN,
    "count": WHOLE,
    "ratio": NUMBER,
    "word": TEXT,
    "maybe": union(TEXT, NULL),
    "seldom": union(TEXT, Null(seldom=True)),
    "nothing": NULL,
    "status": STATUS,
    "time": TIME,
    "date": Text(form="time"),
    "span": Text(form="duration"),
    "list": LIST,
    "words": ListOf(TEXT),
    "numbers": ListOf(WHOLE),
    "perhaps": union(ListOf(TEXT), NULL),
    "poll": POLL,
    "polls": ListOf(POLL),
    "open": MAPPING,
    "got": union(CAME, LATE),
    "store": Store(TEXT),
    "mixed": union(TEXT, WHOLE),
    "needed": Record({"a": TEXT}, required=frozenset({"a"})),
}
ENV = Env(NAMES)


def infer(text: str, env: Env = ENV) -> tuple[Type, list[Remark]]:
    """Return the type of an expression, and what is remarkable in it."""
    told: list[Remark] = []
    syntax = parse(text, "expression")
    return Typer(syntax, told.append).type_of(syntax.node, env), told


def words(text: str, env: Env = ENV) -> str:
    """Return the type of an expression in words; nothing in it may be remarkable."""
    type_, told = infer(text, env)
    assert told == []
    return described(type_)


def remarks(text: str, env: Env = ENV) -> list[tuple[str, str]]:
    """Return the kinds of remarks on an expression, each with the characters it is about."""
    _, told = infer(text, env)
    return [shown(text, one) for one in told]


def asked(text: str) -> list[tuple[str, str]]:
    """Return the remarks on an expression that is asked as a condition."""
    told: list[Remark] = []
    syntax = parse(text, "expression")
    Typer(syntax, told.append).condition(syntax.node, ENV)
    return [shown(text, one) for one in told]


def rendered(text: str) -> list[tuple[str, str]]:
    """Return the remarks on a template."""
    told: list[Remark] = []
    syntax = parse(text, "template")
    assert isinstance(syntax.node, nodes.Template)
    statements.body(Typer(syntax, told.append), syntax.node.body, ENV)
    return [shown(text, one) for one in told]


def known(text: str, path: str, *, holds: bool = True, env: Env = ENV) -> str:
    """Return what is known of a path once an expression holds, or does not."""
    node = parse(text, "expression").node
    return described(env.knowing(narrowed(node, env, holds=holds)).at(tuple(path.split("."))))


def shown(text: str, one: Remark) -> tuple[str, str]:
    """Return the kind of a remark and what it is about."""
    offset, length = one.place
    return type(one).__name__, text[offset : offset + length]
