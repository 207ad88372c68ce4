# ruff: noqa: D401 - these docstrings are the reference: they say what comes out
"""Filters that apply another filter, or a test, to each item of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.access import attribute_path, follow
from beeflow.recipe.templates.arguments import as_items
from beeflow.recipe.templates.builtins.sequences import getter, keyword, mapped, sort
from beeflow.recipe.templates.operators import compare
from beeflow.recipe.templates.registry import Builtin, Example, Sort, check_call, find, register
from beeflow.recipe.templates.unknown import Unknown, UnknownMet
from beeflow.recipe.templates.values import UNDEFINED, Pair, describe, truth

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.recipe.templates.limits import Frame

_COST = 4
"""Ticks for each item that a filter or test is applied to."""


def _named(
    kind: Sort, name: object, args: tuple[object, ...], options: dict[str, object]
) -> Builtin:
    if not isinstance(name, str):
        raise ExpressionError(f"the name of a {kind} stands in quotes; this is {describe(name)}")
    builtin = find(kind, name)
    wrong = check_call(builtin, len(args), tuple(options))
    if wrong is not None:
        raise ExpressionError(wrong)
    return builtin


@register("filter", "map", Example("[{'n': 1}, {'n': 2}] | map(attribute='n')", "[1, 2]"))
def map_(frame: Frame, value: object, *args: object, **options: object) -> list[object]:
    """An attribute of each item (`attribute='a.b'`, `default=…`), or a filter applied to each."""
    items = as_items(frame, value)
    if not args:
        keyword(options, ("attribute", "default"))
        if "attribute" not in options:
            raise ExpressionError("map takes attribute='name', or the name of a filter in quotes")
        find_in = getter(frame, options["attribute"], options.get("default", UNDEFINED))
        return [find_in(item) for item in items]
    builtin = _named("filter", args[0], args[1:], options)
    frame.charge(_COST * len(items))
    return [_applied(frame, builtin, item, args[1:], options) for item in items]


def _applied(
    frame: Frame,
    builtin: Builtin,
    item: object,
    args: tuple[object, ...],
    options: dict[str, object],
) -> object:
    if type(item) is Unknown:
        raise UnknownMet(item)
    return builtin.function(frame, item, *args, **options)


@register("filter", "select", Example("[1, 5, 9] | select('gt', 4)", "[5, 9]"))
def select(frame: Frame, value: object, *args: object) -> list[object]:
    """The items for which a test holds; without one, those that count as true."""
    return _chosen(frame, value, _test(frame, args), wanted=True)


@register("filter", "reject", Example("[1, 5, 9] | reject('gt', 4)", "[1]"))
def reject(frame: Frame, value: object, *args: object) -> list[object]:
    """The items for which a test does not hold; without one, those that count as false."""
    return _chosen(frame, value, _test(frame, args), wanted=False)


@register(
    "filter",
    "selectattr",
    Example("[{'s': 'live'}, {'s': 'idle'}] | selectattr('s', 'eq', 'live')", '[{"s": "live"}]'),
)
def selectattr(frame: Frame, value: object, attribute: object, *args: object) -> list[object]:
    """The items for whose `attribute` a test holds; without one, where it counts as true."""
    return _chosen(frame, value, _test_of(frame, attribute, args), wanted=True)


@register(
    "filter",
    "rejectattr",
    Example("[{'s': 'live'}, {'s': 'idle'}] | rejectattr('s', 'eq', 'live')", '[{"s": "idle"}]'),
)
def rejectattr(frame: Frame, value: object, attribute: object, *args: object) -> list[object]:
    """The items for whose `attribute` a test does not hold; without one, where it is false."""
    return _chosen(frame, value, _test_of(frame, attribute, args), wanted=False)


def _test(frame: Frame, args: tuple[object, ...]) -> Callable[[object], bool]:
    if not args:
        return truth
    builtin = _named("test", args[0], args[1:], {})
    return lambda item: truth(_applied(frame, builtin, item, args[1:], {}))


def _test_of(frame: Frame, attribute: object, args: tuple[object, ...]) -> Callable[[object], bool]:
    holds = _test(frame, args)
    if args and isinstance(args[0], str) and args[0] in {"defined", "undefined"}:
        path = attribute_path(attribute)
        return lambda item: holds(follow(item, path))
    find_in = getter(frame, attribute)
    return lambda item: holds(find_in(item))


def _chosen(
    frame: Frame, value: object, holds: Callable[[object], bool], *, wanted: bool
) -> list[object]:
    items = as_items(frame, value)
    frame.charge(_COST * len(items))
    return [item for item in items if holds(item) is wanted]


@register(
    "filter",
    "groupby",
    Example(
        "[{'s': 'b'}, {'s': 'a'}] | groupby('s')",
        '[["a", [{"s": "a"}]], ["b", [{"s": "b"}]]]',
    ),
)
def groupby(
    frame: Frame,
    value: object,
    attribute: object,
    default: object = UNDEFINED,
    case_sensitive: object = False,
) -> list[object]:
    """The items in groups with the same `attribute`, as pairs of `grouper` and `list`, in order."""
    items = as_items(frame, value)
    find_in = getter(frame, attribute, default)
    keyed: list[object] = [[find_in(item), item] for item in items]
    folds = mapped(frame, keyed, 0, folded=not case_sensitive)
    rows: list[object] = [[fold, *_pair(row)] for fold, row in zip(folds, keyed, strict=True)]
    groups: list[object] = []
    members: list[object] = []
    before: object = UNDEFINED
    for row in sort(frame, rows, attribute=0, case_sensitive=True):
        fold, key, item = _triple(row)
        frame.charge(_COST)
        if before is UNDEFINED or compare(frame, fold, before):
            members = []
            groups.append(Pair([key, members]))
        members.append(item)
        before = fold
    return groups


def _pair(row: object) -> list[object]:
    assert isinstance(row, list)  # noqa: S101 - for the type checker
    return row


def _triple(row: object) -> tuple[object, object, object]:
    fold, key, item = _pair(row)
    return fold, key, item
