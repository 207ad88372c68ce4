"""What is known at a point: the types of names, and what earlier conditions have proved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import msgspec
from msgspec.structs import replace

from beeflow.recipe.typing import (
    ANYTHING,
    Never,
    OneOf,
    Record,
    Type,
    field_of,
    item_of,
    members,
    union,
)

Path: TypeAlias = tuple[str, ...]
"""A path from a name, such as `('trigger', 'data', 'status')`; items are numbered in it."""

Facts: TypeAlias = Mapping[Path, Type]
"""What is known of paths beyond the types of their names. Who has a fact is there, too."""


class Env(msgspec.Struct, frozen=True):
    """Names with their types, and facts about paths from them."""

    names: Mapping[str, Type] = msgspec.field(default_factory=dict)
    facts: Facts = msgspec.field(default_factory=dict)
    doubts: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Names that are set only where a condition held, with that condition as it is written."""

    def knowing(self, facts: Facts) -> Env:
        """Return what is known with these facts on top."""
        return replace(self, facts=on_top(self.facts, facts)) if facts else self

    def binding(self, names: Mapping[str, Type]) -> Env:
        """Return what is known where these names are set: nothing is known of former ones."""
        kept = {path: type_ for path, type_ in self.facts.items() if path[0] not in names}
        doubts = {name: held for name, held in self.doubts.items() if name not in names}
        return Env({**self.names, **names}, kept, doubts)

    def doubting(self, names: Iterable[str], held: str) -> Env:
        """Return what is known where these names are set only if a condition held."""
        return replace(self, doubts={**self.doubts, **dict.fromkeys(names, held)})

    def holding(self, held: str) -> Env:
        """Return what is known where a condition holds that is written so."""
        doubts = {name: test for name, test in self.doubts.items() if test != held}
        return replace(self, doubts=doubts) if len(doubts) < len(self.doubts) else self

    def at(self, path: Path) -> Type:
        """Return the type of what a path leads to; nothing is said about what is not there."""
        for end in range(len(path), 0, -1):
            known = self.facts.get(path[:end])
            if known is not None:
                return followed(known, path[end:])
        return followed(self.names.get(path[0], ANYTHING), path[1:])


def followed(type_: Type, path: Path) -> Type:
    """Return what a path of fields and numbers leads to; `ANYTHING` where it is not there."""
    for step in path:
        found = field_of(type_, step).type
        if isinstance(found, Never) and step.lstrip("-").isdigit():
            found = item_of(type_, int(step)).type
        if isinstance(found, Never):
            return ANYTHING
        type_ = found
    return type_


def on_top(known: Facts, more: Facts) -> dict[Path, Type]:
    """Return facts with more on top: those about parts of what is known better are held to it.

    Where there are more facts than people ever ask for, the names that they are about are not
    known any longer.
    """
    if not known or not more:
        return {**known, **more}
    facts = {**known, **more}
    if len(facts) > _MOST:
        return {(path[0],): ANYTHING for path in facts}
    for path, type_ in known.items():
        if len(path) == 1 or path in more or not _has_records(type_):
            continue
        for end in range(len(path) - 1, 0, -1):
            owner = more.get(path[:end])
            if owner is not None:
                _hold(facts, (path, type_), followed(owner, path[end:]))
    return facts


_MOST: Final = 400
"""Facts that are kept: a bound for hostile files, far above what others have."""


def _has_records(type_: Type) -> bool:
    return isinstance(type_, Record | OneOf) and any(
        isinstance(member, Record) for member in members(type_)
    )


def _hold(facts: dict[Path, Type], fact: tuple[Path, Type], newer: Type) -> None:
    """Keep of a part's alternatives those that its owner still has; without any, forget it."""
    path, type_ = fact
    there = {id(member) for member in members(newer)}
    kept = [member for member in members(type_) if id(member) in there]
    if kept:
        facts[path] = union(*kept)
    else:
        facts.pop(path, None)


def in_common(branches: Iterable[Facts]) -> dict[Path, Type]:
    """Return the facts that hold whichever of several branches was taken."""
    first, *others = branches
    return {
        path: union(type_, *(other[path] for other in others))
        for path, type_ in first.items()
        if all(path in other for other in others)
    }
