"""The shape of what is not known yet, as far as it is documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.recipe.typing import (
    Anything,
    ListOf,
    Record,
    Type,
    described,
    field_of,
    item_of,
    items_of,
    members,
)

if TYPE_CHECKING:
    from beeflow.recipe.typing.access import Found


class Documented(msgspec.Struct, frozen=True):
    """A type as the shape of an unknown value. What its type lets pass, it lets pass."""

    type: Type

    @property
    def words(self) -> str:
        """The kind in words: `a text`."""
        return described(self.type)

    @property
    def fields(self) -> tuple[str, ...] | None:
        """The names of its fields; None for what has none, or any."""
        records = [one for one in members(self.type) if isinstance(one, Record)]
        names = dict.fromkeys(name for record in records for name in record.fields)
        return tuple(names) or None

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """Its fields with what each will be, for a reader; of a list, those of an item."""
        if isinstance(self.type, ListOf):
            inner = Documented(self.type.item).told
            return tuple((f"[…].{name}", kind) for name, kind in inner)
        records = [one for one in members(self.type) if isinstance(one, Record)]
        told = {name: described(kind) for one in records for name, kind in one.fields.items()}
        return tuple(told.items())

    def step(self, name: str | int) -> Documented | None:
        """Return the shape of a field or an item; raises `LookupError` where there is none."""
        found = item_of(self.type, name) if isinstance(name, int) else field_of(self.type, name)
        return _shape(found)

    def element(self) -> Documented | None:
        """Return the shape of what a loop over it finds; raises `LookupError` where it cannot."""
        if any(isinstance(one, Record) for one in members(self.type)):
            return None  # a loop over a mapping goes over its keys and values
        return _shape(items_of(self.type))


def _shape(found: Found) -> Documented | None:
    if found.nowhere:
        raise LookupError
    return None if isinstance(found.type, Anything) else Documented(found.type)
