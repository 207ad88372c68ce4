"""Steps that wait: `wait` and `wait_for`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.recipe.document import MappingNode, ScalarNode
from beeflow.recipe.model import Delay, StepHead, WaitForStep, WaitStep
from beeflow.recipe.parser.durations import duration_of_parts
from beeflow.recipe.parser.fields import Fields, open_fields
from beeflow.recipe.parser.matches import webhooks
from beeflow.recipe.parser.reading import Finding
from beeflow.recipe.parser.scalars import duration, word
from beeflow.recipe.parser.texts import expression, is_template, template
from beeflow.recipe.parser.vocabulary import WAIT_FOR_BODY, WAIT_UNTIL
from beeflow.recipe.parser.words import ON_ERROR

if TYPE_CHECKING:
    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.parser.reading import Reading
    from beeflow.recipe.parser.stepping import Stepping


def wait(stepping: Stepping, fields: Fields, head: StepHead) -> WaitStep | None:
    """Read a `wait` step."""
    place = fields.get("wait")
    if place is None:
        return None
    if not isinstance(place.node, MappingNode):
        delay = _delay(stepping.reading, place)
        return None if delay is None else WaitStep(head, delay)
    likely = duration_of_parts(place.node)
    if likely is not None:
        message = "`wait` takes a time as one text, and this is a mapping"
        help_ = f"write wait: {likely}"
        stepping.reading.report(place, Finding("bad-duration", message, help_, (likely,)))
        return None
    how = open_fields(stepping.reading, place, WAIT_UNTIL)
    until = how.get("until") if how else None
    moment = expression(stepping.reading, until) if until else None
    return None if moment is None else WaitStep(head, None, moment)


def wait_for(stepping: Stepping, fields: Fields, head: StepHead) -> WaitForStep | None:
    """Read a `wait_for` step."""
    reading = stepping.reading
    into = stepping.declare(fields.get("as"))
    late = fields.get("on_timeout")
    on_timeout = word(reading, late, ON_ERROR) if late else None
    place = fields.get("wait_for")
    body = open_fields(reading, place, WAIT_FOR_BODY) if place else None
    if body is None:
        return None
    wanted = webhooks(reading, body, later=True)
    longest = body.get("timeout")
    timeout = _delay(reading, longest) if longest else None
    if timeout is None or not wanted.types:
        return None
    return WaitForStep(
        head, wanted.types, wanted.match, timeout, into, on_timeout or "fail", wanted.any_event
    )


def _delay(reading: Reading, place: Place) -> Delay | None:
    """Read a duration that may be a template, rendered when the step is reached."""
    node = place.node
    if isinstance(node, ScalarNode) and isinstance(node.value, str) and is_template(node.value):
        return template(reading, place, node)
    return duration(reading, place)
