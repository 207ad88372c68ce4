"""Which step is carried out how, and the guard in front of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from beeflow.engine.commands import Steps
from beeflow.engine.interpreter import calls, flow, waits
from beeflow.engine.interpreter.decisions import decide
from beeflow.engine.interpreter.frame import Frame, Place
from beeflow.recipe import model

Handler = Callable[[Frame, Place, Any], Steps]

HANDLERS: Final[Mapping[type, Handler]] = {
    model.ActionStep: calls.call_action,
    model.IfStep: flow.if_then,
    model.ChooseStep: flow.choose,
    model.ForEachStep: flow.for_each,
    model.RepeatStep: flow.repeat,
    model.ParallelStep: flow.parallel,
    model.WaitStep: waits.wait,
    model.WaitForStep: waits.wait_for,
    model.SetStep: flow.set_names,
    model.StateStep: waits.state,
    model.RunStep: waits.run,
    model.StopStep: flow.stop,
}


def walk(frame: Frame, steps: Sequence[model.Step]) -> Steps:
    """Carry out steps one after the other; returns what the last action came to."""
    last = None
    for step in steps:
        place = Place(frame.where(step.head.path), step.head.span, _label(step))
        guard = step.head.guard
        if guard is not None:
            verdict = yield from decide(frame, place, f"{place.path}/guard", (guard,))
            if not verdict:
                continue
        if frame.program.on_step is not None:
            frame.program.on_step(step.head.path)
        last = yield from HANDLERS[type(step)](frame, place, step)
    return last


def _label(step: model.Step) -> str | None:
    """Return how people call the step: its name, else what its result is called."""
    into = getattr(step, "into", None) if not isinstance(step, model.ForEachStep) else None
    return step.head.name or into
