"""Tests, written behind `is`, and `default`: the ones that may see what is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from beeflow.errors import ExpressionError
from beeflow.recipe.templates.arguments import as_int, as_text
from beeflow.recipe.templates.operators import COMPARISON, is_number
from beeflow.recipe.templates.registry import Example, register
from beeflow.recipe.templates.unknown import Unknown, UnknownMet
from beeflow.recipe.templates.values import UNDEFINED, describe, truth

if TYPE_CHECKING:
    from beeflow.recipe.templates.limits import Frame

_BIG = 10**30


@register(
    "filter",
    "default",
    Example("speaker.name | default('nobody')", '"nobody"', ("d",), lenient=True),
)
def default(_: Frame, value: object, default_value: object = "", boolean: object = False) -> object:
    """`default_value` where the value is not there; with `boolean`, also for null, 0 and empty."""
    if value is UNDEFINED or (truth(boolean) and not truth(value)):
        return default_value
    return value


@register("test", "defined", Example("speaker.name is defined", "false", lenient=True))
def defined(_: Frame, value: object) -> bool:
    """Whether the name, field or item is there."""
    if type(value) is Unknown:
        raise UnknownMet(value)
    return value is not UNDEFINED


@register("test", "undefined", Example("speaker.name is undefined", "true", lenient=True))
def undefined(frame: Frame, value: object) -> bool:
    """Whether the name, field or item is not there."""
    return not defined(frame, value)


@register("test", "none", Example("none is none", "true"))
def none(_: Frame, value: object) -> bool:
    """Whether it is null."""
    return value is None


@register("test", "boolean", Example("true is boolean", "true"))
def boolean(_: Frame, value: object) -> bool:
    """Whether it is true or false."""
    return isinstance(value, bool)


@register("test", "true", Example("1 is true", "false"))
def true(_: Frame, value: object) -> bool:
    """Whether it is true itself; `== true` also holds for the platform's 1."""
    return value is True


@register("test", "false", Example("false is false", "true"))
def false(_: Frame, value: object) -> bool:
    """Whether it is false itself; `== false` also holds for the platform's 0."""
    return value is False


@register("test", "integer", Example("3 is integer", "true"))
def integer(_: Frame, value: object) -> bool:
    """Whether it is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


@register("test", "float", Example("3 is float", "false"))
def floating(_: Frame, value: object) -> bool:
    """Whether it is a number with decimals."""
    return isinstance(value, float)


@register("test", "number", Example("'3' is number", "false"))
def number(_: Frame, value: object) -> bool:
    """Whether it is a number."""
    return is_number(value) and not isinstance(value, bool)


@register("test", "string", Example("'3' is string", "true"))
def string(_: Frame, value: object) -> bool:
    """Whether it is text."""
    return isinstance(value, str)


@register("test", "mapping", Example("{'a': 1} is mapping", "true"))
def mapping(_: Frame, value: object) -> bool:
    """Whether it is a mapping."""
    return isinstance(value, Mapping)


@register("test", "sequence", Example("[1] is sequence", "true"))
def sequence(_: Frame, value: object) -> bool:
    """Whether it is a list, a text or a mapping."""
    return isinstance(value, list | tuple | str | Mapping)


@register("test", "iterable", Example("'ab' is iterable", "true"))
def iterable(frame: Frame, value: object) -> bool:
    """Whether it has items: a list, a text or a mapping."""
    return sequence(frame, value)


@register("test", "lower", Example("'live' is lower", "true"))
def lower(frame: Frame, value: object) -> bool:
    """Whether the letters of the text are all small."""
    return as_text(frame, value).islower()


@register("test", "upper", Example("'live' is upper", "false"))
def upper(frame: Frame, value: object) -> bool:
    """Whether the letters of the text are all large."""
    return as_text(frame, value).isupper()


@register("test", "odd", Example("3 is odd", "true"))
def odd(_: Frame, value: object) -> bool:
    """Whether the whole number is odd."""
    return as_int(value, "this", -_BIG, _BIG) % 2 == 1


@register("test", "even", Example("3 is even", "false"))
def even(_: Frame, value: object) -> bool:
    """Whether the whole number is even."""
    return as_int(value, "this", -_BIG, _BIG) % 2 == 0


@register("test", "divisibleby", Example("9 is divisibleby(3)", "true"))
def divisibleby(_: Frame, value: object, num: object) -> bool:
    """Whether the whole number can be divided by `num`."""
    divisor = as_int(num, "num", -_BIG, _BIG)
    if not divisor:
        raise ExpressionError(f"nothing is divisible by {describe(num)}")
    return as_int(value, "this", -_BIG, _BIG) % divisor == 0


@register("test", "eq", Example("[1, 2] | select('eq', 2)", "[2]", ("equalto", "==")))
def eq(frame: Frame, value: object, other: object) -> object:
    """Whether it equals `other`."""
    return COMPARISON["eq"](frame, value, other)


@register("test", "ne", Example("[1, 2] | select('ne', 2)", "[1]", ("!=",)))
def ne(frame: Frame, value: object, other: object) -> object:
    """Whether it does not equal `other`."""
    return COMPARISON["ne"](frame, value, other)


@register("test", "lt", Example("[1, 2] | select('lt', 2)", "[1]", ("lessthan", "<")))
def lt(frame: Frame, value: object, other: object) -> object:
    """Whether it is less than `other`."""
    return COMPARISON["lt"](frame, value, other)


@register("test", "le", Example("[1, 2] | select('le', 1)", "[1]", ("<=",)))
def le(frame: Frame, value: object, other: object) -> object:
    """Whether it is at most `other`."""
    return COMPARISON["lteq"](frame, value, other)


@register("test", "gt", Example("[1, 2] | select('gt', 1)", "[2]", ("greaterthan", ">")))
def gt(frame: Frame, value: object, other: object) -> object:
    """Whether it is greater than `other`."""
    return COMPARISON["gt"](frame, value, other)


@register("test", "ge", Example("[1, 2] | select('ge', 2)", "[2]", (">=",)))
def ge(frame: Frame, value: object, other: object) -> object:
    """Whether it is at least `other`."""
    return COMPARISON["gteq"](frame, value, other)


@register("test", "in", Example("['a', 'x'] | select('in', ['a', 'b'])", '["a"]'))
def in_(frame: Frame, value: object, seq: object) -> object:
    """Whether it is an item of a list, a part of a text, or a key of a mapping."""
    return COMPARISON["in"](frame, value, seq)
