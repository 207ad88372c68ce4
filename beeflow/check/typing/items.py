"""What filters on lists give: an item, items in another order, an attribute of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from beeflow.check.typing import operators
from beeflow.check.typing.fields import guarded, guarded_key
from beeflow.check.typing.relations import misfits
from beeflow.check.typing.remarks import MaybeNull, NoField, WrongArgument
from beeflow.errors import ExpressionError
from beeflow.recipe.templates.access import attribute_path
from beeflow.recipe.templates.builtins import FILTERS, TESTS
from beeflow.recipe.templates.registry import check_call, find
from beeflow.recipe.templates.signatures import COMPARISONS, NUMERIC, Gives, signature_of
from beeflow.recipe.typing import (
    ANYTHING,
    NUMBER,
    TEXT,
    Anything,
    ListOf,
    Never,
    Null,
    Number,
    Record,
    Store,
    Text,
    Type,
    described,
    field_of,
    item_of,
    items_of,
    listing,
    members,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.check.typing.typer import Typer

Given = tuple[nodes.Node, Type]
Applied = nodes.Filter | nodes.Call


def given_by(
    typer: Typer, node: Applied, applied: tuple[Gives, Type], given: Mapping[str, Given]
) -> Type:
    """Return the type of a result that depends on what a filter or method is applied to."""
    gives, subject = applied
    if gives is Gives.SECONDS:
        return union(*(_seconds(member) for member in members(subject)))
    if gives is Gives.SAME:
        texts = [TEXT for member in members(subject) if isinstance(member, Text)]
        rest = union(*(one for one in members(subject) if not isinstance(one, Text)))
        return union(*texts, *([] if isinstance(rest, Never) else [ListOf(_item(rest))]))
    if gives in {Gives.VALUE, Gives.VALUES, Gives.PAIRS}:
        return _of_mapping(typer, node, (gives, subject), given)
    item = _item(subject)
    if "attribute" in given and gives is not Gives.MAPPED and gives is not Gives.CHOSEN:
        attribute(typer, given["attribute"], item)
    match gives:
        case Gives.ITEM:
            return ANYTHING if isinstance(item, Never) else item
        case Gives.ITEMS:
            return ListOf(item)
        case Gives.ROWS:
            return ListOf(ListOf(item))
        case Gives.MAPPED:
            return ListOf(_mapped(typer, node, item, given))
        case _:
            _chosen(typer, item, given)
            return ListOf(item)


def _item(subject: Type) -> Type:
    return items_of(subject, texts=True).type


def _seconds(member: Type) -> Type:
    match member:
        case Text():
            return NUMBER
        case Number():
            return Text(form="duration")
        case _:
            return ANYTHING


def _of_mapping(
    typer: Typer, node: Applied, applied: tuple[Gives, Type], given: Mapping[str, Given]
) -> Type:
    gives, subject = applied
    values = union(*(_value(member) for member in members(subject)))
    if gives is Gives.VALUES:
        return ListOf(values)
    if gives is Gives.PAIRS:
        return ListOf(listing((TEXT, values)))
    key = given.get("key", (None, ANYTHING))[1]
    default = given["default"][1] if "default" in given else Null(isinstance(subject, Store))
    if isinstance(key, Text) and key.values is not None and len(key.values) == 1:
        (name,) = key.values
        found = field_of(subject, name)
        if isinstance(node.node, nodes.Getattr):
            guarded_key(typer, given["key"][0], subject, node.node.node)
        stores = [one for one in members(subject) if isinstance(one, Store)]
        if found.nowhere or any(name not in one.fields for one in stores):
            return ANYTHING
        return union(found.type, default) if found.lacking or stores else found.type
    return ANYTHING


def _value(member: Type) -> Type:
    if not isinstance(member, Record) or member.extent != "closed":
        return ANYTHING
    return union(*member.fields.values())


# --- attributes ------------------------------------------------------------------------------


def attribute(typer: Typer, given: Given, item: Type, *, lenient: bool = False) -> Type:
    """Return the type of an item's `attribute`; remarks on a path that is not there."""
    node, type_ = given
    if not isinstance(node, nodes.Const) or node.value is None:
        return ANYTHING
    if isinstance(node.value, str) and "," in node.value:
        return ANYTHING
    try:
        path = attribute_path(node.value)
    except ExpressionError:
        return ANYTHING
    del type_
    owner, whose = item, "item"
    for at, step in enumerate(path):
        found = item_of(owner, step) if isinstance(step, int) else field_of(owner, step)
        if lenient and isinstance(step, str):
            place = _part(typer, node, path, at)
            guarded(typer, NoField(whose, owner, step, place, guarded=True))
        if found.nowhere and not lenient:
            if all(isinstance(one, Null) for one in (*found.lacking, *found.wrong)):
                use = f"null has no field `{step}`"
                typer.tell(MaybeNull(whose, use, _part(typer, node, path, at)))
            else:
                typer.tell(NoField(whose, owner, str(step), _part(typer, node, path, at)))
            return ANYTHING
        owner, whose = found.type, f"{whose}.{step}"
    return ANYTHING if isinstance(owner, Never) else owner


