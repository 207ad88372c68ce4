"""The steps that reach beyond the run: waits, kept state, other recipes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from beeflow.engine.commands import StartRun, Steps, Wait, WaitFor, WriteState
from beeflow.engine.event import Event
from beeflow.engine.interpreter.frame import Frame, Place, ask, plain
from beeflow.engine.scope import EVENT_REF_FIELDS, trigger_scope
from beeflow.errors import Failure
from beeflow.recipe.templates import Unknown
from beeflow.types import Json, instant, parse_datetime, parse_duration

if TYPE_CHECKING:
    from beeflow.recipe.model import Delay, RunStep, StateStep, WaitForStep, WaitStep

_LONGEST = 100 * 366 * 86400.0


def wait(frame: Frame, place: Place, step: WaitStep) -> Steps:
    """Wait a while, or until an instant."""
    if step.until is not None:
        until = yield from _instant(frame, place, step)
        yield from ask(Wait(place.path, until=until))
    else:
        seconds = yield from _seconds(frame, place, step.delay)
        yield from ask(Wait(place.path, seconds))


def _seconds(frame: Frame, place: Place, delay: Delay | None) -> Steps:
    value = yield from frame.render(place, delay)
    if isinstance(value, Unknown):
        return 0.0
    if isinstance(value, str):
        try:
            value = parse_duration(value)
        except ValueError as error:
            raise frame.failed(place, Failure("template", str(error))) from None
    if isinstance(value, bool) or not isinstance(value, int | float) or value > _LONGEST:
        message = f"{value!r} is not a duration: write 30s, 10m, or a number of seconds"
        raise frame.failed(place, Failure("template", message))
    return max(0.0, float(value))


def _instant(frame: Frame, place: Place, step: WaitStep) -> Steps:
    assert step.until is not None  # noqa: S101 - the parser sets one of the two
    value = yield from frame.evaluate(place, step.until)
    if isinstance(value, Unknown):
        return 0.0
    try:
        if isinstance(value, str):
            value = parse_datetime(value, frame.program.zone)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = instant(value)
    except (ValueError, OverflowError, OSError) as error:
        raise frame.failed(place, Failure("template", str(error))) from None
    if not isinstance(value, datetime):
        message = (
            f"`until: {step.until.text}` is {value!r}, not a time; to wait for a condition, "
            "use `repeat` with `until` and `every`"
        )
        raise frame.failed(place, Failure("template", message))
    return value.timestamp()


def wait_for(frame: Frame, place: Place, step: WaitForStep) -> Steps:
    """Wait for a webhook; `as` is the webhook as `trigger` has it, with `timed_out`."""
    match = plain((yield from frame.render(place, dict(step.match))))
    timeout = yield from _seconds(frame, place, step.timeout)
    ref = None if step.any_event or _names_event(match) else frame.program.event_ref
    fails = step.on_timeout == "fail"
    wanted = WaitFor(place.path, step.types, match, timeout, ref, fails)
    met = yield from frame.ask(place, wanted)
    if met is None and fails:
        raise frame.failed(place, too_late(step.types))
    seen = _seen(met, frame)
    if step.into:
        frame.names[step.into] = seen
    return plain(seen)


def too_late(types: Sequence[str]) -> Failure:
    """Return the failure of a wait for a webhook that did not come."""
    kinds = ", ".join(types)
    return Failure("timeout", f"no matching webhook ({kinds}) came within the timeout")


def _names_event(match: Mapping[str, Json]) -> bool:
    return any(f"data.{field}" in match for field in EVENT_REF_FIELDS)


def _seen(met: object, frame: Frame) -> Any:
    if isinstance(met, Event):
        return trigger_scope(met, None, frame.program.zone) | {"timed_out": False}
    return met if isinstance(met, Unknown) else {"timed_out": True}


def state(frame: Frame, place: Place, step: StateStep) -> Steps:
    """Change the values kept between the runs of the recipe."""
    assign: dict[str, Json] = {}
    for key, value in step.assign:
        assign[key] = plain((yield from frame.render(place, value)))
    increment: dict[str, int | float] = {}
    for key, value in step.increment:
        amount = yield from frame.render(place, value)
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            message = f"`increment` of `{key}` is {amount!r}, not a number"
            raise frame.failed(place, Failure("template", message))
        increment[key] = amount
    return (yield from frame.ask(place, WriteState(place.path, assign, increment, step.delete)))


def run(frame: Frame, place: Place, step: RunStep) -> Steps:
    """Run another recipe; fails when that run fails."""
    inputs = plain((yield from frame.render(place, dict(step.args))))
    ended = yield from frame.ask(place, StartRun(place.path, step.recipe, inputs, step.detach))
    if step.into:
        frame.names[step.into] = ended
    outcome = ended.get("outcome") if isinstance(ended, Mapping) else None
    if outcome in {"failed", "cancelled", "unknown"}:
        message = f"the run of `{step.recipe}` ended {outcome} ({ended.get('run_id')})"
        raise frame.failed(place, Failure("action", message))
    return ended
