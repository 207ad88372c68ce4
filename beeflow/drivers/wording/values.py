"""Values of a recipe as they would be written in it, on one line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from beeflow.recipe.model import Expr, Template
from beeflow.types import format_duration

if TYPE_CHECKING:
    from beeflow.recipe.model import Delay, Value


def value_text(value: Value | Expr) -> str:
    """Return a value as a recipe's author wrote it; text as it is, all else like JSON."""
    if isinstance(value, Template | Expr):
        return value.text
    return value if isinstance(value, str) else _inner(value)


def _inner(value: Value | Expr) -> str:
    """Return a value within another one: text is quoted there."""
    if isinstance(value, Template | Expr):
        return json.dumps(value.text, ensure_ascii=False)
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key}: {_inner(item)}" for key, item in value.items())
        return f"{{{inside}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_inner(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False)


def delay_text(delay: Delay | None) -> str:
    """Return how long a wait is: `10m`, or the template that says so."""
    if delay is None:
        return ""
    return format_duration(delay) if isinstance(delay, int | float) else delay.text


def filled(facets: Mapping[str, str | None]) -> dict[str, str]:
    """Return the facets that are there."""
    return {name: text for name, text in facets.items() if text is not None}


def nested(key: str, values: Mapping[str, Value]) -> dict[str, str]:
    """Return a mapping's values as facets of their own: `with.text`, `match.data.status`."""
    return {f"{key}.{name}": value_text(value) for name, value in values.items()}


def duration(seconds: float | None) -> str | None:
    """Return a duration as a facet."""
    return None if seconds is None else format_duration(seconds)


def said(value: bool) -> str | None:
    """Return a flag as a facet: only where it is set."""
    return "true" if value else None
