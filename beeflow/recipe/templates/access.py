"""Fields and items: what `.name` and `[key]` find, and what is said when they find nothing.

Nothing here asks a Python object for an attribute by a name from a recipe: a mapping is asked for
its keys, a list for its items, a time for the parts listed below, a store for its names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches

from beeflow.errors import ExpressionError, UndefinedName
from beeflow.recipe.templates.unknown import Unknown
from beeflow.recipe.templates.values import UNDEFINED, Accessible, Pair, describe

TIME_PARTS: Mapping[str, Callable[[datetime], int]] = {
    "year": lambda time: time.year,
    "month": lambda time: time.month,
    "day": lambda time: time.day,
    "hour": lambda time: time.hour,
    "minute": lambda time: time.minute,
    "second": lambda time: time.second,
}
"""The fields of a time, in the zone that it is in."""

_PAIR_PARTS = ("grouper", "list")
_SHOWN = 8
_DIGITS = 6
_CONSIDERED = 2000


def field(value: object, name: str) -> object:
    """Return `value.name`, or `UNDEFINED` where there is none."""
    if isinstance(value, Mapping):
        return value.get(name, UNDEFINED)
    if type(value) is Unknown:
        return _unknown(value, name)
    if isinstance(value, datetime):
        part = TIME_PARTS.get(name)
        return UNDEFINED if part is None else part(value)
    if isinstance(value, Pair):
        return value[_PAIR_PARTS.index(name)] if name in _PAIR_PARTS else UNDEFINED
    if isinstance(value, Accessible):
        try:
            return value.attribute(name)
        except KeyError:
            return UNDEFINED
    return UNDEFINED


def item(value: object, key: object) -> object:
    """Return `value[key]`, or `UNDEFINED` where there is none."""
    if isinstance(value, Mapping):
        if isinstance(key, str | int | float | None):
            return value.get(key, UNDEFINED)
        return UNDEFINED
    if type(value) is Unknown:
        return _unknown(value, key if isinstance(key, int) else str(key))
    if isinstance(value, list | tuple | str):
        if isinstance(key, int) and not isinstance(key, bool) and -len(value) <= key < len(value):
            return value[key]
        return UNDEFINED
    return field(value, key) if isinstance(key, str) else UNDEFINED


def _unknown(value: Unknown, step: str | int) -> object:
    """Return a field or item of what is not known yet; what it is documented not to have is not."""
    try:
        return value.step(step)
    except LookupError:
        return UNDEFINED


def follow(value: object, path: Iterable[str | int]) -> object:
    """Return what a path of fields and numbers leads to, or `UNDEFINED`."""
    for step in path:
        value = item(value, step) if isinstance(step, int) else field(value, step)
        if value is UNDEFINED:
            return UNDEFINED
    return value


def attribute_path(name: object) -> tuple[str | int, ...]:
    """Read the `attribute` of a filter: `name`, `a.b.0`; raises `ExpressionError` for the user."""
    if isinstance(name, int) and not isinstance(name, bool):
        return (name,)
    if not isinstance(name, str) or not name:
        raise ExpressionError(f"an attribute is a name in quotes, not {describe(name)}")
    steps = name.split(".")
    for step in steps:
        if step.startswith("_"):
            raise private(step)
    return tuple(int(step) if step.isdecimal() and len(step) <= _DIGITS else step for step in steps)


def private(name: str) -> ExpressionError:
    """Return the error for a name that begins with an underscore."""
    return ExpressionError(
        f"`{name}` begins with an underscore and cannot be reached: "
        f"for a key of that name in data, write ['{name}']"
    )


# --- what is said when nothing is there ------------------------------------------------------


def missing_name(name: str, scope: Mapping[str, object]) -> UndefinedName:
    """Return the error for a name that is not in scope."""
    near, listed = _known(name, scope)
    mend = "; nothing is written `none` here" if name in {"null", "nil", "undefined"} else ""
    return UndefinedName(f"`{name}` is not defined{mend}{near}{listed}", suggestion=_first(near))


def missing_field(value: object, name: object, owner: str) -> UndefinedName:
    """Return the error for a field or item that `value`, written as `owner`, does not have."""
    if isinstance(value, list | tuple) and not isinstance(name, str):
        return UndefinedName(f"`{owner}` has no item {name}: it is {describe(value)}")
    names = _names(value)
    if names is None:
        return UndefinedName(f"`{owner}` has no field `{name}`: it is {describe(value)}")
    near, listed = _known(str(name), names)
    return UndefinedName(f"`{owner}` has no field `{name}`{near}{listed}", suggestion=_first(near))


def _names(value: object) -> Iterable[str] | None:
    if isinstance(value, Unknown):
        return None if value.shape is None else value.shape.fields
    if isinstance(value, Mapping):
        return value
    if isinstance(value, datetime):
        return TIME_PARTS
    if isinstance(value, Pair):
        return _PAIR_PARTS
    return value.names() if isinstance(value, Accessible) else None


def _known(name: str, names: Iterable[object]) -> tuple[str, str]:
    """Return ` — did you mean …` and ` (has: …)`, the nearest names first."""
    known = sorted({str(other)[:60] for _, other in zip(range(_CONSIDERED), names, strict=False)})
    near = get_close_matches(name, known, 3)
    shown = known
    if len(known) > _SHOWN:
        shown = [*near, *(other for other in known if other not in near)][:_SHOWN]
    more = ", …" if len(known) > len(shown) else ""
    listed = f" (has: {', '.join(shown)}{more})" if shown else " (it is empty)"
    return (f" — did you mean `{near[0]}`?" if near else ""), listed


def _first(near: str) -> str | None:
    return near.split("`")[1] if near else None
