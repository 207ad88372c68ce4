# ruff: noqa: D401 - these docstrings are the reference: they say what comes out
"""Filters on numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.arguments import as_int, as_number
from beeflow.recipe.templates.builtins.sequences import mapped
from beeflow.recipe.templates.operators import refuse_unknown
from beeflow.recipe.templates.registry import Example, register
from beeflow.recipe.templates.values import describe, settled

if TYPE_CHECKING:
    from beeflow.recipe.templates.limits import Frame

_LONGEST = 100
_DECIMAL = 10
_NOTHING = object()


@register("filter", "abs", Example("-3 | abs", "3"))
def absolute(_: Frame, value: object) -> int | float:
    """The number without its sign."""
    return settled(abs(as_number(value)))


@register("filter", "round", Example("2.55 | round(1, 'floor')", "2.5"))
def round_(_: Frame, value: object, precision: object = 0, method: object = "common") -> float:
    """The number with `precision` decimals; `method` is common, ceil or floor."""
    number, digits = as_number(value), as_int(precision, "precision", -15, 15)
    if method == "common":
        return round(float(number), digits)
    if not isinstance(method, str) or method not in {"ceil", "floor"}:
        raise ExpressionError(f"method is common, ceil or floor, not {describe(method)}")
    factor = 10.0**digits
    whole = math.ceil(number * factor) if method == "ceil" else math.floor(number * factor)
    return float(settled(whole / factor))


@register("filter", "int", Example("'42 ' | int", "42"))
def integer(_: Frame, value: object, default: object = 0, base: object = 10) -> object:
    """The whole number that a text or number is, or `default`."""
    refuse_unknown(value)
    radix = as_int(base, "base", 2, 36)
    try:
        if isinstance(value, str):
            text = value.strip()
            if len(text) > _LONGEST:
                return default
            return settled(
                int(text, radix) if radix != _DECIMAL or _whole(text) else int(float(text))
            )
        return settled(int(value)) if isinstance(value, int | float) else default
    except (ValueError, OverflowError):
        return default


def _whole(text: str) -> bool:
    return text.lstrip("+-").isdecimal()


@register("filter", "float", Example("'2.5' | float", "2.5"))
def floating(_: Frame, value: object, default: object = 0.0) -> object:
    """The number that a text or number is, or `default`."""
    number = read_number(value)
    return default if number is None else float(number)


@register("filter", "number", Example("'12' | number", "12"))
def number(_: Frame, value: object, default: object = _NOTHING) -> object:
    """The number that a text is, whole where it is written so; else `default`, or an error."""
    found = read_number(value)
    if found is not None:
        return found
    if default is not _NOTHING:
        return default
    raise ExpressionError(
        f"{describe(value)} is not a number", suggestion="give a default: `| number(0)`"
    )


def read_number(value: object) -> int | float | None:
    """Return the finite number that `value` is, or `None`."""
    refuse_unknown(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        try:
            if len(text) > _LONGEST or "_" in text:
                return None
            value = int(text) if _whole(text) else float(text)
        except ValueError:
            return None
    if isinstance(value, int | float) and math.isfinite(value):
        return value
    return None


@register("filter", "sum", Example("[1, 2.5] | sum", "3.5"))
def total(frame: Frame, value: object, attribute: object = None, start: object = 0) -> object:
    """The numbers of a list added up, or those under `attribute` of its items."""
    result = as_number(start)
    for item in mapped(frame, value, attribute):
        result = settled(result + as_number(item))
    return result
