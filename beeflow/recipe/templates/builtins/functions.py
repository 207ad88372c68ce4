"""Functions; those on times stand with the filters of the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.errors import LimitReached
from beeflow.recipe.templates.arguments import as_int
from beeflow.recipe.templates.limits import MAX_NUMBER, MAX_RANGE
from beeflow.recipe.templates.registry import Example, register

if TYPE_CHECKING:
    from beeflow.recipe.templates.limits import Frame


@register("function", "range", Example("range(1, 4)", "[1, 2, 3]"))
def range_(frame: Frame, start: object, stop: object = None, step: object = 1) -> list[int]:
    """Whole numbers from `start` up to, not including, `stop`; `range(3)` begins at 0."""
    first, last, stride = (
        as_int(value, name, -MAX_NUMBER, MAX_NUMBER)
        for value, name in (
            (0 if stop is None else start, "start"),
            (start if stop is None else stop, "stop"),
            (step, "step"),
        )
    )
    count = max(0, -((first - last) // stride)) if stride else MAX_RANGE + 1
    if count > MAX_RANGE:
        raise LimitReached(f"range gives at most {MAX_RANGE:,} numbers")
    frame.allow_items(count)
    return list(range(first, last, stride))
