"""Fields and items of a value: what they are, and what is said when they are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from beeflow.check.nearness import slip_of
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
    Type,
    field_of,
    item_of,
    members,
    union,
)

if TYPE_CHECKING:
    from beeflow.check.typing.env import Path
    from beeflow.check.typing.typer import Typer
    from beeflow.recipe.typing.access import Found


def field(typer: Typer, node: nodes.Getattr | nodes.Getitem, owner: Type, name: str) -> Type:
    """Return the type of `owner.name`."""
    if isinstance(owner, Store):
        guarded_field(typer, node, owner, name)
    return _looked_up(typer, node, field_of(owner, name), (owner, name))


def item(typer: Typer, node: nodes.Getitem, owner: Type, key: Type) -> Type:
    """Return the type of `owner[key]`, where the key is not a text that is written out."""
    number = _number(key)
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


def guarded(
    typer: Typer, place: tuple[int, int], owner: Type, asked: tuple[str, str], path: Path | None
) -> None:
    """Remark on a field that is asked for, and is most likely a slip of one that there is.

    `asked` is how the owner is written, and the name. Any other name is taken as it is: who asks
    whether something is there, knows that it may not be documented.
    """
    whose, name = asked
    found = field_of(owner, name)
    stores = [one for one in members(owner) if isinstance(one, Store)]
    if not stores and not (found.nowhere and found.lacking):
        return
    known = [name for record in found.lacking for name in record.fields]
    known += [name for store in stores for name in store.fields]
    if name in known:
        return
    inner = [record.fields["data"] for record in found.lacking if "data" in record.fields]
    inside = any(not isinstance(field_of(one, name).type, Never | Anything) for one in inner)
    if inside or slip_of(name, known) is not None:
        typer.tell(NoField(whose, owner, name, place, path, guarded=True))


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
    typer: Typer, node: nodes.Getattr | nodes.Getitem, owner: Type, name: str
) -> None:
    """Remark on `owner.name is defined` and its like, where the name is a slip."""
    place = _name_place(typer, node)
    guarded(typer, place, owner, (typer.source(node.node), name), path_of(node))


def guarded_key(typer: Typer, key: nodes.Node, owner: Type, written: nodes.Node) -> None:
    """Remark on `mapping.get('name')` and `'name' in mapping`, where the name is a slip."""
    if isinstance(key, nodes.Const) and isinstance(key.value, str):
        offset, length = typer.place(key)
        path, asked = path_of(written), (typer.source(written), key.value)
        whole = None if path is None else (*path, key.value)
        guarded(typer, (offset + 1, length - 2), owner, asked, whole)


def _looked_up(
    typer: Typer,
    node: nodes.Getattr | nodes.Getitem,
    found: Found,
    asked: tuple[Type, str],
) -> Type:
    owner, name = asked
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
