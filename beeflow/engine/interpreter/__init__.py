"""The interpreter: a recipe and a trigger in, commands out. No clock, no network, no disk.

`interpret` is a plain generator. It yields `beeflow.engine.commands`, is sent their results, and
returns an `Ending`. Everything that the clock or the world decides is a command, so that the
same results give the same run, and feeding it the records of a run brings it back to where it
stood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.engine.commands import Ending, Fault, Now, Pass, Steps
from beeflow.engine.interpreter.calls import error_scope, fetch, ledger_key
from beeflow.engine.interpreter.decisions import decide
from beeflow.engine.interpreter.frame import (
    Frame,
    Place,
    Program,
    Secrecy,
    answered,
    ask,
    context_in,
)
from beeflow.engine.interpreter.interrupts import RunExpired, RunStopped, StepFailed
from beeflow.engine.interpreter.steps import walk
from beeflow.errors import Failure
from beeflow.types import Outcome, format_duration, moment, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from beeflow.engine.ports import Actions
    from beeflow.recipe.model import Recipe

__all__ = ["Begin", "interpret"]


_START: Final = Now("start")


class Begin(msgspec.Struct, frozen=True, kw_only=True):
    """What a run begins with.

    `trigger` and `inputs` are as recipes see them; `secrets` answers `secrets.NAME`; `run` and
    `attempt` identify the run; `event_ref` is the event it is about. `on_step` is told the path of
    each step that is carried out, `secrecy` what is computed from secrets.
    """

    recipe: Recipe
    actions: Actions
    trigger: Mapping[str, object]
    inputs: object
    secrets: object
    run: str
    attempt: int = 1
    event_ref: str | None = None
    on_step: Callable[[str], None] | None = None
    secrecy: Secrecy | None = None


def interpret(begin: Begin) -> Steps:
    """Carry out a recipe; returns its `Ending`."""
    frame = _frame(begin)
    started = answered((yield _START))
    frame.names["run"] = {
        "id": begin.run,
        "recipe": begin.recipe.id,
        "started_at": moment(started, frame.program.zone),
        "attempt": begin.attempt,
    }
    try:
        return (yield from _body(frame))
    except RunStopped as stopped:
        if stopped.outcome != "failed":
            return Ending(stopped.outcome, stopped.reason, result=frame.last_set)
        failed = frame.failed(stopped.place, Failure("stopped", stopped.reason))
        return (yield from _failed(frame, failed))
    except RunExpired:
        return (yield from _failed(frame, _expired(begin.recipe)))
    except StepFailed as error:
        return (yield from _failed(frame, error))


def _frame(begin: Begin) -> Frame:
    context = context_in(zone(begin.recipe.timezone))
    program = Program(
        begin.recipe, begin.actions, context, walk, begin.event_ref, begin.attempt, begin.on_step,
        begin.secrecy,
    )  # fmt: skip
    names = {"trigger": begin.trigger, "inputs": begin.inputs, "secrets": begin.secrets}
    return Frame(program, names)


def _body(frame: Frame) -> Steps:
    """Fetch, decide, and carry out the actions."""
    recipe = frame.program.recipe
    for wanted in recipe.fetch:
        yield from fetch(frame, wanted)
    if recipe.conditions:
        place = Place("conditions")
        if not (yield from decide(frame, place, place.path, recipe.conditions)):
            return Ending("skipped", "its conditions did not hold")
    if recipe.throttle is not None and not (yield from _passes(frame)):
        return Ending("skipped", "throttled")
    yield from walk(frame, recipe.actions)
    return Ending("succeeded", result=frame.last_set)


def _passes(frame: Frame) -> Steps:
    throttle = frame.program.recipe.throttle
    assert throttle is not None  # noqa: S101 - asked by the caller
    key = ""
    if throttle.key is not None:
        key = ledger_key((yield from frame.evaluate(Place("throttle"), throttle.key)))
    return (yield from ask(Pass("throttle", key, throttle.within)))


def _expired(recipe: Recipe) -> StepFailed:
    limit = format_duration(recipe.timeout or 0.0)
    return StepFailed(Fault(Failure("timeout", f"the run took longer than its timeout, {limit}")))


def _failed(frame: Frame, error: StepFailed) -> Steps:
    """Run the recipe's `on_error`, once; whatever happens in it, the run has failed."""
    fault = error.fault
    outcome: Outcome = "unknown" if fault.failure.kind == "unknown" else "failed"
    reason = fault.failure.message
    handler = frame.inner()
    handler.names["error"] = error_scope(error)
    try:
        yield from walk(handler, frame.program.recipe.on_error)
    except StepFailed as second:
        reason += f" (and `on_error` failed, too: {second.fault.failure.message})"
    except (RunStopped, RunExpired):
        pass
    return Ending(outcome, reason, fault, frame.last_set)
