"""Operators on types: what `+`, `<`, `==` and `in` can do, as `recipe.templates.operators` does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from jinja2 import nodes
from msgspec.structs import replace

from beeflow.check.typing.nulls import mind_null, tell_null
from beeflow.check.typing.relations import complaint, have_order, is_single, may_equal, reads_as
from beeflow.check.typing.remarks import NeverEqual, WrongOperand
from beeflow.recipe.templates.references import path_of
from beeflow.recipe.typing import (
    ANYTHING,
    LIST,
    NUMBER,
    TEXT,
    WHOLE,
    Anything,
    Boolean,
    ListOf,
    Never,
    Null,
    Number,
    Record,
    Store,
    Text,
    Time,
    Type,
    described,
    members,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.check.typing.env import Env
    from beeflow.check.typing.typer import Typer

Pair = tuple[nodes.Node, nodes.Node]
Types = tuple[Type, Type]

SIGNS: Final[Mapping[str, str]] = {
    "eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=",
    "in": "in", "notin": "not in",
}  # fmt: skip


def is_a(type_: Type) -> str:
    """Return `is a text`, for a message."""
    return f"is {described(type_)}"


def is_duration(type_: Type) -> bool:
    """Whether it is a text that is written as a duration."""
    if not isinstance(type_, Text):
        return False
    values = type_.values or ()
    return type_.form == "duration" or (
        bool(values) and all(complaint("duration", value) is None for value in values)
    )


# --- arithmetic ------------------------------------------------------------------------------


def arithmetic(typer: Typer, node: nodes.BinExpr, env: Env) -> Type:
    """Return the type of `a + b` and its like."""
    left, right = typer.type_of(node.left, env), typer.type_of(node.right, env)
    results = [
        _worked_out(node.operator, one, two) for one in members(left) for two in members(right)
    ]
    possible = [result for result in results if result is not None]
    if possible:
        for part, type_ in ((node.left, left), (node.right, right)):
            mind_null(typer, part, type_, f"`{node.operator}` needs a value")
        return union(*possible)
    if not _certain_null(typer, (node.left, node.right), (left, right), node.operator):
        parts = (described(left), described(right))
        why = f"{parts[0]} {node.operator} {parts[1]} does not go together"
        typer.tell(WrongOperand(why, typer.place(node), _mend(node.operator, left, right)))
    return ANYTHING


def _worked_out(sign: str, left: Type, right: Type) -> Type | None:
    """Return the type of a result, or None where there is none."""
    if isinstance(left, Anything | Never) or isinstance(right, Anything | Never):
        return _half_known(sign, left, right)
    match left, right:
        case (Number() | Boolean(), Number() | Boolean()):
            whole = isinstance(left, Number) and left.whole and sign in {"+", "-", "*"}
            return WHOLE if whole and isinstance(right, Number) and right.whole else NUMBER
        case (Text(), Text()) if sign == "+":
            return TEXT
        case (ListOf(), ListOf()) if sign == "+":
            return ListOf(union(left.item, right.item))
        case (Text() | ListOf() as repeated, Number() | Boolean()) if sign == "*":
            return _repeated(repeated)
        case (Number() | Boolean(), Text() | ListOf() as repeated) if sign == "*":
            return _repeated(repeated)
        case (Time(), Time()) if sign == "-":
            return NUMBER
        case _:
            return None


def _half_known(sign: str, left: Type, right: Type) -> Type:
    """Return the type of a result one of whose sides is not known: all but + and * give numbers."""
    if sign not in {"+", "*"}:
        return NUMBER
    known = right if isinstance(left, Anything | Never) else left
    match known:
        case Number() | Boolean() if sign == "+":
            return NUMBER
        case Text() if sign == "+":
            return TEXT
        case ListOf() if sign == "+":
            return LIST
        case _:
            return ANYTHING


def _repeated(type_: Text | ListOf) -> Type:
    return TEXT if isinstance(type_, Text) else ListOf(type_.item)


def _mend(sign: str, left: Type, right: Type) -> str | None:
    texts = isinstance(left, Text) or isinstance(right, Text)
    if isinstance(left, Time) and sign == "+":
        return "a time is moved with a filter: write `| plus('15m')`"
    if isinstance(left, Time) and sign == "-":
        return "write `| minus('15m')` for a duration, `| datetime` behind what is a time"
    if isinstance(right, Time) and sign == "-":
        return "write `| datetime` behind what is a time"
    if sign == "+" and texts:
        number = isinstance(left, Number) or isinstance(right, Number)
        return "write ~ to join texts" + (", or `| number` to reckon with one" if number else "")
    if texts and (isinstance(left, Number) or isinstance(right, Number)):
        return "make a number of the text: `| number`"
    return None


# --- comparison ------------------------------------------------------------------------------


class Asked(msgspec.Struct, frozen=True):
    """A comparison: its sides, their types, and what is known where it stands.

    `left` is how the left side is called, where it is not written there (an item of a list).
    """

    op: str
    parts: Pair
    types: Types
    env: Env | None = None
    left: str | None = None


def comparison(typer: Typer, asked: Asked) -> None:
    """Remark on a comparison that cannot hold, or cannot be asked."""
    op, parts, types = asked.op, asked.parts, asked.types
    if op in {"in", "notin"}:
        _membership(typer, asked)
    elif op in {"eq", "ne"}:
        null = any(isinstance(one, Null) for one in types) and not _always_null(asked)
        if not may_equal(*types) and not null:
            _never_equal(typer, asked)
    elif have_order(*types):
        for part, type_ in zip(parts, types, strict=True):
            mind_null(typer, part, type_, "null has no order")
    elif not _certain_null(typer, parts, types, SIGNS[op]):
        why = f"{described(types[0])} and {described(types[1])} have no order"
        typer.tell(WrongOperand(why, _whole(typer, parts), _order_mend(*types)))


def _always_null(asked: Asked) -> bool:
    """Whether a field of the trigger is compared that is never there, such as its `name`."""
    sides = zip(asked.parts, asked.types, strict=True)
    paths = [path_of(part) for part, type_ in sides if isinstance(type_, Null)]
    return any(path is not None and path[0] == "trigger" for path in paths)


def _order_mend(left: Type, right: Type) -> str | None:
    both = [member for one in (left, right) for member in members(one)]
    kinds = {type(member) for member in both}
    if Number in kinds and any(is_duration(member) for member in both):
        return "make seconds of the duration: `| duration`"
    texts = [member for member in both if isinstance(member, Text) and member.values]
    if Number in kinds and any(reads_as(text, "time") for text in texts):
        return "make seconds of the time: `('2026-12-01 09:00' | datetime).timestamp()`"
    if {Number, Text} <= kinds:
        return "make a number of the text: `| number`"
    if Time in kinds and any(reads_as(text, "clock") for text in texts):
        return "to ask for the time of day, write `| between('09:00', '17:00')`"
    if Time in kinds:
        return "make a time of the other: `| datetime`"
    return None


def _whole(typer: Typer, parts: Pair) -> tuple[int, int]:
    start = typer.place(parts[0])[0]
    return start, sum(typer.place(parts[1])) - start


def _never_equal(typer: Typer, asked: Asked, place: tuple[int, int] | None = None) -> None:
    """Remark on what is never equal; asking for null is fine, and hardly ever gets here."""
    parts, types = asked.parts, asked.types
    left, right = asked.left or typer.source(parts[0]), typer.source(parts[1])
    excluded = may_equal(_before(asked, 0), _before(asked, 1))
    place = place or _at_fault(typer, asked)
    typer.tell(NeverEqual(left, right, types, SIGNS[asked.op], place, excluded))


def _before(asked: Asked, side: int) -> Type:
    """Return the type that a path has where no condition has said more of it."""
    path = path_of(asked.parts[side])
    if asked.env is None or path is None:
        return asked.types[side]
    return replace(asked.env, facts={}).at(path)


def _at_fault(typer: Typer, asked: Asked) -> tuple[int, int]:
    """Return the place of the side that is written out, else of both."""
    for part, type_ in zip(asked.parts[::-1], asked.types[::-1], strict=True):
        written = not isinstance(part, nodes.Name | nodes.Getattr)
        if is_single(type_) and written and (part is asked.parts[1] or asked.left is None):
            return typer.place(part)
    return _whole(typer, asked.parts)


def _membership(typer: Typer, asked: Asked) -> None:
    parts, (wanted, container) = asked.parts, asked.types
    holders = [one for one in members(container) if not isinstance(one, Null)]
    if not holders:
        _certain_null(typer, (parts[1],), (container,), SIGNS[asked.op])
    elif isinstance(parts[1], nodes.List | nodes.Tuple) and isinstance(container, ListOf):
        _among(typer, asked, parts[1].items, container.parts or ())
    elif not any(_holds(wanted, holder) for holder in holders):
        _cannot_hold(typer, asked, union(*holders))
    else:
        mind_null(typer, parts[1], container, "nothing is in null")
        if all(isinstance(holder, Text) for holder in holders):
            mind_null(typer, parts[0], wanted, "a text holds texts only")


def _among(typer: Typer, asked: Asked, listed: list[nodes.Expr], types: tuple[Type, ...]) -> None:
    """Remark on the items of a list that is written out that can never be the one.

    One of another kind is fine beside one that fits: `in [1, '1']` is on the safe side.
    """
    wanted = asked.types[0]
    if any(isinstance(type_, Null) for type_ in types):
        return
    some = any(may_equal(wanted, type_) for type_ in types)
    for item, type_ in zip(listed, types, strict=False):
        kinds = {type(member) for member in members(wanted)}
        fine = some and (type(type_) not in kinds or asked.left is not None)
        if fine or may_equal(wanted, type_):
            continue
        told = replace(asked, parts=(asked.parts[0], item), types=(wanted, type_))
        _never_equal(typer, told, typer.place(item))


def _holds(wanted: Type, holder: Type) -> bool:
    """Whether a value may be in a container; whether asking for it fails, is asked elsewhere."""
    match holder:
        case Anything() | Never() | Store():
            return True
        case ListOf():
            return isinstance(holder.item, Never) or may_equal(wanted, holder.item)
        case Text():
            return any(isinstance(one, Text | Anything | Never) for one in members(wanted))
        case Record(extent="closed", fields=fields):
            keys = wanted.values if isinstance(wanted, Text) else None
            return keys is None or bool(keys & fields.keys())
        case Record():
            return True
        case _:
            return False


def _cannot_hold(typer: Typer, asked: Asked, holder: Type) -> None:
    parts, wanted = asked.parts, asked.types[0]
    if isinstance(holder, ListOf | Record):
        item = holder.item if isinstance(holder, ListOf) else holder
        _never_equal(typer, replace(asked, types=(wanted, item), env=None))
    elif isinstance(holder, Text):
        why = f"a text holds texts only, and `{typer.source(parts[0])}` {is_a(wanted)}"
        typer.tell(WrongOperand(why, typer.place(parts[0]), "make a text of it: `| string`"))
    else:
        why = f"`{SIGNS[asked.op]}` takes a list, a text or a mapping; "
        why += f"`{typer.source(parts[1])}` {is_a(holder)}"
        typer.tell(WrongOperand(why, typer.place(parts[1])))


# --- null ------------------------------------------------------------------------------------


def _certain_null(
    typer: Typer, parts: tuple[nodes.Node, ...], types: tuple[Type, ...], sign: str
) -> bool:
    """Remark on a value that is null for certain; says whether there is one."""
    for part, type_ in zip(parts, types, strict=True):
        if isinstance(type_, Null):
            tell_null(typer, part, f"`{sign}` needs a value")
            return True
    return False
