"""What inference comes upon: facts about a text, which rules put into words.

`place` is offset and length in the characters of the text, `path` the path that is spoken of,
where it is one: the same at several places is one cause (`cause_of`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.check.scopes import Name
    from beeflow.check.typing.env import Path
    from beeflow.recipe.model import Expr, Template
    from beeflow.recipe.templates.syntax import Place
    from beeflow.recipe.typing import Record, Type


class NoField(msgspec.Struct, frozen=True):
    """`owner` has no field `name`, as far as it is documented. `whose` is how it is written.

    `guarded`: it is asked whether there is one, so that nothing fails.
    """

    whose: str
    owner: Type
    name: str
    place: Place
    path: Path | None = None
    guarded: bool = False


class PartlyThere(msgspec.Struct, frozen=True):
    """Only some alternatives of `whose` have the field `name`; `lacking` are the others."""

    whose: str
    name: str
    lacking: tuple[Record, ...]
    place: Place
    path: Path | None = None


class MaybeNull(msgspec.Struct, frozen=True):
    """`what` may be null, and `use` says for what null will not do."""

    what: str
    use: str
    place: Place
    path: Path | None = None


class MaybeUnset(msgspec.Struct, frozen=True):
    """A template reads `name`, which it sets only where `held`."""

    name: str
    held: str
    place: Place
    path: Path | None = None


class NeverEqual(msgspec.Struct, frozen=True):
    """`left` and `right` are compared by `sign`, and can never be equal.

    `place` is the one of the two that is at fault, where that can be told. `excluded`: they could
    be, had not an earlier condition excluded it.
    """

    left: str
    right: str
    types: tuple[Type, Type]
    sign: str
    place: Place
    excluded: bool = False


class WrongOperand(msgspec.Struct, frozen=True):
    """An operator cannot do what is asked; `why` says so, `mend` what to write."""

    why: str
    place: Place
    mend: str | None = None


class WrongArgument(msgspec.Struct, frozen=True):
    """A filter, test, function or method is given what it cannot take."""

    why: str
    place: Place
    mend: str | None = None


class WrongWay(msgspec.Struct, frozen=True):
    """A filter is applied the wrong way round: nothing fails, and nothing comes of it."""

    why: str
    place: Place
    mend: str
    path: Path | None = None


class NotAList(msgspec.Struct, frozen=True):
    """A loop goes through `what`, which is no list."""

    what: str
    type: Type
    place: Place


class AlwaysTrue(msgspec.Struct, frozen=True):
    """A condition, or a part of one, is no question: `what` always counts as true."""

    what: str
    type: Type
    place: Place
    beside: str | None = None


class WrongValue(msgspec.Struct, frozen=True):
    """A value is made that does not fit where it goes: `where` takes `wanted`.

    `type` is that in whole, for suggestions.
    """

    where: str
    wanted: str
    given: Type
    place: Place
    mend: str | None = None
    path: Path | None = None
    type: Type | None = None


Remark: TypeAlias = (
    NoField
    | PartlyThere
    | MaybeNull
    | MaybeUnset
    | NeverEqual
    | WrongOperand
    | WrongArgument
    | WrongWay
    | NotAList
    | AlwaysTrue
    | WrongValue
)


def cause_of(path: Path | None) -> str:
    """Return what remarks of one kind have in common where they are about one path."""
    return ".".join(path) if path is not None else ""


class Told(msgspec.Struct, frozen=True):
    """A remark, the text that it is about, and the names that the text may see."""

    remark: Remark
    text: Expr | Template
    names: Mapping[str, Name]


class Remarks(msgspec.Struct):
    """Collects remarks, in the order in which they were come upon."""

    told: list[Told] = msgspec.field(default_factory=list)

    def add(self, text: Expr | Template, remark: Remark, names: Mapping[str, Name]) -> None:
        """Take a remark on a text."""
        self.told.append(Told(remark, text, names))