def _part(typer: Typer, node: nodes.Const, path: tuple[str | int, ...], at: int) -> tuple[int, int]:
    """Return where a step of a path stands, within the quotes of a text."""
    offset, length = typer.place(node)
    before = ".".join(str(step) for step in path[:at])
    start = offset + 1 + len(before) + bool(before)
    step = str(path[at])
    written = typer.syntax.text[start : start + len(step)]
    return (start, len(step)) if written == step else (offset, length)


# --- map, select and their like --------------------------------------------------------------


def _mapped(typer: Typer, node: Applied, item: Type, given: Mapping[str, Given]) -> Type:
    if "args0" not in given:
        if "attribute" not in given:
            why = "map takes attribute='name', or the name of a filter in quotes"
            typer.tell(WrongArgument(why, typer.place(node)))
            return ANYTHING
        default = given.get("default")
        found = attribute(typer, given["attribute"], item, lenient=default is not None)
        return found if default is None else union(found, default[1])
    named = given["args0"]
    builtin = _named(typer, "filter", given)
    if builtin is None:
        return ANYTHING
    signature = signature_of(FILTERS[builtin])
    if signature.excuse is None:
        _each(typer, named, item, (signature.takes, f"the filter `{builtin}`"))
    return ANYTHING if isinstance(signature.gives, Gives) else signature.gives


def _chosen(typer: Typer, item: Type, given: Mapping[str, Given]) -> None:
    subject = item
    if "attribute" in given:
        asks = given.get("args0", (None, ANYTHING))[0]
        there = isinstance(asks, nodes.Const) and asks.value in {"defined", "undefined"}
        subject = attribute(typer, given["attribute"], item, lenient=there)
    if "args0" not in given:
        return
    builtin = _named(typer, "test", given)
    if builtin is None:
        return
    op = COMPARISONS.get(TESTS[builtin].entry.name)
    if op is None:
        takes = signature_of(TESTS[builtin]).takes
        _each(typer, given["args0"], subject, (takes, f"the test `{builtin}`"))
    elif "args1" in given:
        node = given.get("attribute", given["args0"])[0]
        called = (
            f"item.{node.value}"
            if "attribute" in given and isinstance(node, nodes.Const)
            else "item"
        )
        other, type_ = given["args1"]
        asked = operators.Asked(op, (node, other), (subject, type_), left=called)
        operators.comparison(typer, asked)


def _named(typer: Typer, sort: str, given: Mapping[str, Given]) -> str | None:
    """Return the filter or test that is named; remarks on one that there is not."""
    node = given["args0"][0]
    if not isinstance(node, nodes.Const) or not isinstance(node.value, str):
        return None
    try:
        builtin = find("filter" if sort == "filter" else "test", node.value)
    except ExpressionError as error:
        typer.tell(WrongArgument(error.message, typer.place(node), error.suggestion))
        return None
    listed = [name for name in given if name.startswith("args")]
    named = tuple(name for name in given if not name.startswith("args") and name != "attribute")
    wrong = check_call(builtin, len(listed) - 1, named)
    if wrong is not None:
        typer.tell(WrongArgument(wrong, typer.place(node)))
        return None
    return node.value


def _each(typer: Typer, named: Given, item: Type, asked: tuple[Type, str]) -> None:
    wanted, what = asked
    if isinstance(item, Anything | Never) or misfits(wanted, item) != members(item):
        return
    why = f"{what} takes {described(wanted)}, and each item is {described(item)}"
    typer.tell(WrongArgument(why, typer.place(named[0])))


def looked_at(typer: Typer, node: nodes.Filter, subject: Type, given: Mapping[str, Given]) -> None:
    """Look at the attribute of a filter whose result does not depend on it; and at a sum."""
    item = _item(subject)
    found: Type = ANYTHING
    if "attribute" in given:
        found = attribute(typer, given["attribute"], item, lenient="default" in given)
    elif node.name == "sum":
        found = item
    if node.name == "sum" and node.node is not None:
        _each(typer, given.get("attribute", (node.node, item)), found, (NUMERIC, "`sum`"))


def _item_called(given: Given | None) -> str:
    """Return how the attribute of an item is called in a message."""
    node = None if given is None else given[0]
    return f"item.{node.value}" if isinstance(node, nodes.Const) else "item"
