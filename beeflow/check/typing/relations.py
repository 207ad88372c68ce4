"""How types stand to each other: what may be equal, what is taken where, what counts as true."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from beeflow.check.nearness import nearest
from beeflow.errors import ExpressionError
from beeflow.recipe.templates.builtins import FILTERS
from beeflow.recipe.templates.limits import DEFAULT, Frame
from beeflow.recipe.typing import (
    NEVER,
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
    members,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPEN: Final = (Anything, Never)


def may_equal(one: Type, other: Type) -> bool:
    """Whether `one == other` can hold at all, the way the templates compare."""
    return any(_alike(left, right) for left in members(one) for right in members(other))


def _alike(left: Type, right: Type) -> bool:
    if isinstance(left, _OPEN) or isinstance(right, _OPEN):
        return True
    match left, right:
        case Text(), Text():
            alike = _overlap(left.values, right.values) or _undocumented(left, right)
            return alike and _formed(left, right) and _formed(right, left)
        case Number() | Boolean(), Number() | Boolean():
            return _overlap(closed(left), closed(right))
        case (Time(), Time()):
            return True
        case (Time(), Text() as text) | (Text() as text, Time()):
            return reads_as(text, "time")
        case _:
            return type(left) is type(right)


def _formed(one: Text, other: Text) -> bool:
    """Whether a text may be one that is written as a time or a duration, or stands for none."""
    if one.form not in {"time", "duration"} or other.values is None:
        return True
    return reads_as(other, one.form) or any(_stands_for_none(value) for value in other.values)


def _stands_for_none(value: str) -> bool:
    """Whether a text may be sent where there is no time: `0000-00-00 00:00:00`, or nothing."""
    return value in {"", "null"} or any(char.isdigit() for char in value)


def _undocumented(left: Text, right: Text) -> bool:
    """Whether one may be what the other is not documented to be, and is no slip of what it is."""
    for one, other in ((left, right), (right, left)):
        if one.loose and not all(
            nearest(word, one.values or (), _SLIP) for word in other.values or ()
        ):
            return True
    return False


_SLIP: Final = 0.8
"""How much of two words must agree for one to be taken as a slip of the other."""


def closed(type_: Type) -> frozenset[object] | None:
    """Return the closed set of values of a type, where it has one."""
    return type_.values if isinstance(type_, Boolean | Number | Text) else None


def _overlap(one: frozenset[object] | None, other: frozenset[object] | None) -> bool:
    return one is None or other is None or bool(one & other)


def have_order(one: Type, other: Type) -> bool:
    """Whether `one < other` can be asked: of numbers, of texts, of times and texts that are."""
    return any(_ordered(left, right) for left in members(one) for right in members(other))


def _ordered(left: Type, right: Type) -> bool:
    if isinstance(left, _OPEN) or isinstance(right, _OPEN):
        return True
    match left, right:
        case (Number() | Boolean(), Number() | Boolean()) | (Text(), Text()):
            return True
        case (Time(), Time()):
            return True
        case (Time(), Text() as text) | (Text() as text, Time()):
            return reads_as(text, "time")
        case _:
            return False


# --- what is taken where ---------------------------------------------------------------------


def misfits(wanted: Type, given: Type) -> tuple[Type, ...]:
    """Return the alternatives of `given` that are not taken where `wanted` is."""
    if isinstance(wanted, _OPEN) or isinstance(given, _OPEN):
        return ()
    return tuple(
        one for one in members(given) if not any(_taken(want, one) for want in members(wanted))
    )


def _taken(wanted: Type, given: Type) -> bool:
    if isinstance(wanted, _OPEN) or isinstance(given, _OPEN):
        return True
    match wanted, given:
        case Text(), Text():
            return _written(wanted, given)
        case ListOf(), ListOf():
            inner = given.item
            return isinstance(inner, Never) or misfits(wanted.item, inner) != members(inner)
        case _:
            return type(wanted) is type(given)


def reads_as(text: Text, form: str) -> bool:
    """Whether a text may be one that is written in some form."""
    return text.values is None or any(complaint(form, value) is None for value in text.values)


def _written(wanted: Text, given: Text) -> bool:
    """Whether a text is, or may be, written as it is wanted."""
    if wanted.form is not None:
        if given.values is not None:
            return any(complaint(wanted.form, value) is None for value in given.values)
        return given.form in {None, wanted.form} or wanted.form == "attribute"
    return _overlap(wanted.values, given.values)


_SAMPLE: Final = datetime(2026, 12, 1, 9, tzinfo=UTC)


_READERS: Final[Mapping[str, tuple[str, tuple[object, ...]]]] = {
    "time": ("datetime", (None,)),
    "duration": ("duration", (None,)),
    "zone": ("local", (_SAMPLE, None)),
    "clock": ("between", (_SAMPLE, None, None)),
    "strftime": ("date", (_SAMPLE, None)),
    "attribute": ("groupby", ((), None)),
}
"""By form, the filter that reads it and what it is given; None stands for the text."""


@lru_cache(maxsize=1024)
def complaint(form: str, value: str) -> str | None:
    """Return what is wrong with a text that is to be written in some form, or None.

    It is asked of the very filters that read such texts when a recipe runs.
    """
    if form == "strftime" and "%" not in value:
        return f"`{value}` names no part of a time: its parts begin with %, as in %Y-%m-%d"
    frame = Frame("", {}, DEFAULT)
    name, args = _READERS[form]
    try:
        FILTERS[name].function(frame, *(value if arg is None else arg for arg in args))
    except ExpressionError as error:
        return error.message
    return None


# --- truth -----------------------------------------------------------------------------------


def truthy(type_: Type) -> Type:
    """Return what is left of a type where it counts as true."""
    return union(*(_side(member, wanted=True) for member in members(type_)))


def falsy(type_: Type) -> Type:
    """Return what is left of a type where it counts as false."""
    return union(*(_side(member, wanted=False) for member in members(type_)))


def _side(member: Type, *, wanted: bool) -> Type:
    match member:
        case Null():
            return NEVER if wanted else member
        case Boolean(values=None):
            return Boolean(frozenset({wanted}))
        case Boolean() | Number() | Text():
            return _chosen(member, wanted=wanted)
        case Time() | Store():
            return member if wanted else NEVER
        case ListOf(parts=parts) if parts is not None:
            return member if bool(parts) is wanted else NEVER
        case Record(required=required) if required:
            return member if wanted else NEVER
        case _:
            return member


def _chosen(member: Boolean | Number | Text, *, wanted: bool) -> Type:
    if member.values is None:
        return member
    kept = frozenset(value for value in member.values if bool(value) is wanted)
    return with_values(member, kept)


def with_values(member: Type, values: frozenset[object]) -> Type:
    """Return a type with just these values of a closed set."""
    if not values:
        return NEVER
    match member:
        case Boolean():
            return Boolean(frozenset(value for value in values if isinstance(value, bool)))
        case Number():
            kept = frozenset(value for value in values if isinstance(value, int | float))
            return Number(member.whole, kept)
        case Text():
            return Text(frozenset(value for value in values if isinstance(value, str)))
        case _:
            return member


def is_single(type_: Type) -> bool:
    """Whether a type is one value that is written out."""
    values = closed(type_)
    return isinstance(type_, Null) or (values is not None and len(values) == 1)


# --- what a comparison leaves ----------------------------------------------------------------


def equal_part(type_: Type, other: Type) -> Type:
    """Return what is left of a type where it equals one of `other`."""
    return union(
        *(
            _equal_side(one, two)
            for one in members(type_)
            for two in members(other)
            if _alike(one, two)
        )
    )


def _equal_side(one: Type, two: Type) -> Type:
    match one, two:
        case (Text(), Text()) | (Number(), Number()) | (Boolean(), Boolean()):
            mine, theirs = closed(one), closed(two)
            if theirs is None:
                return one
            loose = isinstance(one, Text) and one.loose
            return with_values(one, theirs if mine is None or loose else mine & theirs)
        case _:
            return one


def unequal_part(type_: Type, other: Type) -> Type:
    """Return what is left of a type where it is not `other`, if that is a single value."""
    if not is_single(other):
        return type_
    return union(*(_unequal_side(one, other) for one in members(type_)))


def _unequal_side(one: Type, other: Type) -> Type:
    match one, other:
        case Null(), Null():
            return NEVER
        case (Text(), Text()) | (Number(), Number()) | (Boolean(), Boolean()):
            values, given = closed(one), closed(other)
            if isinstance(one, Boolean) and values is None:
                values = frozenset({True, False})
            if isinstance(one, Text) and one.loose:
                return one
            return one if values is None or given is None else with_values(one, values - given)
        case _:
            return one
