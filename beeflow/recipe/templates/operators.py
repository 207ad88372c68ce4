# ruff: noqa: D401 - an operator's docstring begins with how it is written
"""What `+`, `==`, `in` and their like do, on the kinds of values that a recipe has.

Every operation is bounded before it is carried out, and refuses kinds that do not go together
with a message that says what to write. Times are compared and subtracted as instants: Python
compares the wall clocks of two times in one zone, which is wrong around a change of the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias, TypeGuard

from beeflow.errors import ExpressionError, LimitReached
from beeflow.recipe.templates.limits import MAX_VALUE_DEPTH, Frame
from beeflow.recipe.templates.unknown import Unknown, UnknownMet
from beeflow.recipe.templates.values import (
    Accessible,
    describe,
    settled,
    text_of,
)
from beeflow.types import parse_datetime

Operation: TypeAlias = Callable[[Frame, object, object], object]

_PLAIN = (int, float, bool, type(None))
_KEYS = (*_PLAIN, str)
_LARGEST_POWER = 128


def is_number(value: object) -> TypeGuard[int | float]:
    """Return whether it can be reckoned with; true and false count as 1 and 0."""
    return isinstance(value, int | float)


def refuse_unknown(*values: object) -> None:
    """Give up on an operation whose operands are not all known."""
    for value in values:
        if type(value) is Unknown:
            raise UnknownMet(value)


# --- arithmetic ------------------------------------------------------------------------------


def add(frame: Frame, left: object, right: object) -> object:
    """`a + b`: of numbers, texts, lists."""
    if is_number(left) and is_number(right):
        return settled(left + right)
    if isinstance(left, str) and isinstance(right, str):
        frame.allow_text(len(left) + len(right))
        return left + right
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        frame.allow_items(len(left) + len(right))
        return [*left, *right]
    if isinstance(left, datetime):
        raise ExpressionError("a time is moved with the filter plus: `now | plus('15m')`")
    mend = "write ~ to join text" if isinstance(left, str) or isinstance(right, str) else None
    raise _mismatch("+", left, right, mend)


def subtract(_: Frame, left: object, right: object) -> object:
    """`a - b`: of numbers; of two times, in seconds."""
    if is_number(left) and is_number(right):
        return settled(left - right)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return (left.astimezone(UTC) - right.astimezone(UTC)).total_seconds()
    mend = None
    if isinstance(left, datetime):
        mend = "write `| minus('15m')` for a duration, `| datetime` behind a text that is a time"
    elif isinstance(right, datetime):
        mend = "write `| datetime` behind a text that is a time"
    raise _mismatch("-", left, right, mend)


def multiply(frame: Frame, left: object, right: object) -> object:
    """`a * b`: of numbers; of a text or list and how often."""
    if is_number(left) and is_number(right):
        return settled(left * right)
    if isinstance(left, int) and isinstance(right, str | list | tuple):
        left, right = right, left
    if isinstance(right, int) and isinstance(left, str | list | tuple):
        times = max(right, 0)
        if isinstance(left, str):
            frame.allow_text(len(left) * times)
            return left * times
        frame.allow_items(len(left) * times)
        return [*left] * times
    raise _mismatch("*", left, right)


def _divide(sign: str, operation: Callable[[float, float], float]) -> Operation:
    def divide(_: Frame, left: object, right: object) -> object:
        if is_number(left) and is_number(right):
            if right == 0:
                raise ExpressionError("this divides by zero")
            try:
                return settled(operation(left, right))
            except OverflowError:
                raise LimitReached("this makes a number that is too large") from None
        mend = "write ~ to put values into text" if isinstance(left, str) and sign == "%" else None
        raise _mismatch(sign, left, right, mend)

    return divide


def power(_: Frame, left: object, right: object) -> object:
    """`a ** b`: of numbers, whose result has at most 30 digits."""
    if not is_number(left) or not is_number(right):
        raise _mismatch("**", left, right)
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() > 1:
        if abs(right) * left.bit_length() > 2 * _LARGEST_POWER:
            raise LimitReached("this makes a number of more than 30 digits")
    elif isinstance(left, int) and isinstance(right, int):
        right = right % 2 if right >= 0 else -1  # 0, 1 and -1 only change with odd and even
    try:
        return settled(left**right)
    except ZeroDivisionError:
        raise ExpressionError("this divides by zero") from None
    except OverflowError:
        raise LimitReached("this makes a number that is too large") from None


def negate(_: Frame, value: object) -> object:
    """`-a`: of a number."""
    if is_number(value):
        return settled(-value)
    refuse_unknown(value)
    raise ExpressionError(f"- takes a number; this is {describe(value)}")


def affirm(_: Frame, value: object) -> object:
    """`+a`: of a number."""
    if is_number(value):
        return settled(+value)
    refuse_unknown(value)
    raise ExpressionError(f"+ takes a number; this is {describe(value)}")


def concatenate(frame: Frame, *values: object) -> str:
    """`a ~ b`: everything as text."""
    parts = [text_of(frame, value) for value in values]
    frame.allow_text(sum(map(len, parts)))
    return "".join(parts)


def _mismatch(sign: str, left: object, right: object, mend: str | None = None) -> ExpressionError:
    refuse_unknown(left, right)
    message = f"{describe(left)} {sign} {describe(right)} does not go together"
    return ExpressionError(f"{message}: {mend}" if mend else message, suggestion=mend)


# --- comparison ------------------------------------------------------------------------------


def equal(frame: Frame, left: object, right: object) -> bool:
    """`a == b`: values of the same kind; 1 and 0 equal true and false; a text may be a time."""
    if isinstance(left, str) and isinstance(right, str):
        frame.charge(len(left) >> 6)
        return left == right
    if isinstance(left, _PLAIN) and isinstance(right, _PLAIN):
        return left == right
    refuse_unknown(left, right)
    if isinstance(left, datetime) or isinstance(right, datetime):
        first, second = _as_time(frame, left), _as_time(frame, right)
        return first is not None and second is not None and first == second
    return _equal_nested(frame, left, right, 0)


def _equal_nested(frame: Frame, left: object, right: object, depth: int) -> bool:
    """Compare lists and mappings, counted: shared lists can be far larger than they look."""
    if depth > MAX_VALUE_DEPTH:
        raise LimitReached(f"this compares lists within lists, more than {MAX_VALUE_DEPTH} deep")
    frame.charge(4)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        if len(left) != len(right):
            return False
        for one, other in zip(left, right, strict=True):
            if not _equal_part(frame, one, other, depth):
                return False
        return True
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        if left.keys() != right.keys():
            return False
        return all(_equal_part(frame, one, right[key], depth) for key, one in left.items())
    return left is right


def _equal_part(frame: Frame, left: object, right: object, depth: int) -> bool:
    if isinstance(left, list | tuple | Mapping):
        return _equal_nested(frame, left, right, depth + 1)
    return equal(frame, left, right)


def _as_time(frame: Frame, value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, str):
        try:
            return parse_datetime(value, frame.zone).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    return None


def compare(frame: Frame, left: object, right: object) -> int:
    """Return below, at or above zero as `left` is less than, equal to or greater than `right`."""
    if is_number(left) and is_number(right):
        return (left > right) - (left < right)
    if isinstance(left, str) and isinstance(right, str):
        frame.charge(min(len(left), len(right)) >> 6)
        return (left > right) - (left < right)
    if isinstance(left, datetime) or isinstance(right, datetime):
        first, second = _as_time(frame, left), _as_time(frame, right)
        if first is not None and second is not None:
            return (first > second) - (first < second)
    refuse_unknown(left, right)
    raise ExpressionError(
        f"{describe(left)} and {describe(right)} have no order",
        suggestion=_order_mend(left, right),
    )


def _order_mend(left: object, right: object) -> str | None:
    if left is None or right is None:
        return "give a value in place of null: `| default(0, true)`"
    if (is_number(left) and isinstance(right, str)) or (is_number(right) and isinstance(left, str)):
        return "make a number of the text: `| number`"
    if isinstance(left, datetime) or isinstance(right, datetime):
        return "make a time of the other: `| datetime`"
    return None


def contains(frame: Frame, item: object, container: object) -> bool:
    """`a in b`: an item of a list, a part of a text, a key of a mapping."""
    refuse_unknown(item, container)
    if isinstance(container, str):
        if not isinstance(item, str):
            raise ExpressionError(
                f"a text holds texts only; this looks for {describe(item)}",
                suggestion="make a text of it: `| string`",
            )
        frame.charge((len(item) + len(container)) >> 6)
        return item in container
    if isinstance(container, list | tuple):
        return _is_item(frame, item, container)
    if isinstance(container, Mapping):
        return isinstance(item, _KEYS) and item in container
    if isinstance(container, Accessible):
        return any(item == name for name in container.names())
    raise ExpressionError(f"`in` takes a list, a text or a mapping; this is {describe(container)}")


def _is_item(frame: Frame, item: object, items: list[object] | tuple[object, ...]) -> bool:
    frame.charge(len(items) >> 1)
    unknown: Unknown | None = None
    for other in items:
        if type(other) is Unknown:
            unknown = other
        elif equal(frame, item, other):
            return True
    if unknown is not None:
        raise UnknownMet(unknown)
    return False


def _negated(operation: Callable[[Frame, object, object], bool]) -> Operation:
    return lambda frame, left, right: not operation(frame, left, right)


ARITHMETIC: Mapping[str, Operation] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": _divide("/", lambda left, right: left / right),
    "//": _divide("//", lambda left, right: left // right),
    "%": _divide("%", lambda left, right: left % right),
    "**": power,
}

COMPARISON: Mapping[str, Operation] = {
    "eq": equal,
    "ne": _negated(equal),
    "lt": lambda frame, left, right: compare(frame, left, right) < 0,
    "lteq": lambda frame, left, right: compare(frame, left, right) <= 0,
    "gt": lambda frame, left, right: compare(frame, left, right) > 0,
    "gteq": lambda frame, left, right: compare(frame, left, right) >= 0,
    "in": contains,
    "notin": _negated(contains),
}
