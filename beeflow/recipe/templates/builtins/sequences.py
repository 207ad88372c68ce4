# ruff: noqa: D401 - these docstrings are the reference: they say what comes out
"""Filters on lists and mappings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cmp_to_key
from typing import TYPE_CHECKING

from beeflow.errors import ExpressionError, UndefinedName
from beeflow.recipe.templates.access import attribute_path, follow, missing_field
from beeflow.recipe.templates.arguments import as_int, as_items, as_mapping
from beeflow.recipe.templates.operators import compare, equal, refuse_unknown
from beeflow.recipe.templates.registry import Example, register
from beeflow.recipe.templates.values import UNDEFINED, describe, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beeflow.recipe.templates.limits import Frame


class NothingThere(UndefinedName):  # the one undefined value that a filter gives
    """An empty list has no first, last, smallest or largest item; `default` may give one."""


# --- length, ends, order ---------------------------------------------------------------------


@register("filter", "length", Example("['a', 'b'] | length", "2", ("count",)))
def length(_: Frame, value: object) -> int:
    """How many items, keys or characters there are."""
    refuse_unknown(value)
    if isinstance(value, list | tuple | str | Mapping):
        return len(value)
    raise ExpressionError(f"this takes a list, a mapping or a text, not {describe(value)}")


@register("filter", "first", Example("['a', 'b'] | first", '"a"'))
def first(frame: Frame, value: object) -> object:
    """The first item; nothing, which `default` replaces, where there is none."""
    return _one(as_items(frame, value), 0, "first")


@register("filter", "last", Example("['a', 'b'] | last", '"b"'))
def last(frame: Frame, value: object) -> object:
    """The last item; nothing, which `default` replaces, where there is none."""
    return _one(as_items(frame, value), -1, "last")


def _one(items: Sequence[object], index: int, which: str) -> object:
    if not items:
        raise NothingThere(
            f"there is no {which} item: the list is empty", suggestion="| default(none)"
        )
    return items[index]


@register("filter", "list", Example("{'a': 1} | list", '["a"]'))
def listed(frame: Frame, value: object) -> list[object]:
    """A list of the items, the keys of a mapping, or the characters of a text."""
    return list(as_items(frame, value))


@register("filter", "reverse", Example("[1, 2] | reverse", "[2, 1]"))
def reverse(frame: Frame, value: object) -> object:
    """The items, or the characters of a text, from the last to the first."""
    if isinstance(value, str):
        frame.allow_text(len(value))
        return value[::-1]
    return list(reversed(as_items(frame, value)))


@register("filter", "sort", Example("[3, 1, 2] | sort(reverse=true)", "[3, 2, 1]"))
def sort(
    frame: Frame,
    value: object,
    reverse: object = False,
    case_sensitive: object = False,
    attribute: object = None,
) -> list[object]:
    """The items in order; by `attribute`, which may name several, separated by commas."""
    if not isinstance(reverse, int | float):
        mend = "write sort(attribute='…') to sort by a field"
        raise ExpressionError(f"`reverse` is true or false, not {describe(reverse)}: {mend}")
    items = as_items(frame, value)
    names = attribute.split(",") if isinstance(attribute, str) else [attribute]
    keys = [mapped(frame, items, name, folded=not case_sensitive) for name in names]

    def order(left: int, right: int) -> int:
        frame.charge(1)
        for column in keys:
            result = compare(frame, column[left], column[right])
            if result:
                return result
        return 0

    places = sorted(range(len(items)), key=cmp_to_key(order), reverse=truth(reverse))
    return [items[place] for place in places]


@register("filter", "min", Example("[3, 1, 2] | min", "1"))
def smallest(
    frame: Frame, value: object, case_sensitive: object = False, attribute: object = None
) -> object:
    """The smallest item, or the one with the smallest `attribute`."""
    return _extreme(frame, value, attribute, not case_sensitive, -1)


@register("filter", "max", Example("[3, 1, 2] | max", "3"))
def largest(
    frame: Frame, value: object, case_sensitive: object = False, attribute: object = None
) -> object:
    """The largest item, or the one with the largest `attribute`."""
    return _extreme(frame, value, attribute, not case_sensitive, 1)


def _extreme(frame: Frame, value: object, attribute: object, folded: bool, sign: int) -> object:
    items = as_items(frame, value)
    keys = mapped(frame, items, attribute, folded=folded)
    best = 0
    for place in range(1, len(items)):
        if compare(frame, keys[place], keys[best]) * sign > 0:
            best = place
    return _one(items[best : best + 1], 0, "smallest" if sign < 0 else "largest")


@register("filter", "unique", Example("['a', 'b', 'A'] | unique", '["a", "b"]'))
def unique(
    frame: Frame, value: object, case_sensitive: object = False, attribute: object = None
) -> list[object]:
    """The items without those that were there before, or whose `attribute` was."""
    items = as_items(frame, value)
    keys = mapped(frame, items, attribute, folded=not case_sensitive)
    seen: set[object] = set()
    nested: list[object] = []
    kept: list[object] = []
    for item, key in zip(items, keys, strict=True):
        if isinstance(key, list | tuple | Mapping):
            if any(equal(frame, key, other) for other in nested):
                continue
            nested.append(key)
        elif key in seen:
            continue
        else:
            refuse_unknown(key)
            seen.add(key)
        kept.append(item)
    return kept


# --- mappings --------------------------------------------------------------------------------


@register("filter", "items", Example("{'a': 1} | items", '[["a", 1]]'))
def items_of(frame: Frame, value: object) -> list[object]:
    """The keys of a mapping with their values, as pairs."""
    return [[key, item] for key, item in as_mapping(frame, value).items()]


@register("filter", "dictsort", Example("{'b': 1, 'a': 2} | dictsort", '[["a", 2], ["b", 1]]'))
def dictsort(
    frame: Frame,
    value: object,
    case_sensitive: object = False,
    by: object = "key",
    reverse: object = False,
) -> list[object]:
    """The pairs of a mapping in the order of its keys, or `by` value."""
    if not isinstance(by, str) or by not in {"key", "value"}:
        raise ExpressionError(f"by is key or value, not {describe(by)}")
    return sort(frame, items_of(frame, value), reverse, case_sensitive, 0 if by == "key" else 1)


# --- parts -----------------------------------------------------------------------------------


@register("filter", "batch", Example("[1, 2, 3] | batch(2)", "[[1, 2], [3]]"))
def batch(frame: Frame, value: object, linecount: object, fill_with: object = None) -> list[object]:
    """Lists of `linecount` items each; the last is filled up with `fill_with`, where given."""
    items, size = as_items(frame, value), as_int(linecount, "linecount", 1, frame.limits.items)
    rows: list[list[object]] = []
    for start in range(0, len(items), size):
        frame.charge(4)
        rows.append(list(items[start : start + size]))
    if rows and fill_with is not None:
        frame.allow_items(size)
        rows[-1] += [fill_with] * (size - len(rows[-1]))
    return [*rows]


@register("filter", "slice", Example("[1, 2, 3] | slice(2)", "[[1, 2], [3]]"))
def slice_(frame: Frame, value: object, slices: object, fill_with: object = None) -> list[object]:
    """The items in `slices` lists of about the same length."""
    items, count = as_items(frame, value), as_int(slices, "slices", 1, frame.limits.items)
    frame.charge(4 * count)
    size, longer = divmod(len(items), count)
    columns: list[object] = []
    start = 0
    for number in range(count):
        end = start + size + (number < longer)
        column = list(items[start:end])
        if fill_with is not None and longer and number >= longer:
            column.append(fill_with)
        columns.append(column)
        start = end
    return columns


# --- attributes ------------------------------------------------------------------------------


def mapped(frame: Frame, value: object, attribute: object, *, folded: bool = False) -> list[object]:
    """Return `attribute` of each item, or the items; with `folded`, texts in small letters."""
    items = as_items(frame, value)
    if attribute is None:
        found = list(items)
    else:
        find = getter(frame, attribute)
        found = [find(item) for item in items]
    if not folded:
        return found
    return [_folded(frame, item) if isinstance(item, str) else item for item in found]


def _folded(frame: Frame, text: str) -> str:
    frame.charge(len(text) >> 3)
    return text.lower()


def getter(
    frame: Frame, attribute: object, default: object = UNDEFINED
) -> Callable[[object], object]:
    """Return what reads `attribute` of an item; a missing one is `default`, or an error."""
    path = attribute_path(attribute)

    def find(item: object) -> object:
        frame.charge(2)
        found = follow(item, path)
        if found is not UNDEFINED:
            return found
        if default is not UNDEFINED:
            return default
        raise _missing(item, path)

    return find


def _missing(item: object, path: tuple[str | int, ...]) -> UndefinedName:
    owner = "item"
    for step in path:
        inner = follow(item, (step,))
        if inner is UNDEFINED:
            return missing_field(item, step, owner)
        item, owner = inner, f"{owner}.{step}"
    return missing_field(item, path[-1], owner)  # not reached: something on the path is missing


def keyword(options: Mapping[str, object], allowed: tuple[str, ...]) -> None:
    """Refuse what is named in a filter's brackets but not among `allowed`."""
    for name in options:
        if name not in allowed:
            listed = ", ".join(f"{each}=…" for each in allowed) or "nothing by name"
            raise ExpressionError(f"`{name}=` is not taken here (there is: {listed})")
