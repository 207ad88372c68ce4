"""Steps that do something and are done: `action`, `run`, `stop`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from beeflow.recipe.document import ScalarNode, SequenceNode
from beeflow.recipe.model import ActionStep, RunStep, Step, StepHead, StopStep, Value
from beeflow.recipe.parser.calls import arguments, call
from beeflow.recipe.parser.foreign import is_action_name
from beeflow.recipe.parser.reading import Finding
from beeflow.recipe.parser.scalars import boolean, text, word
from beeflow.recipe.parser.texts import expression, value
from beeflow.recipe.parser.words import ENDINGS, ON_ERROR, ON_UNKNOWN

if TYPE_CHECKING:
    from beeflow.recipe.parser.fields import Fields
    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.parser.reading import Reading
    from beeflow.recipe.parser.scope import Scope
    from beeflow.recipe.parser.stepping import Stepping


def action(stepping: Stepping, fields: Fields, head: StepHead) -> ActionStep | None:
    """Read an `action` step. Its `on_error` steps are another branch than its `as`."""
    reading = stepping.reading
    made = call(reading, fields)
    on_error, handler = _on_error(stepping, fields.get("on_error"))
    into = stepping.declare(fields.get("as"))
    stepping.scope.merge(handler)
    on_unknown, once = fields.get("on_unknown"), fields.get("once")
    unknown = word(reading, on_unknown, ON_UNKNOWN) if on_unknown else None
    once_for = expression(reading, once) if once else None
    if made is None:
        return None
    once_id = reading.once_id(head.name or into or made.action)
    return ActionStep(head, made, into, on_error, unknown or "fail", once_for, once_id)


def _on_error(
    stepping: Stepping, place: Place | None
) -> tuple[Literal["fail", "continue"] | tuple[Step, ...], tuple[Scope, ...]]:
    """Return what is done about an error, and the scope of the steps that do it."""
    if place is None:
        return "fail", ()
    if not isinstance(place.node, SequenceNode):
        return word(stepping.reading, place, ON_ERROR) or "fail", ()
    handler = stepping.scope.branch()
    return stepping.inside(place, handler), (handler,)


def run(stepping: Stepping, fields: Fields, head: StepHead) -> RunStep | None:
    """Read a `run` step; whether that recipe exists is for the checker to say."""
    reading = stepping.reading
    with_, detach = fields.get("with"), fields.get("detach")
    args = arguments(reading, with_) if with_ else {}
    into = stepping.declare(fields.get("as"))
    alone = bool(detach and boolean(reading, detach))
    place = fields.get("run")
    recipe = text(reading, place) if place else None
    if place is not None and is_action_name(place.node):
        message = f"`{recipe}` is not the id of a recipe"
        help_ = f"to call an action, write action: {recipe}"
        reading.report(place, Finding("bad-id", message, help_))
        return None
    return None if recipe is None else RunStep(head, recipe, args, into, alone)


def stop(stepping: Stepping, fields: Fields, head: StepHead) -> StopStep:
    """Read a `stop` step; the reason may be left out."""
    reading = stepping.reading
    reason, outcome = fields.get("stop"), fields.get("outcome")
    ending = word(reading, outcome, ENDINGS) if outcome else None
    return StopStep(head, _reason(reading, reason), ending or "succeeded")


def _reason(reading: Reading, place: Place | None) -> Value:
    if place is None or place.is_null:
        return ""
    if not isinstance(place.node, ScalarNode):
        reading.wrong_type(place, "text", "stop: why the run ends")
        return ""
    return value(reading, place)
