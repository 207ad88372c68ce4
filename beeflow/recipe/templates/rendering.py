"""Rendering what a recipe's `with` holds: JSON in which any text may be a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from beeflow.errors import ExpressionError
from beeflow.recipe.model import Template, Value
from beeflow.recipe.templates.limits import DEFAULT, Context
from beeflow.recipe.templates.template import parse_template
from beeflow.recipe.templates.values import plain

if TYPE_CHECKING:
    from beeflow.types import Json


def render_value(value: Value, scope: Mapping[str, object], context: Context = DEFAULT) -> Json:
    """Return `value` with all its templates rendered, as JSON: times become ISO 8601 text.

    In a dry run, what is not known yet stands in it as `Unknown`. Raises `ExpressionError`; its
    offset counts within the template at fault, which stands under `template` in the error's notes.
    """
    if isinstance(value, Template):
        try:
            return plain(parse_template(value.text).render(scope, context))
        except ExpressionError as error:
            error.add_note(f"in the template at {value.span.file}:{value.span.start}")
            raise
    if isinstance(value, Mapping):
        return {key: render_value(item, scope, context) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [render_value(item, scope, context) for item in value]
    return value  # type: ignore[return-value]  # a scalar: all else was taken above


def templates_in(value: Value) -> Iterator[Template]:
    """Yield the templates within `value`, in the order written."""
    if isinstance(value, Template):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from templates_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from templates_in(item)


def value_names(value: Value) -> frozenset[str]:
    """Return the names that the templates within `value` read."""
    return frozenset(
        name for template in templates_in(value) for name in parse_template(template.text).names
    )
