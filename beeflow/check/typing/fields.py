"""Fields and items of a value: what they are, and what is said when they are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jinja2 import nodes

from beeflow.check.nearness import nearest, slip_of
from beeflow.check.typing.nulls import mind_null, tell_null
from beeflow.check.typing.operators import is_a
from beeflow.check.typing.remarks import NoField, PartlyThere, WrongOperand
from beeflow.recipe.templates.references import path_of
from beeflow.recipe.typing import (
    ANYTHING,
    TEXT,
    Anything,
    ListOf,
    Never,
    Null,
    Number,
    Record,
    Store,
    Text,
    Time,
    Type,
    field_of,
    item_of,
    members,
    union,
)

if TYPE_CHECKING:
    from beeflow.check.typing.typer import Typer
    from beeflow.recipe.typing.access import Found


def field(typer: Typer, node: nodes.Getattr | nodes.Getitem, owner: Type, name: str) -> Type:
    """Return the type of `owner.name`."""
    if isinstance(owner, Store):
        guarded_field(typer, node, (owner, name))
    return _looked_up(typer, node, field_of(owner, name), (owner, name))


def item(typer: Typer, node: nodes.Getitem, owner: Type, key: Type) -> Type:
    """Return the type of `owner[key]`, where the key is not a text that is written out."""
    number = _number(key)
    if _is_no_number(key) and all(isinstance(one, ListOf) for one in members(owner)):
        why = f"the items of a list have numbers, and `{typer.source(node.arg)}` {is_a(key)}"
        typer.tell(WrongOperand(why, typer.place(node.arg)))
        return ANYTHING
    if number is None and any(isinstance(one, _KEYED) for one in members(owner)):
        return ANYTHING
    found = item_of(owner, number)
    if found.nowhere and not any(isinstance(one, Record | Null) for one in members(owner)):
        why = f"only a list, a text or a mapping has items; `{typer.source(node.node)}` "
        typer.tell(WrongOperand(why + is_a(owner), typer.place(node.node)))
        return ANYTHING
    name = typer.source(node.arg) if number is None else str(number)
    return _looked_up(typer, node, found, (owner, name))


_KEYED = (Record, Store, Anything)


def guarded(typer: Typer, remark: NoField, beside: Type | None = None) -> None:
    """Remark on a field that is asked for, and is most likely a slip of one that there is.

    Or it is looked for at the wrong place: in a field of the owner it is, or of what is `beside`.
    Any other name is taken as it is: who asks whether something is there, knows that it may not
    be documented.
    """
    owner, name = remark.owner, remark.name
    found = field_of(owner, name)
    stores = [one for one in members(owner) if isinstance(one, Store)]
    if not stores and not (found.nowhere and found.lacking):
        return
    known = [name for record in found.lacking for name in record.fields]
    own = [name for store in stores for name in store.fields]
    known += own
    if name in known:
        return
    above = [one for one in members(beside) if isinstance(one, Record)] if beside else []
    nests = [
        one.fields[nest] for one in (*found.lacking, *above) for nest in _NESTS & set(one.fields)
    ]
    if slip_of(name, known) or nearest(name, own, _OWN) or any(_has(one, name) for one in nests):
        typer.tell(remark)


_NESTS: Final = frozenset({"data", "event"})
"""Fields whose own fields are looked for beside them."""


_OWN: Final = 0.75
"""How much two names must agree for one to be a slip of the other, where both are the recipe's."""


def _has(type_: Type, name: str) -> bool:
    return not isinstance(field_of(type_, name).type, Never | Anything)


def _is_no_number(key: Type) -> bool:
    kinds = (Text, Record, ListOf, Store, Null, Time)
    return all(isinstance(one, kinds) for one in members(key))


def _number(key: Type) -> int | None:
    if isinstance(key, Number) and key.values is not None and len(key.values) == 1:
        (only,) = key.values
        return only if isinstance(only, int) else None
    return None


def sliced(typer: Typer, node: nodes.Getitem, owner: Type) -> Type:
    """Return the type of `owner[start:stop]`."""
    parts: list[Type] = []
    for member in members(owner):
        match member:
            case ListOf():
                parts.append(ListOf(member.item))
            case Text():
                parts.append(TEXT)
            case Anything():
                parts.append(ANYTHING)
            case _:
                continue
    if parts or isinstance(owner, Never):
        return union(*parts)
    if _only_null(members(owner)):
        tell_null(typer, node.node, "it has no parts")
    else:
        why = f"only a list or a text has parts; `{typer.source(node.node)}` {is_a(owner)}"
        typer.tell(WrongOperand(why, typer.place(node.node)))
    return ANYTHING


def guarded_field(
    typer: Typer,
    node: nodes.Getattr | nodes.Getitem,
    asked: tuple[Type, str],
    beside: Type | None = None,
) -> None:
    """Remark on `owner.name is defined` and its like, where the name is a slip."""
    owner, name = asked
    place, whose = _name_place(typer, node), typer.source(node.node)
    guarded(typer, NoField(whose, owner, name, place, path_of(node), guarded=True), beside)


def guarded_key(typer: Typer, key: nodes.Node, owner: Type, written: nodes.Node) -> None:
    """Remark on `mapping.get('name')` and `'name' in mapping`, where the name is a slip."""
    if isinstance(key, nodes.Const) and isinstance(key.value, str):
        offset, length = typer.place(key)
        path, whose, name = path_of(written), typer.source(written), key.value
        whole = None if path is None else (*path, name)
        guarded(typer, NoField(whose, owner, name, (offset + 1, length - 2), whole, guarded=True))


def _looked_up(
    typer: Typer,
    node: nodes.Getattr | nodes.Getitem,
    found: Found,
    asked: tuple[Type, str],
) -> Type:
    owner, name = asked
    if not found.lacking and not found.wrong:
        return found.type
    whose, place = typer.source(node.node), _name_place(typer, node)
    if found.nowhere:
        if _only_null((*found.lacking, *found.wrong)):
            tell_null(typer, node.node, f"null has no field `{name}`")
        else:
            typer.tell(NoField(whose, owner, name, place, path_of(node)))
        return ANYTHING
    if found.lacking:
        typer.tell(PartlyThere(whose, name, found.lacking, place, path_of(node)))
    else:
        mind_null(typer, node.node, union(*found.wrong), f"null has no field `{name}`")
    return found.type


def _name_place(typer: Typer, node: nodes.Getattr | nodes.Getitem) -> tuple[int, int]:
    """Return where the name stands, without the quotes around it."""
    offset, length = typer.syntax.name_place(node)
    quoted = typer.syntax.text[offset : offset + 1] in {"'", '"'}
    return (offset + 1, length - 2) if quoted else (offset, length)


def _only_null(wrong: tuple[Type, ...]) -> bool:
    return all(isinstance(member, Null) for member in wrong)
