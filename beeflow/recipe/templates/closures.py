"""The closures that expressions are made of: each evaluates its parts, then does one thing.

An error is given its place by the innermost closure; an operation on what is not known yet gives
an `Unknown` that is labelled with the text of the operation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from jinja2 import nodes

from beeflow.errors import ExpressionError, LimitReached
from beeflow.recipe.templates import operators
from beeflow.recipe.templates.access import TIME_PARTS, missing_field
from beeflow.recipe.templates.arguments import as_int
from beeflow.recipe.templates.limits import Frame
from beeflow.recipe.templates.registry import METHODS
from beeflow.recipe.templates.unknown import Unknown, UnknownMet
from beeflow.recipe.templates.values import describe, kind_of

if TYPE_CHECKING:
    from beeflow.recipe.templates.syntax import Place

Evaluate: TypeAlias = Callable[[Frame], object]

SHORT = 64
"""Characters that are compared without a tick."""


def placed(error: ExpressionError, place: Place) -> ExpressionError:
    """Give an error its place, unless something within has done so."""
    if not error.length:
        error.offset, error.length = place
    return error


def operation(
    function: Callable[..., object], parts: tuple[Evaluate, ...], place: Place
) -> Evaluate:
    """Return what evaluates `parts`, then applies `function` to the frame and their values."""
    offset, end = place[0], sum(place)

    def apply(frame: Frame) -> object:
        values = [part(frame) for part in parts]
        try:
            return function(frame, *values)
        except UnknownMet as met:
            return met.unknown.made(frame.source[offset:end])
        except ExpressionError as error:
            raise placed(error, place) from None

    return apply


def keywords(node: nodes.Call | nodes.Filter | nodes.Test) -> tuple[str, ...]:
    """Return what is given by name; Jinja2 types these nodes too widely."""
    return tuple(each.key for each in node.kwargs if isinstance(each, nodes.Keyword))


def attempt(part: Evaluate, frame: Frame) -> object:
    """Evaluate what stands behind an unknown condition, which may be there to guard it."""
    try:
        return part(frame)
    except LimitReached:
        raise
    except ExpressionError as error:
        return Unknown(error.message)


def equality(left: Evaluate, right: Evaluate, place: Place, *, wanted: bool) -> Evaluate:
    """`==` and `!=`, the commonest of all, with a short way for two texts."""
    offset, end = place[0], sum(place)

    def compare(frame: Frame) -> object:
        first, second = left(frame), right(frame)
        if type(first) is str and type(second) is str and len(first) < SHORT:
            return (first == second) is wanted
        try:
            return operators.equal(frame, first, second) is wanted
        except UnknownMet:
            return Unknown(frame.source[offset:end])
        except ExpressionError as error:
            raise placed(error, place) from None

    return compare


def chain(
    first: Evaluate, steps: list[tuple[operators.Operation, Evaluate]], place: Place
) -> Evaluate:
    """Return what says whether `a < b < c`: the comparison of all neighbours holds."""

    def evaluate(frame: Frame, left: object) -> object:
        for compare, part in steps:
            right = part(frame)
            if not compare(frame, left, right):
                return False
            left = right
        return True

    return operation(evaluate, (first,), place)


def guarded(
    function: Callable[..., object], names: tuple[str, ...], given: int, *, lenient: bool
) -> Callable[..., object]:
    """Return `function` with its values named again, and not called with an unknown value."""

    def call(frame: Frame, *values: object) -> object:
        if not lenient:
            for value in values:
                if type(value) is Unknown:
                    raise UnknownMet(value)
        options = dict(zip(names, values[given:], strict=True))
        return function(frame, *values[:given], **options)

    if names:
        return call

    def plain_call(frame: Frame, *values: object) -> object:
        for value in values:
            if type(value) is Unknown and not lenient:
                raise UnknownMet(value)
        return function(frame, *values)

    return plain_call


def methods_of(kind: str) -> str:
    """Return the names of the methods of a kind of value, for a message."""
    names = sorted(name for name, kinds in METHODS.items() if kind in kinds)
    return f"it has: {', '.join(names)}" if names else "it has none"


def no_field(value: object, name: str, whose: str) -> ExpressionError:
    """Return the error for a missing field, with a hint where a method or filter is meant."""
    error = missing_field(value, name, whose)
    if error.suggestion or name in TIME_PARTS:
        return error
    if kind_of(value) in METHODS.get(name, {}):
        error.suggestion = f"{name}()"
    elif name in {"length", "count", "first", "last"}:
        error.suggestion = f"{whose} | {name}"
    if error.suggestion:
        error.message += f" — write `{error.suggestion}`"
        error.args = (error.message,)
    return error


def sliced(frame: Frame, value: object, *bounds: object) -> object:
    """`value[start:stop:step]` of a list or text."""
    operators.refuse_unknown(value, *bounds)
    start, stop, step = (
        None if bound is None else as_int(bound, "a bound", -(10**9), 10**9) for bound in bounds
    )
    if not isinstance(value, list | tuple | str):
        raise ExpressionError(f"only a list or a text has parts; this is {describe(value)}")
    if step == 0:
        raise ExpressionError("the step is 0")
    if isinstance(value, str):
        frame.allow_text(len(value))
        return value[start:stop:step]
    frame.allow_items(len(value))
    return list(value[start:stop:step])
